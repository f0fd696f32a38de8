"""本年入企 is one figure: the list, its export, the archive and the page behind the code say the same."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from onevisit.stages.registers import availability, merges, selectors
from onevisit.stages.registers.models import FormerInspection, InspectionTarget, TargetKind
from onevisit.stages.visits import codes
from onevisit.stages.visits.models import EntryCode, Visit
from onevisit.stages.visits.selectors import yearly
from onevisit.support import clock
from onevisit.web.desk.views import targets
from onevisit.web.ui import exports
from tests import visit_scenes
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _product(owner: InspectionTarget, number: int = 1) -> InspectionTarget:
    return InspectionTarget.objects.create(
        object_id=f"prod:XM-{number}",
        kind=TargetKind.PRODUCT,
        name="燃气灶",
        region_code=owner.region_code,
        address=owner.address,
        industry_code=owner.industry_code,
        owner=owner,
    )


def _inspected(people: Cast, target: InspectionTarget, visit: Visit) -> None:
    """Let two departments be there on one day, one of them on another day, and once for what counts to no cap."""
    own = timezone.localtime(visit.starts_at).date()
    for days, short, counts in (
        (20, "市商务局", True),
        (20, "市市监局", True),
        (10, "市商务局", True),
        (5, "市商务局", False),
    ):
        FormerInspection.objects.create(
            target=target,
            department=people.departments[short],
            on=own - timedelta(days=days),
            kind="日常",
            result="未发现问题",
            counts_to_cap=counts,
        )


def _listed(client: Client, people: Cast, target: InspectionTarget) -> str:
    user = people.officers["陈"].user
    assert user is not None
    client.force_login(user)
    page = client.get("/registers/targets").context["page"]
    place = [column.key for column in page.columns].index("visits")
    return next(str(cells[place].html) for pk, _url, cells in page.rows if pk == str(target.pk))


def test_every_page_says_the_same_number_of_a_business_and_of_what_belongs_to_it(client: Client, people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    product = _product(visit.target)
    _inspected(people, product, visit)
    year = timezone.localtime(visit.starts_at).year
    assert year == AT.year

    for one in (visit.target, product):
        archive = selectors.archive(target=one, on=AT.date())
        assert (archive.visits_this_year, archive.visited_this_year) == (2, {"市商务局": 2, "市市监局": 1})
        assert _listed(client, people, one) == "2"
        assert len(availability.days_visited(target_ids=[one.pk], year=year)[one.pk]) == 2
        rows = exports._filled(targets.TARGETS, targets.TARGETS.rows(people.actor("陈")).filter(pk=one.pk))
        column = next(column for column in targets.TARGETS.columns if column.key == "visits")
        assert [exports.value(column, row) for row in rows] == [2]
    assert len(yearly.days_of_year(visit, at=visit.starts_at)) == 2
    code = EntryCode.objects.get(visit=visit)
    assert codes.page_of(visit, code=code.code).visits_this_year == 3, "with the visit itself"


def test_what_was_merged_counts_for_the_business_that_it_became(client: Client, people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    twin = InspectionTarget.objects.create(
        object_id="site:XM-7", name="旧名录的加油站", region_code="350206", address="旧址", industry_code="5265"
    )
    _inspected(people, _product(twin), visit)
    merges.merge(kept=visit.target, dropped=twin, rule="same_place", actor=people.actor("陈"), at=AT)

    assert selectors.archive(target=visit.target, on=AT.date()).visits_this_year == 2
    assert _listed(client, people, visit.target) == "2"
    code = EntryCode.objects.get(visit=visit)
    assert codes.page_of(visit, code=code.code).visits_this_year == 3


def test_the_day_of_the_visit_counts_once_whoever_is_noted_in_the_archive_already(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    own = timezone.localtime(visit.starts_at).date()
    for day in (own, own + timedelta(days=1)):
        FormerInspection.objects.create(
            target=visit.target, department=people.departments["市商务局"], on=day, kind="日常", result="未发现问题"
        )

    assert yearly.count_with(visit) == 1


def test_the_list_asks_as_often_for_many_rows_as_for_one(
    client: Client, people: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    visit = visit_scenes.dispatched(people)
    _inspected(people, _product(visit.target), visit)
    rows = list(InspectionTarget.objects.all())
    assert len(rows) > 2

    for some in (rows[:1], rows):
        with django_assert_num_queries(4):
            targets.TARGETS.fill(some) if targets.TARGETS.fill else None
        assert all(hasattr(row, "visits_count") for row in some)
