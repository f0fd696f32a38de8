"""The lists of the registers: filters find, scopes hold, queries do not grow with the rows."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from onevisit.stages.registers import selectors
from onevisit.stages.registers.models import Inspector, Leave, QuietListing
from onevisit.support import clock
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: cast.AT)


def client_of(people: cast.Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def page(people: cast.Cast, name: str, path: str) -> str:
    return client_of(people, name).get(path).content.decode()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=鹭安", True),
        ("q=思明", False),
        ("industry=52", True),
        ("industry=61", False),
        ("risk=C", True),
        ("risk=A", False),
        ("directory=gas-stations", True),
        ("quiet=on", True),
        ("expiring=on", True),
        ("unvisited=on", False),
        ("tab=active", True),
        ("tab=gone", False),
    ],
)
def test_each_filter_of_targets_narrows(people: cast.Cast, query: str, is_found: bool) -> None:
    target = records.target(people)
    records.directory(people)
    today = cast.AT.date()
    records.licence(people, until=today)
    records.former(people, on=date(today.year, 1, 2))
    QuietListing.objects.create(target=target, reason="信用良好", valid_from=today, valid_to=today)

    shown = page(people, "林", f"/registers/targets?{query}")

    assert (files.TARGET["名称"] in shown) is is_found


def test_the_list_of_targets_asks_no_more_for_more_rows(
    people: cast.Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(people, "林")
    records.target(people)
    records.target(people, row={**files.TARGET, "统一社会信用代码": files.GOOD_TOO, "名称": "另一站"})

    with django_assert_max_num_queries(30):
        client.get("/registers/targets")


def test_a_clerk_sees_the_inspectors_of_the_own_department_only(people: cast.Cast) -> None:
    own, other = records.inspector(people, name="林一"), records.inspector(people, name="王一")

    assert list(Inspector.objects.visible_to(people.actor("林"))) == [own]
    assert list(Inspector.objects.visible_to(people.actor("王一"))) == [other]
    assert Inspector.objects.visible_to(people.actor("陈")).count() == 2
    assert not Inspector.objects.visible_to(people.actor("吴")).exists()


def test_an_expired_certificate_says_that_it_keeps_one_out_of_the_draw(people: cast.Cast) -> None:
    records.inspector(people, until=date(2026, 1, 1))

    assert "已到期，不进抽取库" in page(people, "林", "/registers/inspectors")
    assert "已到期，不进抽取库" not in page(people, "林", "/registers/inspectors?state=valid")


def test_an_inspector_on_leave_is_marked(people: cast.Cast) -> None:
    inspector = records.inspector(people)
    Leave.objects.create(inspector=inspector, from_on=date(2020, 1, 1), to_on=date(2100, 1, 1), reason="学习")

    assert "休假，不进抽取库" in page(people, "林", "/registers/inspectors?away=on")


@pytest.mark.requirement("R19")
def test_the_matrix_reports_items_without_an_owner(people: cast.Cast) -> None:
    item = records.item(people)

    before = selectors.matrix(on=cast.AT.date())
    organ = item.department
    organ.valid_to = date(2020, 1, 1)
    organ.save(update_fields=["valid_to"])
    after = selectors.matrix(on=cast.AT.date())

    assert [(row.item, row.is_orphan) for row in before] == [(item, False)]
    assert [(row.item, row.is_orphan) for row in after] == [(item, True)]
    assert item.title in page(people, "林", "/registers/matrix")


@pytest.mark.requirement("R124")
def test_industries_without_an_item_or_a_visit_in_two_years_are_gaps(people: cast.Cast) -> None:
    target = records.target(people)
    item = records.item(people)
    day = cast.AT.date()

    uncovered = selectors.gaps(on=day)
    item.industries = ["5265"]
    item.save(update_fields=["industries"])
    unvisited = selectors.gaps(on=day)
    records.former(people, on=day)
    none = selectors.gaps(on=day)

    assert [(gap.industry_code, gap.is_uncovered) for gap in uncovered] == [(target.industry_code, True)]
    assert [(gap.is_uncovered, gap.unvisited_count) for gap in unvisited] == [(False, 1)]
    assert none == []


@pytest.mark.requirement("R94")
def test_targets_of_daily_life_can_be_filtered_by_tag_or_directory(people: cast.Cast) -> None:
    target = records.target(people)
    before = page(people, "林", "/registers/targets?livelihood=on")
    target.tags = ["民生"]
    target.save(update_fields=["tags"])
    tagged = page(people, "林", "/registers/targets?livelihood=on")
    target.tags = []
    target.save(update_fields=["tags"])
    directory = records.directory(people)
    directory.is_livelihood = True
    directory.save(update_fields=["is_livelihood"])
    listed = page(people, "林", "/registers/targets?livelihood=on")

    assert [target.name in shown for shown in (before, tagged, listed)] == [False, True, True]


def test_an_item_shows_the_law_of_today_and_the_one_that_has_ended(people: cast.Cast) -> None:
    shown = page(people, "林", f"/registers/items/{records.item(people).pk}")

    assert "《计量法》第9条" in shown
    assert "此日无效" in shown
    assert "待核实" in shown


def test_a_directory_can_be_read_as_an_earlier_version_held_it(people: cast.Cast) -> None:
    directory = records.directory(people)
    directory.entries.update(removed_in=2)
    directory.version = 2
    directory.save(update_fields=["version"])

    first = page(people, "林", f"/registers/directories/{directory.pk}?version=1")
    second = client_of(people, "林").get(f"/registers/directories/{directory.pk}")
    unknown = client_of(people, "林").get(f"/registers/directories/{directory.pk}?version=3")

    assert files.TARGET["名称"] in first
    assert "本版移出" in second.content.decode()
    assert unknown.status_code == 404
