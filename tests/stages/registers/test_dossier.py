"""Complaints and supplies of a target: entered, imported, listed, refused, in the ledger."""

from datetime import date

import pytest
from django.test import Client

from onevisit.stages.registers import dossier
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import Complaint, ImportRun, InspectionTarget, Supply
from onevisit.stages.registers.refusals import RecordRefused
from onevisit.support import clock
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db
COMPLAINT = {
    "统一社会信用代码": files.GOOD,
    "承办机构编码": "350200-03",
    "渠道": "12345",
    "工单编号": "HL-1",
    "受理日期": "2026-11-01",
    "事由": "油品质量",
    "内容摘要": "加注后车辆抖动。",
    "办结日期": "",
}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: cast.AT)


def _client(people: cast.Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def _run(people: cast.Cast, kind: str, *rows: dict[str, str], name: str = "林") -> ImportRun:
    content = files.csv_bytes(*rows)
    return imports.upload(kind=kind, file_name="x.csv", content=content, actor=people.actor(name), at=cast.AT)


def _register(people: cast.Cast, *, by: str = "林", summary: str = "", number: str = "HL-1") -> Complaint:
    return dossier.register_complaint(
        target=records.target(people),
        department=people.departments["市商务局"],
        channel="12345",
        number=number,
        received_on=date(2026, 11, 1),
        matter="油品质量",
        summary=summary,
        actor=people.actor(by),
        at=cast.AT,
    )


def _other(people: cast.Cast) -> InspectionTarget:
    row = {**files.TARGET, "统一社会信用代码": files.GOOD_TOO, "名称": "厦门鹭油油库有限公司", "地址": "油库路1号"}
    return records.target(people, row=row)


def test_a_file_of_complaints_stands_on_its_targets_and_is_one_entry(people: cast.Cast) -> None:
    target = records.target(people)

    run = _run(people, "complaints", COMPLAINT, {**COMPLAINT, "工单编号": "HL-2", "办结日期": "2026-11-05"})
    imports.confirm(run=run, actor=people.actor("林"), at=cast.AT)

    page = _client(people, "王").get(f"/registers/targets/{target.pk}?tab=complaints").content.decode()
    assert "HL-1" in page
    assert "加注后车辆抖动。" in page
    assert "2026-11-05 已办结" in page
    listed = _client(people, "王").get("/registers/complaints?tab=open").content.decode()
    assert "HL-1" in listed
    assert "HL-2" not in listed
    assert LedgerEntry.objects.filter(event="import.confirmed", subject=str(run.pk)).count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"内容摘要": "请回电 13900001234"}, "含手机号或身份证号"),
        ({"受理日期": "2026-12-01"}, "受理日期晚于今天"),
        ({"办结日期": "2026-10-01"}, "办结日期早于受理日期"),
        ({"承办机构编码": "350200-01"}, "属于其他部门"),
        ({"统一社会信用代码": files.GOOD_TOO}, "名录库中没有代码为"),
        ({"渠道": "微信"}, "渠道"),
    ],
)
def test_a_wrong_complaint_is_named_by_row_and_field(people: cast.Cast, change: dict[str, str], words: str) -> None:
    records.target(people)

    run = _run(people, "complaints", {**COMPLAINT, **change})

    assert run.errors_count == 1
    assert words in str(run.errors[0])
    assert not Complaint.objects.exists()


def test_one_complaint_is_entered_once_and_leaves_its_entry(people: cast.Cast) -> None:
    _register(people)

    with pytest.raises(RecordRefused, match="已经登记"):
        _register(people)
    with pytest.raises(RecordRefused, match="手机号或身份证号"):
        _register(people, number="HL-9", summary="电话 13900001234")
    with pytest.raises(MayNot):
        _register(people, by="王", number="HL-8")
    assert Complaint.objects.count() == 1
    entry = LedgerEntry.objects.get(event="complaint.registered")
    assert entry.related == [f"target:{records.target(people).pk}"]


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(people: cast.Cast) -> None:
    target = records.target(people)
    organ = str(people.departments["市商务局"].pk)
    given = {"channel": "12315", "number": "XF-1", "matter": "计量", "department": organ}
    path = f"/registers/targets/{target.pk}/complaints/register"

    refused = _client(people, "林").post(path, {**given, "received_on": "2026-11-11"})
    taken = _client(people, "林").post(path, {**given, "received_on": "2026-11-09"})

    assert refused.status_code == 422
    assert "受理日期晚于今天" in refused.content.decode()
    assert 'value="XF-1"' in refused.content.decode()
    assert taken["Location"] == f"/registers/targets/{target.pk}?tab=complaints"


def test_a_supply_stands_at_both_ends_until_it_is_ended(people: cast.Cast) -> None:
    target, depot = records.target(people), _other(people)
    organ = str(people.departments["市商务局"].pk)
    client = _client(people, "林")
    path = f"/registers/targets/{target.pk}/supply"
    given = {"direction": "from", "goods": "汽油", "valid_from": "2026-01-01", "source": "台账", "department": organ}

    unknown = client.post(f"{path}/register", {**given, "other": "91350200XMDM00099X"})
    client.post(f"{path}/register", {**given, "other": files.GOOD_TOO})

    assert "名录库中没有这个代码的检查对象" in unknown.content.decode()
    row = Supply.objects.get()
    assert (row.supplier, row.buyer) == (depot, target)
    assert depot.name in client.get(f"/registers/targets/{target.pk}?tab=supply").content.decode()
    assert target.name in client.get(f"/registers/targets/{depot.pk}?tab=supply").content.decode()
    client.post(f"{path}/end", {"supply": str(row.pk), "on": "2026-10-31", "department": organ})
    row.refresh_from_db()
    assert row.valid_to == date(2026, 10, 31)
    assert LedgerEntry.objects.filter(event__in=("supply.registered", "supply.ended")).count() == 2
    with pytest.raises(RecordRefused, match="已经终止"):
        dossier.end_supply(
            supply=row,
            department=people.departments["市商务局"],
            on=date(2026, 11, 1),
            actor=people.actor("林"),
            at=cast.AT,
        )


def test_a_file_of_supplies_refuses_a_target_that_supplies_itself(people: cast.Cast) -> None:
    records.target(people)
    _other(people)
    good = {
        "供货方代码": files.GOOD_TOO,
        "购货方代码": files.GOOD,
        "商品": "汽油",
        "开始日期": "2026-01-01",
        "来源": "台账",
    }

    wrong = _run(people, "supplies", {**good, "购货方代码": files.GOOD_TOO})
    run = _run(people, "supplies", good)
    imports.confirm(run=run, actor=people.actor("林"), at=cast.AT)

    assert "同一个对象" in str(wrong.errors[0])
    assert Supply.objects.count() == 1
