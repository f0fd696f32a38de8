"""An import writes all rows or none, and leaves one entry with the file's hash."""

import hashlib

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.imports.reading import UnreadableFile
from onevisit.stages.registers.models import Directory, ImportRun, InspectionItem, InspectionTarget
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import cast
from tests.stages.registers import files

pytestmark = pytest.mark.django_db
WRONG = {**files.TARGET, "统一社会信用代码": "91350200XMDM00012X", "名称": "另一站"}


def upload(people: cast.Cast, *rows: dict[str, str], name: str = "陈", kind: str = "targets") -> ImportRun:
    return imports.upload(
        kind=kind, file_name="名录.csv", content=files.csv_bytes(*rows), actor=people.actor(name), at=cast.AT
    )


def test_a_dry_run_counts_and_writes_nothing(people: cast.Cast) -> None:
    run = upload(people, files.TARGET)

    assert (run.state, run.rows_count, run.new_count, run.errors_count) == ("checked", 1, 1, 0)
    assert not InspectionTarget.objects.exists()


def test_confirming_writes_every_row_and_one_entry_with_the_hash(people: cast.Cast) -> None:
    content = files.csv_bytes(files.TARGET, {**files.TARGET, "统一社会信用代码": files.GOOD_TOO, "名称": "另一站"})
    run = imports.upload(kind="targets", file_name="名录.csv", content=content, actor=people.actor("陈"), at=cast.AT)

    imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)

    target = InspectionTarget.objects.get(uscc=files.GOOD)
    assert (target.industry_name, target.initials) == ("机动车燃油零售", "xmlajyzyxgs")
    assert InspectionTarget.objects.count() == 2
    entry = LedgerEntry.objects.get(event="import.confirmed")
    assert hashlib.sha256(content).hexdigest().encode() in bytes(entry.payload)


def test_one_faulty_row_keeps_every_row_out(people: cast.Cast) -> None:
    run = upload(people, files.TARGET, WRONG)

    with pytest.raises(imports.ImportRefused, match="还有 1 行有误，先改或从文件中剔除"):
        imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)

    assert not InspectionTarget.objects.exists()
    assert not LedgerEntry.objects.filter(event="import.confirmed").exists()


def test_a_fault_mended_in_place_lets_the_import_through(people: cast.Cast) -> None:
    run = upload(people, files.TARGET, WRONG)

    run = imports.correct(run=run, cells={3: {"uscc": files.GOOD_TOO}}, actor=people.actor("陈"), at=cast.AT)
    imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)

    assert InspectionTarget.objects.count() == 2
    assert LedgerEntry.objects.filter(event="import.corrected").count() == 1


def test_a_row_left_out_is_not_imported(people: cast.Cast) -> None:
    run = upload(people, files.TARGET, WRONG)

    run = imports.correct(run=run, cells={}, dropped=[3], actor=people.actor("陈"), at=cast.AT)
    imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)

    assert [target.name for target in InspectionTarget.objects.all()] == [files.TARGET["名称"]]


def test_the_same_file_again_changes_nothing(people: cast.Cast) -> None:
    first = upload(people, files.TARGET)
    imports.confirm(run=first, actor=people.actor("陈"), at=cast.AT)

    again = upload(people, files.TARGET)

    assert (again.new_count, again.changed_count, again.unchanged_count) == (0, 0, 1)


def test_a_changed_row_updates_the_record(people: cast.Cast) -> None:
    imports.confirm(run=upload(people, files.TARGET), actor=people.actor("陈"), at=cast.AT)

    changed = upload(people, {**files.TARGET, "信用风险分类": "D"})
    imports.confirm(run=changed, actor=people.actor("陈"), at=cast.AT)

    assert InspectionTarget.objects.get().credit_risk_class == "D"


def test_the_same_code_twice_with_other_content_is_a_fault(people: cast.Cast) -> None:
    run = upload(people, files.TARGET, {**files.TARGET, "名称": "另一站"})

    assert run.errors[0]["words"] == "与第 2 行重复而内容不同，请保留一行。"


def test_a_person_without_a_post_may_not_import(people: cast.Cast) -> None:
    with pytest.raises(MayNot):
        upload(people, files.TARGET, name="吴")


def test_another_department_may_not_confirm(people: cast.Cast) -> None:
    run = upload(people, files.TARGET, name="林")

    with pytest.raises(MayNot):
        imports.confirm(run=run, actor=people.actor("王"), at=cast.AT)


def test_an_imported_file_is_not_imported_again(people: cast.Cast) -> None:
    run = imports.confirm(run=upload(people, files.TARGET), actor=people.actor("陈"), at=cast.AT)

    with pytest.raises(WrongState):
        imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)


def test_cancelling_drops_the_file_and_keeps_the_entry(people: cast.Cast) -> None:
    run = imports.cancel(run=upload(people, files.TARGET), actor=people.actor("陈"), at=cast.AT)

    assert (run.state, bytes(run.content)) == ("cancelled", b"")
    assert LedgerEntry.objects.filter(event="import.cancelled").count() == 1


def test_a_file_that_cannot_be_read_is_not_kept(people: cast.Cast) -> None:
    with pytest.raises(UnreadableFile):
        upload(people, {"不是": "模板"})

    assert not ImportRun.objects.exists()


def item_row(department: str) -> dict[str, str]:
    return {
        "事项编码": "SJ-01",
        "机构编码": department,
        "事项类别": "计量",
        "检查事项": "加油机检定",
        "检查内容与方法": "查看检定标志。",
        "有效期起": "2020-01-01",
    }


def test_a_clerk_imports_items_of_the_own_department_only(people: cast.Cast) -> None:
    own = upload(people, item_row("350200-01"), name="王", kind="items")
    other = upload(people, item_row("350200-03"), name="王", kind="items")

    assert own.errors_count == 0
    assert other.errors[0]["words"] == "属于其他部门，只能导入本部门的记录。"
    assert not InspectionItem.objects.exists()


@pytest.mark.requirement("R22")
def test_the_coordination_office_can_own_no_item(people: cast.Cast) -> None:
    run = upload(people, item_row("350200-LX"), kind="items")

    assert "不具有执法主体资格" in run.errors[0]["words"]


def test_a_clerk_may_not_import_organs(people: cast.Cast) -> None:
    with pytest.raises(imports.ImportRefused, match="由协调处或运维人员统一导入"):
        upload(people, {"机构编码": "x"}, name="王", kind="organs")


def directory_row(code: str, **more: str) -> dict[str, str]:
    row = {"名录编码": "escape-rooms", "名录名称": "密室逃脱", "领域": "密室逃脱", "统一社会信用代码": code}
    return {**row, "变动": "列入", **more}


@pytest.mark.requirement("R84g")
def test_a_new_directory_needs_no_release_is_checked_deduplicated_and_versioned(people: cast.Cast) -> None:
    both = (files.TARGET, {**files.TARGET, "统一社会信用代码": files.GOOD_TOO, "名称": "另一站"})
    imports.confirm(run=upload(people, *both), actor=people.actor("陈"), at=cast.AT)

    with pytest.raises(UnreadableFile, match="缺少列"):
        upload(people, {"名录编码": "escape-rooms"}, kind="directories")
    first = upload(people, directory_row(files.GOOD), directory_row(files.GOOD), kind="directories")
    imports.confirm(run=first, actor=people.actor("陈"), at=cast.AT)
    second = upload(people, directory_row(files.GOOD_TOO), directory_row(files.GOOD, 变动="移出"), kind="directories")
    imports.confirm(run=second, actor=people.actor("陈"), at=cast.AT)

    assert "已按代码去重" in first.notices[0]["words"]
    directory = Directory.objects.get(key="escape-rooms")
    assert (directory.name, directory.version) == ("密室逃脱", 2)
    assert [
        (entry.target.uscc, entry.added_in, entry.removed_in)
        for entry in directory.entries.select_related("target").order_by("added_in")
    ] == [(files.GOOD, 1, 2), (files.GOOD_TOO, 2, None)]
