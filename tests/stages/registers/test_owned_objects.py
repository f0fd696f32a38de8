"""Places, products and conduct in the register (DS-07): typed ids, and the business that they belong to."""

import pytest
from django.test import Client

from onevisit.stages.registers import merges, selectors
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import InspectionTarget
from tests import cast
from tests.cast import Cast
from tests.stages.registers import files, records

PLACE = {
    "统一社会信用代码": "",
    "对象编号": "site:XM-0101",
    "对象类型": "场所",
    "所属主体": files.GOOD,
    "名称": "鹭安加油站二号罐区",
    "区划代码": "350206",
    "地址": "厦门市湖里区仙岳路 8 号",
    "行业代码": "5265",
}
PRODUCT = {**PLACE, "对象编号": "prod:92-2026-11", "对象类型": "产品", "名称": "92 号车用汽油"}
CONDUCT = {**PLACE, "对象编号": "act:presale-7", "对象类型": "行为", "名称": "预付卡发放行为"}


def _imported(people: Cast, *rows: dict[str, str]) -> object:
    run = imports.upload(
        kind="targets", file_name="对象.csv", content=files.csv_bytes(*rows), actor=people.actor("陈"), at=cast.AT
    )
    imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)
    return run


def test_places_products_and_conduct_are_imported_with_their_business(people: Cast) -> None:
    company = records.target(people)

    _imported(people, PLACE, PRODUCT, CONDUCT)

    made = InspectionTarget.objects.filter(owner=company)
    assert {(one.object_id, one.kind) for one in made} == {
        ("site:XM-0101", "site"),
        ("prod:92-2026-11", "product"),
        ("act:presale-7", "conduct"),
    }
    assert [one.object_id for one in selectors.archive(target=company, on=cast.AT.date()).owned] == sorted(
        one.object_id for one in made
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**PLACE, "所属主体": "91350200XMDM0000XX"}, "请先导入该主体"),
        ({**PLACE, "所属主体": "site:XM-0001"}, "所属主体须是企业"),
        ({**files.TARGET, "对象编号": "", "对象类型": "企业", "所属主体": files.GOOD}, "不填所属主体"),
    ],
)
def test_an_owner_that_is_unknown_or_none_is_refused_by_row(people: Cast, row: dict[str, str], words: str) -> None:
    records.site(people)

    run = imports.upload(
        kind="targets", file_name="对象.csv", content=files.csv_bytes(row), actor=people.actor("陈"), at=cast.AT
    )

    assert any(words in str(fault) for fault in run.errors)
    assert not InspectionTarget.objects.filter(object_id="site:XM-0101").exists()


def test_the_pages_of_business_and_place_lead_to_each_other(people: Cast) -> None:
    company = records.target(people)
    _imported(people, PLACE)
    place = InspectionTarget.objects.get(object_id="site:XM-0101")
    user = people.officers["陈"].user
    assert user is not None
    client = Client()
    client.force_login(user)

    of_company = client.get(f"/registers/targets/{company.pk}?tab=linked").content.decode()
    of_place = client.get(f"/registers/targets/{place.pk}?tab=linked").content.decode()

    assert "鹭安加油站二号罐区" in of_company
    assert company.name in of_place


def test_what_belongs_to_a_merged_record_belongs_to_the_one_that_stays(people: Cast) -> None:
    company = records.target(people)
    _imported(people, PLACE)
    kept = InspectionTarget.objects.create(
        object_id="site:XM-9", name=company.name, address=company.address, region_code="350206", industry_code="5265"
    )
    merges.merge(kept=kept, dropped=company, rule="same_place", actor=people.actor("林"), at=cast.AT)

    assert [one.object_id for one in selectors.archive(target=kept, on=cast.AT.date()).owned] == ["site:XM-0101"]
