"""Send the files of each freeze to the witnesses that lodge, from the process that asks the witnesses."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.core.draw.bundle import MOST_BYTES
from onevisit.stages.draws import services
from onevisit.stages.draws.lifecycle import IN_HAND
from onevisit.stages.draws.lodged.lodging_models import Lodging
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support import clock
from onevisit.support.ledger import lodgers
from onevisit.support.ledger.cosigning import Answer
from onevisit.support.ledger.lodgers import Lodger

RETRY_SECONDS = 15.0
AWAITED = ("frozen", *IN_HAND)
"""Where several witnesses lodge, the others are asked on until the draw has its result."""
log = logging.getLogger(__name__)


class LodgingErrand:
    """Asks each witness for each frozen draw until it has signed; one that failed is left alone for a while."""

    def __init__(
        self, *, ask: Callable[[str, bytes], Answer] = lodgers.post, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask, self._seconds = ask, seconds
        self._next: dict[object, float] = {}

    def run(self) -> int:
        """Lodge what is due; return how many receipts were recorded."""
        now = clock.now()
        found = lodgers.lodgers(at=now)
        if not found:
            return 0
        draws = Draw.objects.filter(state__in=AWAITED).exclude(manifest_digest="").only("number", "manifest_digest")
        return sum(self._lodge(draw, one, at=now) for draw in draws for one in self._healthy_first(draw, found))

    def _healthy_first(self, draw: Draw, found: Sequence[Lodger]) -> list[Lodger]:
        """One witness is enough: who had trouble last time does not keep the others waiting for the files."""
        rows = Lodging.objects.filter(draw=draw, manifest_digest=draw.manifest_digest, receipt="")
        ill = set(rows.exclude(trouble="").values_list("witness", flat=True))
        return sorted(found, key=lambda one: one.name in ill)

    def _lodge(self, draw: Draw, lodger: Lodger, *, at: datetime) -> bool:
        row = services.await_lodging(draw=draw, lodger=lodger)
        if row.receipt or self._seconds() < self._next.get(row.pk, 0.0):
            return False
        try:
            trouble = self._send(row, draw, lodger, at=at)
        except Exception:  # a fault with one draw must not end the process that signs the ledger
            log.exception("lodging of draw %s with %s", draw.number, lodger.name)
            trouble = _("系统出错，详见日志")
        if trouble:
            self._next[row.pk] = self._seconds() + RETRY_SECONDS  # from the answer on: it may have taken minutes
            if trouble != row.trouble:
                log.error("lodging of draw %s with %s: %s", draw.number, lodger.name, trouble)
            services.note_trouble(lodging=row, words=trouble)
        return trouble == ""

    def _send(self, row: Lodging, draw: Draw, lodger: Lodger, *, at: datetime) -> str | None:
        """Return what kept the witness, empty when its receipt stands, None while there is nothing to send yet."""
        try:
            package = services.package_of(Draw.objects.get(pk=draw.pk))
            if package is None:
                return None
            answer = self._ask(lodger.url, package)
            if answer.status != 200:
                return _trouble(answer)
            services.record_receipt(lodging=row, lodger=lodger, data=answer.body.encode(), at=at)
        except DrawRefused as refused:
            return refused.message
        return ""


def _trouble(answer: Answer) -> str:
    """Say what an answer means for the operator."""
    said = answer.body.strip()[:120]
    if answer.status == 404 and not said.startswith("unknown log"):
        return _("见证的程序是旧版，还不收寄存，请其升级")
    known = {
        0: _("连不上：%(said)s"),
        400: _("见证不收这个包：%(said)s"),
        403: _("见证不认本台账的签名"),
        404: _("见证没有登记本台账"),
        409: _("同样大小的树，见证联署过另一个根，台账分叉"),
        413: _("寄存的文件超过见证一次能收的大小（展开 %(most)s MiB）"),
        422: _("见证核对不符：%(said)s"),
        503: _("见证正忙，稍后再送"),
        507: _("见证的磁盘放不下：%(said)s"),
    }
    return known.get(answer.status, _("见证答复 %(status)s：%(said)s")) % {
        "status": answer.status,
        "said": said,
        "most": MOST_BYTES // (1024 * 1024),
    }
