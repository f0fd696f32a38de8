"""The reads of the registers that others use: search, archive of a target, items with their bases, the matrix."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from onevisit.stages.registers import availability, industries, searching
from onevisit.stages.registers.models import (
    City,
    Complaint,
    Directory,
    DirectoryEntry,
    FormerInspection,
    InspectionItem,
    InspectionTarget,
    LegalBasis,
    Letter,
    Licence,
    QuietListing,
    Supply,
    TargetStatus,
)
from onevisit.stages.registers.todos import todos
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department

__all__ = ["todos"]

NOT_VISITED_YEARS = 2
LOOKED_AT = 300
LINKED = 20
LIVELIHOOD = "民生"


@dataclass(frozen=True, kw_only=True)
class PastInspection:
    """One inspection of a target, the organ by the name it bore on that day (R17)."""

    on: date
    organ: str
    organ_today: str
    is_renamed: bool
    kind: str
    result: str
    reference: str
    counts_to_cap: bool


@dataclass(frozen=True, kw_only=True)
class Archive:
    """What stands on one page of one target (一户一档)."""

    target: InspectionTarget
    licences: list[Licence]
    directories: list[Directory]
    inspections: list[PastInspection]
    quiet: QuietListing | None
    same_address: list[InspectionTarget]
    same_person: list[InspectionTarget]
    owned: list[InspectionTarget]
    visits_this_year: int
    visited_this_year: Counter[str]


def city() -> City | None:
    """Return the city that this installation serves, None before its pack is loaded."""
    return City.objects.first()


def region_names() -> dict[str, str]:
    """Return the names of the city's regions by their codes, the city itself first."""
    served = city()
    return dict(sorted(served.regions.items())) if served else {}


def matching_words(words: str) -> Q:
    """Return the condition that finds targets by two characters anywhere in name, code, address or pinyin initials."""
    text = words.strip()
    folded = searching.fold(text)
    found = searching.grams(text)
    if not found:
        return Q(name__startswith=text) | Q(object_id__startswith=text.upper())
    holds = Q(name__icontains=text) | Q(address__icontains=text) | Q(object_id__icontains=text)
    return Q(bigrams__contains=found) & (holds | Q(initials__contains=folded))


def in_livelihood() -> Q:
    """Return the condition for targets that touch people's daily life: tagged so, or in such a directory (R94)."""
    entries = DirectoryEntry.objects.filter(directory__is_livelihood=True, removed_in__isnull=True)
    tagged = InspectionTarget.objects.filter(tags__contains=[LIVELIHOOD])
    # Two index lookups joined are fast at any size; an OR over both would read every row.
    return Q(pk__in=tagged.order_by().values("pk").union(entries.values("target_id")))


def targets() -> QuerySet[InspectionTarget]:
    """Return the whole register of inspection targets, for who reads it from a later stage."""
    return InspectionTarget.objects.all()


def search(words: str, *, limit: int = 20) -> list[InspectionTarget]:
    """Return the targets that answer to some words, short names first.

    A word that half the city bears would sort half the city: only the first hundreds are looked at.
    """
    found = InspectionTarget.objects.filter(matching_words(words)).order_by("object_id").defer("bigrams")[:LOOKED_AT]
    return sorted(found, key=lambda target: (len(target.name), target.object_id))[:limit]


def departments_named(words: str) -> QuerySet[Department]:
    """Return the organs that answer to a name, a former name, a code or pinyin initials (R17)."""
    text = words.strip()
    return (
        Department.objects.filter(
            Q(name__icontains=text)
            | Q(short_name__icontains=text)
            | Q(code__startswith=text)
            | Q(initials__contains=text.lower())
            | Q(former_names__name__icontains=text)
            | Q(former_names__short_name__icontains=text)
        )
        .distinct()
        .order_by("code")
    )


def archive(*, target: InspectionTarget, on: date) -> Archive:
    """Return what the register knows of a target on a day."""
    same = InspectionTarget.objects.filter(region_code=target.region_code, address=target.address)
    return Archive(
        target=target,
        licences=list(target.licences.order_by("valid_to", "kind")),
        directories=list(Directory.objects.filter(entries__target=target, entries__removed_in__isnull=True).distinct()),
        inspections=past_inspections(target_id=target.pk),
        quiet=target.quiet_listings.filter(valid_from__lte=on, valid_to__gte=on).first(),
        same_address=list(same.exclude(pk=target.pk)[:LINKED]),
        same_person=_same_person(target),
        owned=_owned(target),
        visits_this_year=len(availability.days_visited(target_ids=[target.pk], year=on.year)[target.pk]),
        visited_this_year=_by_organ(target, year=on.year),
    )


def _by_organ(target: InspectionTarget, *, year: int) -> Counter[str]:
    """Return how often each organ, by its name of today, was at the business of a target in a year."""
    visits = availability.visits_since(target_ids=[target.pk], day=date(year, 1, 1))
    organs = Department.objects.filter(pk__in={one.department_id for one in visits}).select_related("successor")
    names = {organ.pk: (organ.successor or organ).short_name for organ in organs}
    counted = {(names[one.department_id], one.on) for one in visits if one.counts_to_cap and one.on.year == year}
    return Counter(name for name, _day in counted)


def _owned(target: InspectionTarget) -> list[InspectionTarget]:
    """Return the places, products and conduct of a business, those of records that were merged into it too."""
    of_it = Q(owner=target) | Q(owner__merged_into=target)
    return list(InspectionTarget.objects.filter(of_it, merged_into__isnull=True)[:LINKED])


def _same_person(target: InspectionTarget) -> list[InspectionTarget]:
    """Return the other targets that registered the same person under the same number (R114)."""
    if not target.contact_phone:
        return []
    same = InspectionTarget.objects.filter(contact_phone=target.contact_phone, contact_name=target.contact_name)
    return list(same.exclude(pk=target.pk)[:LINKED])


def past_inspections(*, target_id: UUID) -> list[PastInspection]:
    """Return the inspections of a target, newest first."""
    rows = (
        FormerInspection.objects.filter(target_id=target_id)
        .select_related("department", "department__successor")
        .prefetch_related("department__former_names")
        .order_by("-on", "department__code")
    )
    return [
        PastInspection(
            on=row.on,
            organ=row.department.name_on(row.on),
            organ_today=(row.department.successor or row.department).short_name,
            is_renamed=row.department.name_on(row.on) != (row.department.successor or row.department).name,
            kind=row.kind,
            result=row.result,
            reference=row.reference,
            counts_to_cap=row.counts_to_cap,
        )
        for row in rows
    ]


def complaints_of(*, target_id: UUID) -> list[Complaint]:
    """Return the complaints about a target, newest first."""
    return list(Complaint.objects.filter(target_id=target_id).select_related("department"))


def supplies_of(*, target_id: UUID) -> QuerySet[Supply]:
    """Return the supplies to and from a target, those that last first."""
    ends = Q(supplier_id=target_id) | Q(buyer_id=target_id)
    rows = Supply.objects.filter(ends).select_related("supplier", "buyer")
    return rows.order_by(F("valid_to").desc(nulls_first=True), "goods")


def letters_of(*, target_id: UUID, actor: Actor) -> list[Letter]:
    """Return the letters on a target that the actor may know of, newest first."""
    return list(Letter.objects.visible_to(actor).filter(target_id=target_id).select_related("sender", "receiver"))


def usable_items(*, department_id: UUID, on: date) -> list[InspectionItem]:
    """Return the items of a department that are in use and rest on a basis valid on a day, by code."""
    rows = InspectionItem.objects.filter(department_id=department_id, is_active=True, valid_from__lte=on)
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    return list(rows.filter(bases__in=LegalBasis.objects.valid_on(on)).distinct().order_by("code"))


def valid_bases(*, item_ids: Iterable[UUID], on: date) -> dict[UUID, list[LegalBasis]]:
    """Return the legal bases of items that hold on a day."""
    answer: dict[UUID, list[LegalBasis]] = defaultdict(list)
    rows = LegalBasis.objects.valid_on(on).filter(item_id__in=list(item_ids)).select_related("article__law")
    for basis in rows.order_by("words"):
        answer[basis.item_id].append(basis)
    return answer


def entries_in(directory: Directory, *, version: int | None = None) -> QuerySet[DirectoryEntry]:
    """Return the entries of a directory as one version held them (none given: the present one)."""
    entries = directory.entries.select_related("target")
    if version is None:
        return entries.filter(removed_in__isnull=True)
    return entries.filter(added_in__lte=version).filter(Q(removed_in__isnull=True) | Q(removed_in__gt=version))


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One item of the matrix of responsibility: its owner, its bases on the day, and what is wrong with it."""

    item: InspectionItem
    bases_count: int
    is_orphan: bool


def matrix(*, on: date, field: str = "") -> list[MatrixRow]:
    """Return the active items with their owners; an orphan has no organ in being that may inspect (R19)."""
    items = InspectionItem.objects.filter(is_active=True, valid_from__lte=on).select_related("department")
    items = items.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    if field:
        items = items.filter(fields__contains=[field])
    rows = list(items.order_by("department__code", "code"))
    bases = valid_bases(item_ids=[row.pk for row in rows], on=on)
    living = set(Department.objects.departments().active_on(on).filter(can_inspect=True).values_list("pk", flat=True))
    return [
        MatrixRow(item=row, bases_count=len(bases[row.pk]), is_orphan=row.department_id not in living) for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One industry of the register that nobody's item covers, or whose targets were not visited for two years."""

    industry_code: str
    industry_name: str
    targets_count: int
    unvisited_count: int
    is_uncovered: bool


def gaps(*, on: date) -> list[Gap]:
    """Return the industries without an item in force, then those with targets not visited for two years (R124)."""
    covered = {code for row in matrix(on=on) if not row.is_orphan for code in row.item.industries}
    since = on - timedelta(days=365 * NOT_VISITED_YEARS)
    visited = FormerInspection.objects.filter(on__gte=since, target__status=TargetStatus.ACTIVE)
    counts = visited.order_by().values_list("target__industry_code").annotate(Count("target", distinct=True))
    visited_counts = dict(counts)
    active = InspectionTarget.objects.filter(status=TargetStatus.ACTIVE).order_by()
    found = [
        Gap(
            industry_code=code,
            industry_name=industries.name_of(code),
            targets_count=count,
            unvisited_count=count - visited_counts.get(code, 0),
            is_uncovered=code not in covered,
        )
        for code, count in active.values_list("industry_code").annotate(Count("pk"))
    ]
    return sorted(
        (gap for gap in found if gap.is_uncovered or gap.unvisited_count),
        key=lambda gap: (not gap.is_uncovered, -gap.unvisited_count, gap.industry_code),
    )


def fields() -> list[str]:
    """Return the fields that items name, in the order of their number of items."""
    counts = Counter(field for row in InspectionItem.objects.values_list("fields", flat=True) for field in row)
    return [field for field, _count in counts.most_common()]
