"""What differs between two versions of a cluster, row by row, with the reason."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.plans.models import Campaign, Cluster
from onevisit.stages.plans.selectors import question_of
from onevisit.stages.registers import proposals


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One row that came, went, or changed; `kind` is department, item or target."""

    kind: str
    label: str
    sign: str
    words: str


KINDS = {"department": gettext_lazy("部门"), "item": gettext_lazy("事项"), "target": gettext_lazy("对象")}


def differences(*, older: Cluster, newer: Cluster) -> list[Difference]:
    """Return what changed from one version to a later one."""
    found = []
    notes = {out["title"]: out["words"] for out in newer.notes.get("excluded_items", [])}
    for kind in KINDS:
        before, after = _rows(older, kind), _rows(newer, kind)
        for key, (label, is_removed, reason) in after.items():
            was = before.get(key)
            if was is None or was[1] != is_removed:
                found.append(Difference(kind=kind, label=label, sign="-" if is_removed else "+", words=reason))
        found += [
            Difference(kind=kind, label=label, sign="-", words=notes.get(label, _("不再符合匹配条件")))
            for key, (label, is_removed, _reason) in before.items()
            if key not in after and not is_removed
        ]
    return found


def is_stale(campaign: Campaign, cluster: Cluster) -> bool:
    """Say whether the registers would answer otherwise by now."""
    return proposals.digest(proposals.propose(question_of(campaign))) != cluster.registers_digest


def _rows(cluster: Cluster, kind: str) -> dict[str, tuple[str, bool, str]]:
    if kind == "department":
        rows = cluster.departments.select_related("department")
        return {row.department.code: _said(row.department.short_name, row) for row in rows}
    if kind == "item":
        return {row.item.code: _said(row.item.title, row) for row in cluster.items.select_related("item")}
    return {row.target.object_id: _said(row.target.name, row) for row in cluster.targets.select_related("target")}


def _said(label: str, row: object) -> tuple[str, bool, str]:
    is_removed = bool(getattr(row, "is_removed"))  # noqa: B009  # rows of three models, one shape
    return label, is_removed, str(getattr(row, "removed_reason" if is_removed else "reason"))
