"""Read the registers into the facts of `core/matching` and ask it for the cluster of a field on a day."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from onevisit.core import matching
from onevisit.stages.registers.models import (
    Directory,
    DirectoryEntry,
    FormerInspection,
    InspectionItem,
    InspectionTarget,
    LegalBasis,
    Licence,
    QuietListing,
    TargetKind,
    TargetStatus,
)
from onevisit.support.identity.models import Department


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a cluster is asked for; the conditions narrow the targets (R79), the template widens what belongs to it."""

    field: str
    day: date
    region_codes: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    directory_keys: tuple[str, ...] = ()
    licence_kinds: tuple[str, ...] = ()
    template_key: str = ""
    template_name: str = ""
    initiator_code: str = ""
    participant_codes: tuple[str, ...] = ()
    risk_classes: tuple[str, ...] = ()
    required_licence: str = ""
    streets: tuple[str, ...] = ()
    unvisited_since: date | None = None
    kinds: tuple[str, ...] = ()
    problem: str = ""


def propose(question: Question) -> matching.Proposal:
    """Answer with departments, targets, items and laws, each with the reason it was matched (R85-R88)."""
    template = _template(question)
    return matching.match(
        field=question.field,
        day=question.day,
        region_codes=question.region_codes,
        targets=_targets(question),
        items=_items(question),
        departments=_departments(question),
        template=template,
    )


def digest(proposal: matching.Proposal) -> str:
    """Return a fingerprint of what the registers gave, so that a later match can say whether they moved on."""
    parts = [f"d|{found.department.code}" for found in proposal.departments]
    parts += [f"t|{found.target.object_id}|{found.target.credit_risk_class}" for found in proposal.targets]
    parts += [f"x|{out.target.object_id}|{out.code}" for out in proposal.excluded_targets]
    parts += [f"i|{found.item.code}|{','.join(basis.id for basis in found.bases)}" for found in proposal.items]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()


def _template(question: Question) -> matching.TemplateFact:
    names = dict(Directory.objects.filter(key__in=question.directory_keys).values_list("key", "name"))
    return matching.TemplateFact(
        key=question.template_key,
        name=question.template_name or question.field,
        field=question.field,
        industries=frozenset(question.industries),
        directories=tuple((key, names[key]) for key in question.directory_keys if key in names),
        licence_kinds=frozenset(question.licence_kinds),
        kinds=frozenset(() if _has_field(question) else question.kinds),
        initiator_code=question.initiator_code,
        participant_codes=question.participant_codes,
    )


def _departments(question: Question) -> list[matching.DepartmentFact]:
    organs = Department.objects.active_on(question.day)
    return [
        matching.DepartmentFact(
            id=str(organ.pk),
            code=organ.code,
            name=organ.name,
            short_name=organ.short_name,
            level=organ.level,
            region_code=organ.region_code,
            can_inspect=organ.can_inspect,
        )
        for organ in organs
    ]


def _items(question: Question) -> list[matching.ItemFact]:
    fitting = Q(fields__contains=[question.field])
    if question.industries:
        fitting |= Q(industries__overlap=list(question.industries))
    if question.licence_kinds:
        fitting |= Q(licence_kinds__overlap=list(question.licence_kinds))
    rows = list(InspectionItem.objects.filter(fitting).select_related("department"))
    bases: dict[UUID, list[matching.BasisFact]] = defaultdict(list)
    for basis in LegalBasis.objects.filter(item__in=rows).select_related("article"):
        bases[basis.item_id].append(
            matching.BasisFact(
                id=str(basis.pk),
                article_id=str(basis.article_id or ""),
                words=basis.words,
                kind=basis.article.kind if basis.article else "",
                valid_from=basis.valid_from,
                valid_to=basis.valid_to,
                is_verified=basis.is_verified,
            )
        )
    return [_item(row, bases=bases[row.pk]) for row in rows]


def _item(row: InspectionItem, *, bases: Sequence[matching.BasisFact]) -> matching.ItemFact:
    return matching.ItemFact(
        id=str(row.pk),
        code=row.code,
        title=row.title,
        department_code=row.department.code,
        fields=frozenset(row.fields),
        industries=frozenset(row.industries),
        licence_kinds=frozenset(row.licence_kinds),
        is_active=row.is_active,
        is_published=row.is_published,
        is_market_supervision=row.is_market_supervision,
        is_exempt_from_quiet_list=row.is_exempt_from_quiet_list,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        bases=tuple(sorted(bases, key=lambda basis: (basis.valid_from, basis.words))),
    )


def _targets(question: Question) -> Iterator[matching.TargetFact]:
    rows = list(_narrowed(question))
    ids = [row.pk for row in rows]
    directories = _directories_of(ids)
    licences = _licences_of(ids)
    quiet = dict(
        QuietListing.objects.filter(
            target_id__in=ids, valid_from__lte=question.day, valid_to__gte=question.day
        ).values_list("target_id", "reason")
    )
    for row in rows:
        held = licences.get(row.pk, ())
        if question.required_licence and not _holds(held, kind=question.required_licence, day=question.day):
            continue
        yield matching.TargetFact(
            id=str(row.pk),
            object_id=row.object_id,
            name=row.name,
            region_code=row.region_code,
            industry_code=row.industry_code,
            industry_name=row.industry_name,
            credit_risk_class=row.credit_risk_class,
            kind=row.kind,
            kind_label=str(TargetKind(row.kind).label),
            is_active=row.status == TargetStatus.ACTIVE,
            status_label=str(TargetStatus(row.status).label),
            directory_keys=frozenset(directories.get(row.pk, ())),
            licences=held,
            quiet_reason=quiet.get(row.pk, ""),
        )


def _narrowed(question: Question) -> QuerySet[InspectionTarget]:
    """Narrow in the database, so that a city of a million targets hands over hundreds."""
    fitting = Q(industry_code__in=question.industries) if _has_field(question) else Q()
    if question.directory_keys:
        entries = DirectoryEntry.objects.filter(directory__key__in=question.directory_keys, removed_in__isnull=True)
        fitting |= Q(pk__in=entries.values("target_id"))
    if question.licence_kinds:
        fitting |= Q(pk__in=Licence.objects.filter(kind__in=question.licence_kinds).values("target_id"))
    rows = InspectionTarget.objects.filter(fitting)
    if question.kinds:
        rows = rows.filter(kind__in=question.kinds)
    if question.problem:
        found = FormerInspection.objects.filter(result__contains=question.problem)
        rows = rows.filter(pk__in=found.values("target_id"))
    if question.risk_classes:
        rows = rows.filter(credit_risk_class__in=["" if each == "-" else each for each in question.risk_classes])
    if question.unvisited_since is not None:
        visited = FormerInspection.objects.filter(on__gte=question.unvisited_since)
        rows = rows.exclude(pk__in=visited.values("target_id"))
    if question.streets:
        rows = rows.filter(street__in=question.streets)
    if question.region_codes:
        inside = Q()
        for code in question.region_codes:
            inside |= Q(region_code__startswith=code[:4]) if code.endswith("00") else Q(region_code=code)
        rows = rows.filter(inside)
    return rows


def _has_field(question: Question) -> bool:
    """Say whether trades, directories or licences make the field; else a kind of subjects of the register does."""
    return bool(question.industries or question.directory_keys or question.licence_kinds or not question.kinds)


def _directories_of(ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    answer: dict[UUID, list[str]] = defaultdict(list)
    entries = DirectoryEntry.objects.filter(target_id__in=ids, removed_in__isnull=True)
    for target_id, key in entries.values_list("target_id", "directory__key"):
        answer[target_id].append(key)
    return answer


def _licences_of(ids: Iterable[UUID]) -> dict[UUID, tuple[matching.LicenceFact, ...]]:
    answer: dict[UUID, tuple[matching.LicenceFact, ...]] = defaultdict(tuple)
    for licence in Licence.objects.filter(target_id__in=ids):
        answer[licence.target_id] += (
            matching.LicenceFact(kind=licence.kind, valid_from=licence.valid_from, valid_to=licence.valid_to),
        )
    return answer


def _holds(held: Iterable[matching.LicenceFact], *, kind: str, day: date) -> bool:
    return any(
        licence.kind == kind and licence.valid_from <= day and (licence.valid_to is None or day <= licence.valid_to)
        for licence in held
    )
