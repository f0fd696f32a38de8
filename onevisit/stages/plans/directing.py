"""定向 or 不定向 (R92, R102): under which conditions the targets of a plan are chosen, in words that are published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.plans import selectors
from onevisit.stages.plans.models import Campaign, Cluster
from onevisit.stages.registers import lookup
from onevisit.support.identity import regions

LABELS = {
    "kinds": gettext_lazy("对象种类"),
    "industries": gettext_lazy("行业"),
    "risk_classes": gettext_lazy("信用风险分类"),
    "required_licence": gettext_lazy("须持有的许可"),
    "streets": gettext_lazy("街道"),
    "unvisited_months": gettext_lazy("检查历史"),
    "problem": gettext_lazy("以往问题"),
}


@dataclass(frozen=True, kw_only=True)
class Direction:
    """How the targets of a plan are chosen: each condition as label and words, the reason, and what it gave."""

    is_directed: bool
    scope: str
    conditions: tuple[tuple[str, str], ...]
    reason: str
    matched: int
    registers_digest: str

    @property
    def label(self) -> str:
        return _("定向") if self.is_directed else _("不定向")

    @property
    def text(self) -> str:
        """Say it in one line, as it is published."""
        parts = [self.scope, *(f"{label}：{words}" for label, words in self.conditions)]
        return f"{self.label}：{'；'.join(parts)}"


def direction_of(*, campaign_id: UUID, cluster_id: UUID) -> Direction:
    """Return how the targets of one version of a cluster were chosen."""
    plan = Campaign.objects.select_related("template").get(pk=campaign_id)
    cluster = Cluster.objects.get(pk=cluster_id)
    return Direction(
        is_directed=plan.is_directed,
        scope=_scope(plan),
        conditions=conditions_of(plan),
        reason=plan.directed_reason,
        matched=cluster.targets.filter(is_removed=False).count(),
        registers_digest=cluster.registers_digest,
    )


def conditions_of(plan: Campaign) -> tuple[tuple[str, str], ...]:
    """Return the conditions that narrow the targets, as label and words; none where the draw is not directed."""
    if not plan.is_directed:
        return ()
    names = dict(regions.districts())
    districts = [names.get(code, code) for code in plan.region_codes]
    found = [(_("区域"), "、".join(districts))] if districts else []
    said = _words(plan.conditions)
    return (*found, *((str(LABELS[key]), said[key]) for key in LABELS if said.get(key)))


def _scope(plan: Campaign) -> str:
    if plan.template:
        return _("领域“%(name)s”的全部检查对象") % {"name": plan.template.name}
    kinds = lookup.kinds_said(selectors.kinds_of(plan))
    return _("检查对象名录库中的全部%(kinds)s") % {"kinds": kinds} if kinds else _("检查对象名录库")


def _words(conditions: Mapping[str, Any]) -> dict[str, str]:
    risks = ["未分类" if each == "-" else each for each in conditions.get("risk_classes", ())]
    months = int(conditions.get("unvisited_months", 0))
    return {
        "kinds": lookup.kinds_said(conditions.get("kinds", ())),
        "industries": "、".join(conditions.get("industries", ())),
        "risk_classes": "、".join(risks),
        "required_licence": str(conditions.get("required_licence", "")),
        "streets": "、".join(conditions.get("streets", ())),
        "unvisited_months": _("近 %(n)s 个月没有查过") % {"n": months} if months else "",
        "problem": _("检查记录含“%(words)s”") % {"words": conditions["problem"]} if conditions.get("problem") else "",
    }
