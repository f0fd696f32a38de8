"""What an inspection item says on a day: for checklists, notices and the business's own page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from onevisit.stages.registers.models import FormerInspection, InspectionItem


@dataclass(frozen=True, kw_only=True)
class BasisText:
    """One legal basis of an item; only a verified one may go into a document."""

    words: str
    is_verified: bool


@dataclass(frozen=True, kw_only=True)
class ItemText:
    """One inspection item with the bases valid on the asked day."""

    id: UUID
    code: str
    title: str
    how: str
    item_class: str
    papers: tuple[str, ...]
    phrases: tuple[str, ...]
    bases: tuple[BasisText, ...]


@dataclass(frozen=True, kw_only=True)
class FormerVisit:
    """One inspection of a target before this system or by another one."""

    on: date
    department: str
    sentence: str


def item_texts(item_ids: Iterable[UUID], *, on: date) -> list[ItemText]:
    """Return the items by their code, each with its bases valid on `on`."""
    rows = InspectionItem.objects.filter(pk__in=list(item_ids)).order_by("code").prefetch_related("bases")
    return [
        ItemText(
            id=row.pk,
            code=row.code,
            title=row.title,
            how=row.how,
            item_class=row.item_class,
            papers=tuple(row.papers),
            phrases=tuple(row.phrases),
            bases=tuple(
                sorted(
                    (
                        BasisText(words=basis.words, is_verified=basis.is_verified)
                        for basis in row.bases.all()
                        if basis.valid_from <= on and (basis.valid_to is None or basis.valid_to >= on)
                    ),
                    key=lambda basis: basis.words,
                )
            ),
        )
        for row in rows
    ]


def former_visits(target_id: UUID, *, limit: int = 5) -> list[FormerVisit]:
    """Return the latest inspections of a target that the register knows, newest first."""
    rows = FormerInspection.objects.filter(target_id=target_id).select_related("department").order_by("-on")[:limit]
    return [
        FormerVisit(on=row.on, department=row.department.name_on(row.on), sentence=f"{row.kind}：{row.result}")
        for row in rows
    ]
