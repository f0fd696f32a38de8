"""What differs between two versions of a cluster, row by row, with the reason."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core import matching
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


def lapsed(*, older: Cluster, newer: Cluster) -> list[Difference]:
    """Return the items that a new day put past the end of their law, each with the article that ended."""
    stood = {label for label, is_removed, _reason in _rows(older, "item").values() if not is_removed}
    return [
        Difference(kind="item", label=out["title"], sign="-", words=out["words"])
        for out in newer.notes.get("excluded_items", [])
        if out["title"] in stood
    ]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """What a new match would change: how much, and the first rows of it."""

    count: int
    rows: tuple[Difference, ...]


SHOWN = 20


def drift(campaign: Campaign, cluster: Cluster) -> Drift | None:
    """Return what the registers would answer otherwise by now, None when they have not moved on.

    Rows that a clerk took out by hand are no difference: a new match leaves them out again.
    """
    proposal = proposals.propose(question_of(campaign))
    if proposals.digest(proposal) == cluster.registers_digest:
        return None
    now = {
        "department": {one.department.code: (one.department.name, _why(one)) for one in proposal.departments},
        "item": {one.item.code: (one.item.title, _why(one)) for one in proposal.items},
        "target": {one.target.object_id: (one.target.name, _why(one)) for one in proposal.targets},
    }
    out = {one.target.object_id: one.words for one in proposal.excluded_targets}
    by_rule = set(
        cluster.targets.filter(is_removed=True)
        .exclude(removed_code="clerk")
        .values_list("target__object_id", flat=True)
    )
    before = {kind: _rows(cluster, kind) for kind in KINDS}
    before["target"] = {key: row for key, row in before["target"].items() if key not in by_rule}
    rows = [row for kind in KINDS for row in _moved(kind, before[kind], now[kind], out=out, kept=_kept(cluster))]
    return Drift(count=len(rows), rows=tuple(rows[:SHOWN]))


def _kept(cluster: Cluster) -> set[str]:
    """Return what stands by hand, whatever the registers say: the initiator, added departments and their items."""
    departments = cluster.departments.filter(rule__in=("manual", "department.initiator"))
    codes = set(departments.values_list("department__code", flat=True))
    items = cluster.items.filter(item__department_id__in=departments.values("department_id"))
    return codes | set(items.values_list("item__code", flat=True))


def _why(found: matching.MatchedDepartment | matching.MatchedItem | matching.MatchedTarget) -> str:
    return "；".join(reason.words for reason in found.reasons)


def _moved(
    kind: str,
    before: dict[str, tuple[str, bool, str]],
    now: dict[str, tuple[str, str]],
    *,
    out: dict[str, str],
    kept: set[str],
) -> list[Difference]:
    came = [
        Difference(kind=kind, label=label, sign="+", words=words)
        for key, (label, words) in now.items()
        if key not in before
    ]
    went = [
        Difference(kind=kind, label=label, sign="-", words=out.get(key, _("不再符合匹配条件")))
        for key, (label, is_removed, _reason) in before.items()
        if key not in now and not is_removed and key not in kept
    ]
    return came + went


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
