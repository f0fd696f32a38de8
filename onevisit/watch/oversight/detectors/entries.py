"""Hits at the door and during the visit: code, approval, place, length of stay, answers by the batch."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

from onevisit.stages.offers.models import PartApproval
from onevisit.stages.visits.models import Inspection
from onevisit.watch.oversight.detectors import Hit, Look, Row, in_groups


def _parts(look: Look) -> QuerySet[Inspection]:
    year = timezone.localtime(look.at).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return (
        Inspection.objects.filter(entered_at__isnull=False, entered_at__gte=min(year, look.since))
        .select_related("visit__target", "department")
        .order_by("entered_at", "pk")
    )


def row_of(part: Inspection) -> Row:
    """Return the row of a department's part of a visit."""
    return Row(
        noun="inspection",
        subject=str(part.pk),
        label=f"{part.visit.number} {part.visit.target.name}（{part.department.short_name}）",
        url=f"/visits/{part.visit_id}",
    )


def _year(part: Inspection) -> str:
    assert part.entered_at is not None
    return str(timezone.localtime(part.entered_at).year)


def no_code(look: Look) -> Iterator[Hit]:
    """Entries before the inspection code was shown, counted per department and year (AI-10, AI-16)."""
    late = Q(visit__code_shown_at__isnull=True) | Q(visit__code_shown_at__gt=F("entered_at"))
    rows = ((part.department_id, _year(part), row_of(part)) for part in _parts(look).filter(late))
    return in_groups(rows, amount=look.amount)


def no_approval(look: Look) -> Iterator[Hit]:
    """Entries of a department whose approval form was not approved by then (R123, AI-07)."""
    approved: dict[tuple[UUID | None, UUID], datetime | None] = {
        (offer_id, department_id): decided_at
        for offer_id, department_id, decided_at in PartApproval.objects.filter(state="approved").values_list(
            "offer_id", "department_id", "decided_at"
        )
    }
    without = (
        part
        for part in _parts(look).filter(visit__offer__isnull=False)
        if not _was_approved(part, approved.get((part.visit.offer_id, part.department_id)))
    )
    return in_groups(((part.department_id, _year(part), row_of(part)) for part in without), amount=look.amount)


def _was_approved(part: Inspection, decided_at: datetime | None) -> bool:
    return decided_at is not None and part.entered_at is not None and decided_at <= part.entered_at


def typed_only(look: Look) -> Iterator[Hit]:
    """Entries whose colleagues were all confirmed by a typed certificate number, per department and year (R137)."""
    typed = (
        part
        for part in _parts(look).exclude(confirmations=[])
        if all(row["way"] == "certificate" for row in part.confirmations)
    )
    return in_groups(((part.department_id, _year(part), row_of(part)) for part in typed), amount=look.amount)


def far(look: Look) -> Iterator[Hit]:
    """Entries recorded farther from the registered address than the rule allows (R137)."""
    for part in _parts(look).filter(entered_at__gte=look.since, entry_distance_m__gt=look.amount):
        yield Hit(
            key=str(part.pk),
            department_id=part.department_id,
            measured=f"{part.entry_distance_m} 米",
            rows=(row_of(part),),
        )


def short_stay(look: Look) -> Iterator[Hit]:
    """Parts handed in sooner after the entry than the rule's minutes (R137)."""
    stay = ExpressionWrapper(F("submitted_at") - F("entered_at"), output_field=DurationField())
    parts = _parts(look).filter(entered_at__gte=look.since, submitted_at__isnull=False).annotate(stay=stay)
    for part in parts.filter(stay__lt=timedelta(minutes=look.amount)):
        assert part.submitted_at is not None
        assert part.entered_at is not None
        minutes = int((part.submitted_at - part.entered_at).total_seconds() // 60)
        yield Hit(key=str(part.pk), department_id=part.department_id, measured=f"{minutes} 分钟", rows=(row_of(part),))


def batch(look: Look) -> Iterator[Hit]:
    """Parts of whose answers more than the rule's share was given by 全选无 (R137, 形式执法)."""
    parts = (
        _parts(look)
        .filter(entered_at__gte=look.since, submitted_at__isnull=False)
        .annotate(
            given=Count("answers", filter=Q(answers__is_current=True)),
            at_once=Count("answers", filter=Q(answers__is_current=True, answers__is_batch=True)),
        )
        .filter(at_once__gt=0)
    )
    for part in parts:
        given, at_once = vars(part)["given"], vars(part)["at_once"]
        if at_once * 100 > given * look.amount:
            yield Hit(
                key=str(part.pk),
                department_id=part.department_id,
                measured=f"{at_once} / {given} 项（{at_once * 100 // given}%）",
                rows=(row_of(part),),
            )
