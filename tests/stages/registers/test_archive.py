"""One target, one archive: burden of the year, history under the names of that time, and a contact that is guarded."""

from datetime import date

import pytest
from django.test import Client

from onevisit.stages.registers import selectors, services
from onevisit.stages.registers.models import FormerInspection, InspectionTarget, TargetKind
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.models import DepartmentName
from onevisit.support.ledger.models import LedgerEntry
from tests import cast
from tests.stages.registers import records

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)


def _page(people: cast.Cast, name: str, path: str) -> str:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client.get(path).content.decode()


def test_departments_on_one_day_are_one_visit(people: cast.Cast) -> None:
    for department in ("市市监局", "市消防支队"):
        records.former(people, on=date(2026, 5, 20), department=department)
    records.former(people, on=date(2026, 8, 1))
    records.former(people, on=date(2025, 8, 1))
    records.former(people, on=date(2026, 9, 1), counts=False)

    archive = selectors.archive(target=records.target(people), on=DAY)

    assert archive.visits_this_year == 2
    assert archive.visited_this_year == {"市市监局": 2, "市消防支队": 1}
    assert len(archive.inspections) == 5


def test_the_archive_of_a_business_counts_the_visits_at_what_belongs_to_it(people: cast.Cast) -> None:
    owner = records.target(people)
    product = InspectionTarget.objects.create(
        object_id="prod:XM1",
        kind=TargetKind.PRODUCT,
        name="燃气灶",
        region_code=owner.region_code,
        address=owner.address,
        industry_code=owner.industry_code,
        owner=owner,
    )
    records.former(people, on=date(2026, 8, 1))
    FormerInspection.objects.create(
        target=product,
        department=people.departments["市消防支队"],
        on=date(2026, 9, 2),
        kind="日常",
        result="未发现问题",
    )

    assert [selectors.archive(target=one, on=DAY).visits_this_year for one in (owner, product)] == [2, 2]
    assert len(selectors.archive(target=owner, on=DAY).inspections) == 1
    listed = _page(people, "林", "/registers/targets?q=" + owner.name)
    assert "2 次" in _page(people, "林", f"/registers/targets/{owner.pk}")
    assert owner.name in listed


@pytest.mark.requirement("R17")
def test_the_page_shows_an_organ_by_its_name_of_that_day(people: cast.Cast) -> None:
    organ = people.departments["市应急局"]
    organ.valid_from = date(2016, 1, 1)
    organ.save(update_fields=["valid_from"])
    DepartmentName.objects.create(
        department=organ,
        name="厦门市安全生产监督管理局",
        short_name="市安监局",
        valid_from=date(2016, 1, 1),
        valid_to=date(2019, 1, 31),
    )
    records.former(people, on=date(2017, 6, 11), department="市应急局")

    page = _page(people, "林", f"/registers/targets/{records.target(people).pk}")

    assert "厦门市安全生产监督管理局" in page
    assert "（今市应急局）" in page


def test_the_contact_is_masked_until_somebody_asks_and_then_logged(people: cast.Cast) -> None:
    target = records.target(people)

    page = _page(people, "林", f"/registers/targets/{target.pk}")
    contact = services.read_contact(target=target, actor=people.actor("林"), at=cast.AT)

    assert "陈店长" not in page
    assert "0592-6000001" not in page
    assert "陈**" in page
    assert contact == services.Contact(name="陈店长", phone="0592-6000001")
    entry = LedgerEntry.objects.get(subject=str(target.pk), event="record.read")
    assert b"6000001" not in bytes(entry.payload)


def test_a_supervisor_may_see_the_archive_and_not_the_contact(people: cast.Cast) -> None:
    with pytest.raises(MayNot):
        services.read_contact(target=records.target(people), actor=people.actor("司"), at=cast.AT)


def test_noting_an_inspection_twice_changes_nothing(people: cast.Cast) -> None:
    target = records.target(people)
    for result in ("未发现问题", "另写一次"):
        services.note_inspection(
            target_id=target.pk,
            department_id=people.departments["市市监局"].pk,
            on=DAY,
            kind="综合查一次",
            result=result,
            reference="厦市监检通〔2026〕1号",
        )

    assert [found.result for found in selectors.past_inspections(target_id=target.pk)] == ["未发现问题"]


@pytest.mark.parametrize(("text", "shown"), [("陈店长", "陈**"), ("0592-6000001", "059****0001"), ("", "")])
def test_masking_keeps_only_the_ends(text: str, shown: str) -> None:
    assert services.masked(text) == shown
