"""Which inspectors stay away from which targets by what the registers know, whoever thinks of it (回避).

A declared relation bars (行政处罚法 art. 43), a former post with the target among them; and nobody goes to a target
twice in a row for his department.
"""

from collections.abc import Iterable
from uuid import UUID

from onevisit.stages.registers.models import FormerInspection, InspectionTarget, Interest

SAME_AS_LAST = "SAME_AS_LAST"
FORMER_POST = "FORMER_POST"
RELATIVE = "RELATIVE"
OTHER = "INTEREST"


def conflicts(*, inspector_ids: Iterable[UUID], target_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], str]:
    """Return who stays away from which target, with a coarse code: (target, inspector) to code.

    A relation is the graver reason; it hides that the inspector also went there last time. Who is related to a business
    stays away from its places, products and conduct too.
    """
    people, targets = list(inspector_ids), list(target_ids)
    return {**_same_as_last(set(people), targets), **_declared(people, targets)}


def code_of(reason: str) -> str:
    """Return the coarse code of a relation that the register holds in words."""
    if "亲属" in reason:
        return RELATIVE
    return FORMER_POST if "任职" in reason or "雇" in reason else OTHER


def _declared(people: list[UUID], targets: list[UUID]) -> dict[tuple[UUID, UUID], str]:
    about: dict[UUID, list[UUID]] = {target_id: [target_id] for target_id in targets}
    owned = InspectionTarget.objects.filter(pk__in=targets, owner__isnull=False)
    for target_id, *owners in owned.values_list("pk", "owner_id", "owner__merged_into_id"):
        for owner_id in filter(None, owners):
            about.setdefault(owner_id, []).append(target_id)
    rows = Interest.objects.filter(inspector_id__in=people, target_id__in=list(about)).order_by("declared_at", "pk")
    return {
        (target_id, inspector_id): code_of(reason)
        for related_id, inspector_id, reason in rows.values_list("target_id", "inspector_id", "reason")
        for target_id in about[related_id]
    }


def _same_as_last(people: set[UUID], targets: list[UUID]) -> dict[tuple[UUID, UUID], str]:
    """Return who went to a target at the last inspection of his department there."""
    rows = FormerInspection.objects.filter(target_id__in=targets).order_by("target_id", "department_id", "-on", "-pk")
    latest = rows.distinct("target_id", "department_id").values_list("target_id", "inspector_ids")
    return {
        (target_id, inspector_id): SAME_AS_LAST
        for target_id, went in latest
        for inspector_id in went
        if inspector_id in people
    }
