"""A merge is undone within its term: both records stand as before."""

from datetime import date, timedelta

import pytest

from onevisit.stages.registers import merges, selectors
from onevisit.stages.registers.models import InspectionTarget, Licence, Supply
from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db
LATEST = cast.AT + timedelta(days=30)


def test_a_supply_goes_with_the_merged_record_and_comes_back(people: cast.Cast) -> None:
    kept, dropped = records.target(people), records.site(people)
    other = records.target(people, row={**files.TARGET, "统一社会信用代码": files.GOOD_TOO})
    since = {"valid_from": date(2026, 1, 1), "source": "发票"}
    selling = Supply.objects.create(supplier=dropped, buyer=other, goods="柴油", **since)
    buying = Supply.objects.create(supplier=other, buyer=dropped, goods="汽油", **since)
    between = Supply.objects.create(supplier=dropped, buyer=kept, goods="润滑油", **since)
    known = Supply.objects.create(supplier=other, buyer=kept, goods="尿素", **since)
    twice = Supply.objects.create(supplier=other, buyer=dropped, goods="尿素", **since)

    merge = records.merged(people)

    assert set(selectors.supplies_of(target_id=kept.pk)) == {selling, buying, between, known}
    assert set(selectors.supplies_of(target_id=dropped.pk)) == {between, twice}

    merges.unmerge(merge=merge, actor=people.actor("林"), at=LATEST)

    assert set(selectors.supplies_of(target_id=kept.pk)) == {between, known}
    assert set(selectors.supplies_of(target_id=dropped.pk)) == {selling, buying, between, twice}


def test_an_undone_merge_leaves_both_records_as_they_were(people: cast.Cast) -> None:
    licence = Licence.objects.create(target=records.site(people), kind="许可", number="2", valid_from=date(2023, 1, 1))
    merge = records.merged(people)

    merges.unmerge(merge=merge, actor=people.actor("林"), at=LATEST)

    kept, dropped = records.target(people), InspectionTarget.objects.get(object_id="site:XM-0001")
    licence.refresh_from_db()
    assert kept.street == ""
    assert (dropped.status, dropped.merged_into, licence.target) == ("active", None, dropped)
    assert LedgerEntry.objects.filter(event="target.unmerged").count() == 2


def test_what_somebody_changed_since_stays_changed(people: cast.Cast) -> None:
    merge = records.merged(people)
    InspectionTarget.objects.filter(pk=merge.kept_id).update(street="江头街道")

    merges.unmerge(merge=merge, actor=people.actor("林"), at=cast.AT)

    assert records.target(people).street == "江头街道"


def test_after_the_term_a_merge_stays(people: cast.Cast) -> None:
    merge = records.merged(people)

    with pytest.raises(merges.MergeRefused, match="撤销期限已于 2026-12-10 届满"):
        merges.unmerge(merge=merge, actor=people.actor("林"), at=LATEST + timedelta(seconds=1))


def test_a_merge_keeps_the_term_of_its_day(people: cast.Cast) -> None:
    merge = records.merged(people)
    RuleVersion.objects.filter(rule_id="import.undo").update(amount=1)

    merges.unmerge(merge=merge, actor=people.actor("林"), at=LATEST)

    assert merges.duplicates("same_place")[1] == 1


def test_a_merge_is_undone_once(people: cast.Cast) -> None:
    merge = records.merged(people)
    merges.unmerge(merge=merge, actor=people.actor("林"), at=cast.AT)

    with pytest.raises(merges.MergeRefused, match="已经撤销"):
        merges.unmerge(merge=merge, actor=people.actor("林"), at=cast.AT)


def test_who_may_not_merge_may_not_undo(people: cast.Cast) -> None:
    with pytest.raises(MayNot):
        merges.unmerge(merge=records.merged(people), actor=people.actor("林一"), at=cast.AT)
