"""Two records of one target become one: what is empty is filled, what hangs on the other moves, nothing is deleted."""

from datetime import date

import pytest
from django.test import Client

from onevisit.stages.registers import lookup, merges
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import InspectionTarget, Licence, TargetMerge
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db


def _licence(target: InspectionTarget, number: str) -> Licence:
    return Licence.objects.create(target=target, kind="许可", number=number, valid_from=date(2023, 1, 1))


def test_a_merge_keeps_one_record_fills_it_and_moves_what_hangs_on_the_other(people: cast.Cast) -> None:
    kept, dropped = records.target(people), records.site(people)
    own, same, moving = _licence(kept, "1"), _licence(dropped, "1"), _licence(dropped, "2")

    merges.merge(kept=kept, dropped=dropped, rule="same_place", actor=people.actor("林"), at=cast.AT)

    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert kept.street == "金山街道"
    assert (dropped.status, dropped.merged_into) == ("merged", kept)
    assert {licence.pk for licence in kept.licences.all()} == {own.pk, moving.pk}
    assert dropped.licences.get() == same
    assert LedgerEntry.objects.filter(event="target.merged").count() == 2


def test_what_is_looked_up_or_imported_by_the_other_code_leads_to_the_kept_record(people: cast.Cast) -> None:
    merge = records.merged(people)

    assert lookup.by_code("site:XM-0001") == merge.kept
    row = {"统一社会信用代码": "site:XM-0001", "许可种类": "许可", "许可证号": "7", "有效期起": "2023-01-01"}
    run = imports.upload(
        kind="licences", file_name="x.csv", content=files.csv_bytes(row), actor=people.actor("陈"), at=cast.AT
    )
    imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)
    assert merge.kept.licences.get().number == "7"


def test_a_row_of_a_merged_record_is_left_out_and_named(people: cast.Cast) -> None:
    records.merged(people)
    row = {**files.TARGET, "统一社会信用代码": "", "对象编号": "site:XM-0001", "对象类型": "场所", "名称": "改了的名称"}

    run = imports.upload(
        kind="targets", file_name="x.csv", content=files.csv_bytes(row), actor=people.actor("陈"), at=cast.AT
    )

    assert (run.new_count, run.changed_count) == (0, 0)
    assert run.notices[0]["words"] == "该记录已并入“厦门鹭安加油站有限公司”，本行不写入。"


def test_two_codes_are_two_businesses(people: cast.Cast) -> None:
    other = records.target(people, row={**files.TARGET, "统一社会信用代码": files.GOOD_TOO})

    with pytest.raises(merges.MergeRefused, match="是两个主体，不能合并"):
        merges.merge(
            kept=records.target(people), dropped=other, rule="same_place", actor=people.actor("林"), at=cast.AT
        )


def test_a_merged_record_is_not_merged_again(people: cast.Cast) -> None:
    merge = records.merged(people)
    assert merge.dropped is not None

    with pytest.raises(merges.MergeRefused, match="已并入其他对象"):
        merges.merge(kept=merge.kept, dropped=merge.dropped, rule="same_place", actor=people.actor("林"), at=cast.AT)


def test_who_may_not_import_may_not_merge(people: cast.Cast) -> None:
    with pytest.raises(MayNot):
        merges.merge(
            kept=records.target(people),
            dropped=records.site(people),
            rule="same_place",
            actor=people.actor("林一"),
            at=cast.AT,
        )


def test_all_of_a_rule_are_merged_only_as_many_as_were_shown(people: cast.Cast) -> None:
    records.target(people)
    records.site(people)

    with pytest.raises(merges.MergeRefused, match="现在是 1 组，与您看到的 2 组不同"):
        merges.merge_by_rule(rule="same_place", count=2, actor=people.actor("林"), at=cast.AT)
    assert merges.merge_by_rule(rule="same_place", count=1, actor=people.actor("林"), at=cast.AT) == 1

    assert TargetMerge.objects.get().kept.uscc == files.GOOD
    assert merges.duplicates("same_place") == ([], 0)


def test_the_list_shows_pairs_side_by_side_and_merges_by_one_click(people: cast.Cast, client: Client) -> None:
    kept, dropped = records.target(people), records.site(people)
    user = people.officers["林"].user
    assert user is not None
    client.force_login(user)

    page = client.get("/registers/targets/duplicates").content.decode()
    client.post(f"/registers/targets/{kept.pk}/merge/{dropped.pk}", {"rule": "same_place"})
    after = client.get(f"/registers/targets/{kept.pk}").content.decode()

    assert "同名同址（1）" in page
    assert "陈店长" not in page
    assert "site:XM-0001 已并入该记录" in after
