"""Experts assist and are suspended with a reason; a department rewrites its own checklist, versions side by side."""

from datetime import date

import pytest
from django.test import Client

from onevisit.stages.registers import experts, item_versions
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import Expert, InspectionItem, ItemVersion, LegalBasis
from onevisit.stages.registers.refusals import RecordRefused
from onevisit.support import clock
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _page(people: Cast, name: str, path: str) -> str:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_expert_is_entered_suspended_and_asked_again(people: Cast) -> None:
    expert = records.expert(people)
    assert "不单独检查" in _page(people, "王", "/registers/experts")
    assert "方工" in _page(people, "王", "/registers/experts")

    with pytest.raises(RecordRefused, match="停用理由"):
        experts.suspend(expert=expert, reason=" ", actor=people.actor("林"), at=AT)
    with pytest.raises(MayNot):
        experts.suspend(expert=expert, reason="调离", actor=people.actor("王"), at=AT)
    experts.suspend(expert=expert, reason="调离", actor=people.actor("林"), at=AT)
    with pytest.raises(RecordRefused, match="已经停用"):
        experts.suspend(expert=expert, reason="调离", actor=people.actor("林"), at=AT)
    experts.resume(expert=expert, actor=people.actor("林"), at=AT)

    events = LedgerEntry.objects.filter(subject=str(expert.pk)).values_list("event", flat=True)
    assert sorted(events) == ["expert.registered", "expert.resumed", "expert.suspended"]
    assert all("方工" not in bytes(entry.payload).decode() for entry in LedgerEntry.objects.all())


def test_a_file_of_experts_is_the_departments_own(people: Cast) -> None:
    row = {
        "姓名": "卓工",
        "工作单位": "示例检验所",
        "专业领域": "压力容器",
        "推荐机构编码": "350200-03",
        "聘期至": "2027-12-31",
    }
    strange = {**row, "推荐机构编码": "350200-01"}

    wrong = imports.upload(
        kind="experts", file_name="x.csv", content=files.csv_bytes(strange), actor=people.actor("林"), at=AT
    )
    run = imports.upload(
        kind="experts", file_name="x.csv", content=files.csv_bytes(row), actor=people.actor("林"), at=AT
    )
    imports.confirm(run=run, actor=people.actor("林"), at=AT)

    assert "属于其他部门" in str(wrong.errors[0])
    assert Expert.objects.get().domains == ["压力容器"]


def test_a_department_rewrites_its_own_checklist_and_both_versions_stay(people: Cast) -> None:
    item = records.edited_item(people)

    assert [row.version for row in item.versions.all()] == [2, 1]
    page = _page(people, "王", f"/registers/items/{item.pk}/compare")
    assert "<ins>的主体、地址、有效期</ins>" in page
    assert "<ins>证书原件</ins>" in page
    assert page.count("没有变化") == 2
    entry = LedgerEntry.objects.get(event="item.edited")
    assert "写清核对什么" not in bytes(entry.payload).decode()


def test_another_department_may_not_rewrite_it_and_nothing_new_is_no_version(people: Cast) -> None:
    item = records.item(people)
    given = {"papers": item.papers, "phrases": item.phrases, "reason": "试改", "at": AT}

    with pytest.raises(MayNot):
        item_versions.edit(item=item, how="别的", actor=people.actor("王"), **given)
    with pytest.raises(RecordRefused, match="没有生成新版本"):
        item_versions.edit(item=item, how=item.how, actor=people.actor("林"), **given)
    assert not ItemVersion.objects.exists()


def test_an_item_is_used_again_only_with_a_basis_valid_today(people: Cast) -> None:
    item = records.item(people)
    item_versions.suspend(item=item, reason="并入他项", actor=people.actor("林"), at=AT)
    LegalBasis.objects.filter(item=item, valid_to__isnull=True).update(valid_to=date(2026, 10, 31))

    with pytest.raises(RecordRefused, match=r"没有有效的法律依据，不能启用。.*2026-10-31"):
        item_versions.resume(item=item, actor=people.actor("林"), at=AT)
    LegalBasis.objects.filter(item=item, valid_to=date(2026, 10, 31)).update(valid_to=None)
    item_versions.resume(item=item, actor=people.actor("林"), at=AT)

    assert InspectionItem.objects.get(pk=item.pk).is_active
    events = LedgerEntry.objects.filter(subject=str(item.pk)).values_list("event", flat=True)
    assert sorted(events) == ["item.resumed", "item.suspended"]
