"""Which inspectors of a department can be nominated for some days, and how often targets were visited."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from onevisit.stages.registers.models import FormerInspection, InspectionTarget, Inspector, InspectorStatus, Leave


@dataclass(frozen=True, kw_only=True)
class Nominee:
    """One inspector seen from some days: `barred` says why not, empty if he can be nominated.

    `station` is the 所 where he serves, empty in the bureau itself; `region_code` what he is responsible for: his own
    entry in the register, without one the region of his organ, which for an organ of the city is the whole city.
    """

    id: UUID
    officer_id: UUID
    department_id: UUID
    name: str
    certificate_no: str
    certificate_valid_to: date
    domains: tuple[str, ...]
    personnel_number: str = ""
    station: str = ""
    region_code: str = ""
    barred: str = ""
    leave: str = ""


def nominees(*, department_ids: Iterable[UUID], starts_on: date, ends_on: date) -> list[Nominee]:
    """Return the inspectors of some departments with what bars them between two days (R20, R117)."""
    rows = Inspector.objects.filter(department_id__in=list(department_ids)).select_related("officer", "department")
    rows = rows.order_by("department__code", "certificate_no")
    absences: dict[UUID, list[Leave]] = {}
    for leave in Leave.objects.filter(inspector__in=rows, from_on__lte=ends_on, to_on__gte=starts_on):
        absences.setdefault(leave.inspector_id, []).append(leave)
    return [
        Nominee(
            id=row.pk,
            officer_id=row.officer_id,
            department_id=row.department_id,
            name=row.officer.name,
            certificate_no=row.certificate_no,
            certificate_valid_to=row.certificate_valid_to,
            domains=tuple(row.domains),
            personnel_number=row.officer.personnel_number,
            station=row.station,
            region_code=row.region_code or row.department.region_code,
            barred=_barred(row, absences.get(row.pk, []), starts_on=starts_on, ends_on=ends_on),
            leave="、".join(f"{leave.from_on:%m-%d} 至 {leave.to_on:%m-%d}" for leave in absences.get(row.pk, [])),
        )
        for row in rows
    ]


def officer_ids(inspector_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the person behind each of some entries of the register, as it stands now."""
    return dict(Inspector.objects.filter(pk__in=list(inspector_ids)).values_list("pk", "officer_id"))


def free_counts(*, department_ids: Iterable[UUID], days: Iterable[date]) -> dict[UUID, dict[date, int]]:
    """Return how many inspectors of each department can be sent on each day."""
    listed = sorted(days)
    ids = list(department_ids)
    if not listed:
        return {pk: {} for pk in ids}
    rows = list(Inspector.objects.filter(department_id__in=ids, status=InspectorStatus.ACTIVE))
    away: dict[UUID, list[Leave]] = {}
    for leave in Leave.objects.filter(inspector__in=rows, from_on__lte=listed[-1], to_on__gte=listed[0]):
        away.setdefault(leave.inspector_id, []).append(leave)
    answer: dict[UUID, dict[date, int]] = {pk: dict.fromkeys(listed, 0) for pk in ids}
    for row in rows:
        for day in listed:
            is_away = any(leave.from_on <= day <= leave.to_on for leave in away.get(row.pk, []))
            if row.certificate_valid_from <= day <= row.certificate_valid_to and not is_away:
                answer[row.department_id][day] += 1
    return answer


def away_between(*, inspector_ids: Iterable[UUID], starts_on: date, ends_on: date) -> set[UUID]:
    """Return which of some inspectors are not in service, without a valid certificate or on leave on a day of these."""
    rows = Inspector.objects.filter(pk__in=list(inspector_ids))
    able = rows.filter(
        status=InspectorStatus.ACTIVE, certificate_valid_from__lte=starts_on, certificate_valid_to__gte=ends_on
    )
    leaves = Leave.objects.filter(inspector__in=rows, from_on__lte=ends_on, to_on__gte=starts_on)
    barred = set(rows.exclude(pk__in=able.values("pk")).values_list("pk", flat=True))
    return barred | set(leaves.values_list("inspector_id", flat=True))


@dataclass(frozen=True, kw_only=True)
class Visited:
    """One visit that a target had, by which department and when."""

    target_id: UUID
    department_id: UUID
    on: date
    counts_to_cap: bool


def visits_since(*, target_ids: Iterable[UUID], day: date) -> list[Visited]:
    """Return the visits of some targets since a day, newest first (AI-04: what counts to the cap says so).

    The cap protects a business: it is visited when a place, a product or conduct of it is, so a visit at one of them
    is a visit of the business and of all the others. One department on one day is one visit, wherever it was.
    """
    families = objects_of_party(target_ids=target_ids)
    standing: dict[UUID, list[UUID]] = defaultdict(list)
    for asked, family in families.items():
        for member in family:
            standing[member].append(asked)
    found: dict[tuple[UUID, UUID, date], bool] = {}
    rows = FormerInspection.objects.filter(target_id__in=list(standing), on__gte=day).order_by("-on")
    for target_id, department_id, on, counts in rows.values_list("target_id", "department_id", "on", "counts_to_cap"):
        for asked in standing[target_id]:
            key = asked, department_id, on
            found[key] = counts or found.get(key, False)
    return [
        Visited(target_id=target_id, department_id=department_id, on=on, counts_to_cap=counts)
        for (target_id, department_id, on), counts in found.items()
    ]


def days_visited(*, target_ids: Collection[UUID], year: int) -> dict[UUID, set[date]]:
    """Return the days of a year on which anybody visited the business of each target, as far as they count to the cap.

    Every figure of 本年入企 counts these. Several departments on one day are one visit: that is what 综合查一次 is for.
    """
    days: dict[UUID, set[date]] = {pk: set() for pk in target_ids}
    for one in visits_since(target_ids=target_ids, day=date(year, 1, 1)):
        if one.counts_to_cap and one.on.year == year:
            days[one.target_id].add(one.on)
    return days


def objects_of_party(*, target_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Return for each target everything of the business that answers for it: itself, and what belongs to it.

    A record that was merged counts for the one that it became, with all that still names it as its owner.
    """
    parties = dict(_parties(Q(pk__in=list(target_ids))))
    wanted = list(set(parties.values()))
    families: dict[UUID, set[UUID]] = {party: {party} for party in wanted}
    # Two questions, each by an index of one column: an OR over the join would read the whole register.
    merged = list(InspectionTarget.objects.filter(merged_into__in=wanted).values_list("pk", flat=True))
    of_them = Q(owner__in=[*wanted, *merged]) | Q(merged_into__in=wanted)
    for pk, party in [*_parties(of_them), *parties.items()]:
        if party in families:
            families[party].add(pk)
    shared = {party: frozenset(family) for party, family in families.items()}
    return {pk: shared[party] for pk, party in parties.items()}


def _parties(which: Q) -> Iterator[tuple[UUID, UUID]]:
    """Yield each of some targets with who answers for it: its owner, what that or itself was merged into, or itself."""
    fields = "pk", "merged_into_id", "owner_id", "owner__merged_into_id"
    for pk, became, owner, owner_became in InspectionTarget.objects.filter(which).values_list(*fields):
        yield pk, owner_became or owner or became or pk


def _barred(row: Inspector, absences: list[Leave], *, starts_on: date, ends_on: date) -> str:
    if row.status != InspectorStatus.ACTIVE:
        return _("%(status)s，不能提名") % {"status": row.get_status_display()}
    if starts_on <= row.certificate_valid_to < ends_on:
        return _("%(name)s 的执法证有效期至 %(day)s，不能覆盖检查期间") % {
            "name": row.officer.name,
            "day": row.certificate_valid_to.isoformat(),
        }
    if row.certificate_valid_to < starts_on:
        return _("%(name)s 的执法证已于 %(day)s 到期，不进入抽取库，也不能参加检查。") % {
            "name": row.officer.name,
            "day": row.certificate_valid_to.isoformat(),
        }
    if row.certificate_valid_from > starts_on:
        return _("执法证自 %(day)s 起有效") % {"day": row.certificate_valid_from.isoformat()}
    if any(leave.from_on <= starts_on and leave.to_on >= ends_on for leave in absences):
        return _("检查期间全程休假")
    return ""


def names_of(inspector_ids: Iterable[str]) -> dict[str, str]:
    """Name inspectors with their departments, by the text of their ids."""
    rows = Inspector.objects.filter(pk__in=list(inspector_ids)).select_related("officer", "department")
    return {str(row.pk): f"{row.officer.name}（{row.department.short_name}）" for row in rows}
