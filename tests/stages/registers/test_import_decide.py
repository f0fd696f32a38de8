"""Rows that may be about targets that stand already: found and decided by rule; a merge can be undone."""

from datetime import timedelta

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.registers import merges
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.imports.trying import ImportRefused
from onevisit.stages.registers.models import ImportRun, InspectionTarget, TargetMerge
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db
RENAMED = {**files.TARGET, "名称": "厦门鹭安能源有限公司", "街道": "金山街道"}
SITE = {
    **files.TARGET,
    "统一社会信用代码": "",
    "对象编号": "site:XM-0001",
    "对象类型": "场所",
    "街道": "金山街道",
    "联系电话": "0592-6000002",
}


def upload(people: cast.Cast, *rows: dict[str, str]) -> ImportRun:
    return imports.upload(
        kind="targets", file_name="名录.csv", content=files.csv_bytes(*rows), actor=people.actor("陈"), at=cast.AT
    )


def decided(people: cast.Cast, run: ImportRun, **decisions: str) -> ImportRun:
    actor = people.actor("陈")
    return imports.check(
        run=imports.decide(run=run, decisions=decisions, actor=actor, at=cast.AT), actor=actor, at=cast.AT
    )


def confirmed(people: cast.Cast, run: ImportRun) -> ImportRun:
    return imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)


def test_a_code_that_stands_under_another_name_is_named_and_updated_where_nobody_decides(people: cast.Cast) -> None:
    records.target(people)

    run = upload(people, RENAMED)

    assert run.suspects_count == {"same_code": 1}
    assert run.suspects[0]["pairs"][0] == ("名称", "厦门鹭安能源有限公司", "厦门鹭安加油站有限公司")
    confirmed(people, run)
    assert InspectionTarget.objects.get().name == "厦门鹭安能源有限公司"


def test_keeping_writes_nothing_of_the_row(people: cast.Cast) -> None:
    records.target(people)

    run = confirmed(people, decided(people, upload(people, RENAMED), same_code="keep"))

    assert (run.new_count, run.changed_count, run.unchanged_count) == (0, 0, 1)
    assert InspectionTarget.objects.get().name == "厦门鹭安加油站有限公司"


def test_merging_fills_what_is_empty_leaves_an_entry_and_can_be_undone(people: cast.Cast) -> None:
    target = records.target(people)

    confirmed(people, decided(people, upload(people, RENAMED), same_code="merge"))
    target.refresh_from_db()
    assert (target.name, target.street) == ("厦门鹭安加油站有限公司", "金山街道")
    assert LedgerEntry.objects.filter(event="target.merged", subject=str(target.pk)).count() == 1

    merges.unmerge(merge=TargetMerge.objects.get(), actor=people.actor("陈"), at=cast.AT + timedelta(days=30))

    target.refresh_from_db()
    assert target.street == ""


def test_a_site_at_the_place_of_a_company_is_named_and_added_where_nobody_decides(people: cast.Cast) -> None:
    records.target(people)

    run = upload(people, SITE)

    assert run.suspects_count == {"same_place": 1}
    confirmed(people, run)
    assert InspectionTarget.objects.count() == 2


@pytest.mark.parametrize(
    ("decision", "phone"), [("update", "0592-6000002"), ("keep", "0592-6000001"), ("merge", "0592-6000001")]
)
def test_a_bulk_decision_keeps_one_record_of_one_place(people: cast.Cast, decision: str, phone: str) -> None:
    records.target(people)

    run = decided(people, upload(people, SITE), same_place=decision)
    assert run.new_count == 0
    confirmed(people, run)

    target = InspectionTarget.objects.get()
    assert (target.uscc, target.contact_phone) == (files.GOOD, phone)


def test_one_row_may_differ_from_the_rule(people: cast.Cast) -> None:
    records.target(people)

    run = decided(people, upload(people, RENAMED), **{"same_code": "keep"})
    run = decided(people, run, **{"2": "update"})

    assert run.suspects[0]["decision"] == "update"
    assert run.changed_count == 1


def test_two_codes_at_one_place_are_two_businesses(people: cast.Cast) -> None:
    records.target(people)

    run = upload(people, {**files.TARGET, "统一社会信用代码": files.GOOD_TOO})

    assert run.suspects_count == {}


def test_only_the_offered_decisions_are_taken(people: cast.Cast) -> None:
    records.target(people)

    with pytest.raises(ImportRefused, match="不能这样处理疑似重复"):
        decided(people, upload(people, RENAMED), same_code="new")


def test_another_department_may_not_decide(people: cast.Cast) -> None:
    run = records.run(people)

    with pytest.raises(MayNot):
        imports.decide(run=run, decisions={"same_code": "keep"}, actor=people.actor("王"), at=cast.AT)


def test_after_the_import_nothing_is_decided(people: cast.Cast) -> None:
    records.target(people)
    run = confirmed(people, upload(people, RENAMED))

    with pytest.raises(WrongState):
        decided(people, run, same_code="keep")


def test_deciding_leaves_an_entry(people: cast.Cast) -> None:
    records.target(people)

    decided(people, upload(people, RENAMED), same_code="keep")

    assert LedgerEntry.objects.filter(event="import.decided").count() == 1
