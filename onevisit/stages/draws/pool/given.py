"""只抽人员: the targets are given by a task, and only who goes there is drawn.

Everything of such a draw that a list of candidate targets could be tried against stays inside until the draw is opened:
manifest, frame and conditions. The digest in the ledger cannot be tried either, since the manifest holds the roster's
digest and the pseudonyms in the roster come from the draw's secret salt.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core.draw import quotas
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import strata
from onevisit.stages.draws.refusals import DrawRefused, reason_of

BASES: dict[str, str | Promise] = {
    "COMPLAINT": gettext_lazy("投诉举报"),
    "TRANSFER": gettext_lazy("转办交办"),
    "DATA": gettext_lazy("数据监测发现线索"),
    "REVISIT": gettext_lazy("整改复查"),
    "FULL": gettext_lazy("依法全覆盖检查"),
}
"""Why targets are not drawn (DS-01): the typed exceptions, and the check that a problem was mended."""
REPEAT = "REPEAT"
"""The targets stand as an earlier draw drew them, and only its officer half is repeated; nobody chooses this basis."""
DIVISIONS = (strata.GIVEN, strata.DISTRICT, strata.STATION)
"""How given targets may be divided: not at all, or by district or 所, so that officers can be drawn by them."""
WHOLE: Mapping[str, Any] = {"rule": "rate", "strata": {strata.ALL: quotas.WHOLE}}
"""The quota of such a draw: one stratum, every object."""


def label_of(draw: Draw) -> str:
    """Return why the targets of a draw are given, empty where they are drawn, be it by the draw that it repeats."""
    return "" if draw.given_basis == REPEAT else str(BASES.get(draw.given_basis, draw.given_basis))


def is_withheld(draw: Draw) -> bool:
    """Tell whether manifest, conditions and title stay inside: the targets are given and the draw is not opened."""
    return bool(draw.given_basis) and draw.state != "opened"


def whole_quota(sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return the quota that takes every object of every stratum."""
    return {"rule": "rate", "strata": dict.fromkeys(sizes, quotas.WHOLE)}


def set_given(draw: Draw, *, basis: str, words: str) -> None:
    """Fix that only officers are drawn, and why.

    Raises:
        DrawRefused: the basis is unknown, or its words say too little.
    """
    if basis not in BASES:
        raise DrawRefused(message=_("请选择对象由何而定。"), field="given_basis")
    draw.given_basis, draw.given_words = basis, reason_of(words, field="given_words")[:400]
    draw.strata_by, draw.quota = strata.GIVEN, dict(WHOLE)


def check_count(*, listed: int, settled: int) -> None:
    """Only who goes is drawn: the list must be what the offer settled to visit, not a larger one.

    Raises:
        DrawRefused: the list is longer than what the departments agreed to.
    """
    if listed > settled:
        raise DrawRefused(
            message=_(
                "要约商定检查 %(n)s 个对象，名单有 %(all)s 个。只抽人员时名单上的每个对象都要检查，"
                "请先把名单减到商定的数目，或按全覆盖重新商定。"
            )
            % {"n": settled, "all": listed},
            field="given_basis",
        )
