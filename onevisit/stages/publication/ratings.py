"""Anonymous ratings: one per code, nothing in them that leads back, sums only in full batches.

What protects who rates: the code is spent by a keyed digest in a table of its own; a rating has no time, no visit and a
random id; the free words stand apart from the figures; the ledger counts ratings by month and knows no more.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.publication import events
from onevisit.stages.publication.request_models import Rating, RatingOpinion, SpentRating
from onevisit.stages.publication.requests import RequestRefused, anybody
from onevisit.stages.visits import business_keys, entry_codes
from onevisit.stages.visits import selectors as visits
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

LEAST = "rating.least"
LONGEST = 500


@dataclass(frozen=True)
class Given:
    """What somebody gives: one to five, three times yes or no, and words if they like."""

    stars: int
    showed_code: bool
    done_at_once: bool
    made_demands: bool
    words: str = ""


@dataclass(frozen=True)
class Sum:
    """The sums of one department's full batches; `count` is zero while none is full."""

    department: Department
    count: int
    stars: float | None
    showed_code: int
    done_at_once: int
    made_demands: int


def least(*, at: datetime) -> int:
    """Return how many ratings a sum needs at least: the k of the promise."""
    return deadlines.amount(LEAST, on=timezone.localtime(at).date())


@transaction.atomic
def give(*, code: str, visit_id: UUID, key_id: UUID | None, given: Given, at: datetime) -> None:
    """Take a rating of a visit by its code, once; the caller has checked the code.

    The business's own key opens the form and goes into nothing that is kept.

    Raises:
        KeyNeeded: who rates does not hold the key of the business.
        RequestRefused: the code has rated already, or a figure is missing.
    """
    business_keys.must_hold(key_id=key_id, visit_id=visit_id)
    if not 1 <= given.stars <= 5:
        raise RequestRefused(message=_("请选择 1 至 5 分。"), field="stars")
    try:
        with transaction.atomic():
            SpentRating.objects.create(mark=entry_codes.spent_mark(code))
    except IntegrityError as spent:
        raise RequestRefused(message=_("这个检查码已经评价过了，每次检查评价一次。")) from spent
    month = f"{timezone.localtime(at):%Y-%m}"
    rated = [part.department_id for part in visits.inspections_of(visit_id)]
    size = least(at=at)
    for department_id in rated:
        Rating.objects.create(
            id=_random_id(),
            department_id=department_id,
            month=month,
            batch=_batch(department_id, size=size),
            stars=given.stars,
            showed_code=given.showed_code,
            done_at_once=given.done_at_once,
            made_demands=given.made_demands,
        )
    if given.words.strip():
        RatingOpinion.objects.create(
            id=_random_id(), month=month, department_ids=rated, words=given.words.strip()[:LONGEST]
        )
    ledger.append(events.RatingGiven(subject=month), actor=anybody(), at=at)


def has_rated(code: str) -> bool:
    """Tell whether a code is spent."""
    return SpentRating.objects.filter(mark=entry_codes.spent_mark(code)).exists()


def sums(departments: QuerySet[Department], *, at: datetime) -> list[Sum]:
    """Return the sums of each department, zero rows too; a batch that is not full is in none."""
    size = least(at=at)
    return [_sum(department, size=size) for department in departments.order_by("code")]


def opinions(*, actor: Actor, at: datetime) -> list[tuple[RatingOpinion, str]]:
    """Return the free words with the names of the rated departments, for the supervisor; the reading is an entry."""
    capacity = actor.must("rating.read")
    names = dict(Department.objects.values_list("pk", "short_name"))
    ledger.record_read(
        subject_type="rating",
        subject=f"{timezone.localtime(at):%Y-%m}",
        what=_("匿名评价的意见原文"),
        actor=actor,
        at=at,
        capacity=capacity,
    )
    return [
        (one, "、".join(names.get(pk, "") for pk in one.department_ids)) for one in RatingOpinion.objects.all()[:500]
    ]


def _sum(department: Department, *, size: int) -> Sum:
    rows = Rating.objects.filter(department=department)
    full = rows.values("batch").annotate(n=Count("pk")).filter(n__gte=size).values_list("batch", flat=True)
    found = rows.filter(batch__in=list(full)).aggregate(
        count=Count("pk"),
        stars=Avg("stars"),
        showed_code=Count("pk", filter=Q(showed_code=True)),
        done_at_once=Count("pk", filter=Q(done_at_once=True)),
        made_demands=Count("pk", filter=Q(made_demands=True)),
    )
    return Sum(department=department, **found)


def _batch(department_id: UUID, *, size: int) -> int:
    """Return the batch that the next rating of a department falls into: the latest until it is full."""
    Department.objects.select_for_update().get(pk=department_id)
    rows = Rating.objects.filter(department_id=department_id)
    latest = rows.aggregate(latest=Max("batch"))["latest"] or 0
    return latest + 1 if latest == 0 or rows.filter(batch=latest).count() >= size else latest


def _random_id() -> UUID:
    """Return an id that says nothing of when it was made."""
    return UUID(bytes=secrets.token_bytes(16), version=4)
