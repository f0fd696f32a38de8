"""Inspection targets by their codes, for pages and counts that name them exactly."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from django.db.models import Q

from onevisit.stages.registers.models import InspectionTarget, RiskClass, SizeClass, TargetKind, TargetStatus

__all__ = [
    "InspectionTarget",
    "by_code",
    "kind_names",
    "kinds_said",
    "object_ids",
    "owned_names",
    "places_of",
    "risk_names",
    "size_names",
    "standing",
]

_AT_ONCE = 5000


def kinds_said(kinds: Iterable[str]) -> str:
    """Say kinds of inspection targets in words."""
    return "、".join(str(TargetKind(kind).label) for kind in kinds)


def by_code(code: str) -> InspectionTarget | None:
    """Return the target with this object id, or with this unified code in any case of letters.

    A record that was merged leads to the one that stays.
    """
    text = code.strip()
    if not text:
        return None
    rows = InspectionTarget.objects.select_related("merged_into")
    found = rows.filter(object_id=text).first() or rows.filter(uscc=text.upper(), merged_into__isnull=True).first()
    return found.merged_into or found if found else None


def owned_names(target: InspectionTarget) -> dict[str, str]:
    """Return the places, products and conduct of a business by object id, with their names."""
    owned = InspectionTarget.objects.filter(Q(owner=target) | Q(owner__merged_into=target), merged_into__isnull=True)
    return dict(owned.order_by("object_id").values_list("object_id", "name"))


def standing(target_ids: Iterable[UUID]) -> dict[UUID, InspectionTarget]:
    """Return for each target the active record that stands for it now, itself or what it was merged into."""
    rows = InspectionTarget.objects.filter(pk__in=list(target_ids)).select_related("merged_into__merged_into")
    found = {}
    for row in rows:
        record = row
        while record.merged_into is not None:
            record = record.merged_into
        if record.status == TargetStatus.ACTIVE:
            found[row.pk] = record
    return found


def places_of(object_ids: Sequence[str]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Return region code, street, kind, size and station of targets by object id; unknown ones are left out."""
    for start in range(0, len(object_ids), _AT_ONCE):
        rows = InspectionTarget.objects.filter(object_id__in=object_ids[start : start + _AT_ONCE])
        yield from rows.values_list("object_id", "region_code", "street", "kind", "size_class", "station")


def object_ids(target_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the object id of each of some rows of the register, as it stands now."""
    found: dict[UUID, str] = {}
    for start in range(0, len(target_ids), _AT_ONCE):
        rows = InspectionTarget.objects.filter(pk__in=target_ids[start : start + _AT_ONCE])
        found.update(rows.order_by().values_list("pk", "object_id"))
    return found


def kind_names() -> dict[str, str]:
    """Name the kinds of targets by their codes."""
    return {str(value): str(label) for value, label in TargetKind.choices}


def size_names() -> dict[str, str]:
    """Name the size classes of businesses by their codes."""
    return {str(value): str(label) for value, label in SizeClass.choices if value}


def risk_names() -> dict[str, str]:
    """Name the credit-risk classes by their codes."""
    return {str(value): str(label) for value, label in RiskClass.choices if value}
