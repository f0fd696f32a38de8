"""Rules are versioned records: a change is for what starts afterwards."""

from datetime import date, timedelta
from typing import Any

import pytest

from onevisit.support.deadlines import selectors, services
from onevisit.support.deadlines.models import Deadline, RuleVersion
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast

TODAY = AT.date()


def change(people: Cast, *, name: str = "陈", key: str = "offer.reply", **words: Any) -> RuleVersion:
    given: dict[str, Any] = {
        "amount": 5,
        "unit": "working_days",
        "law": "会议纪要〔2026〕3号",
        "alert_percent": [50, 100],
        "valid_from": TODAY,
        "reason": "各部门反映三个工作日过紧",
    }
    return services.change_rule(key=key, **(given | words), actor=people.actor(name), at=AT)


def start(people: Cast, subject: str) -> Deadline:
    return services.open_deadline(
        key="offer.reply",
        subject_type="offer",
        subject=subject,
        department_id=people.departments["市市监局"].pk,
        sentence="答复要约",
        at=AT,
    )


@pytest.mark.requirement("R4")
def test_a_changed_rule_binds_what_starts_afterwards_and_leaves_running_terms_alone(people: Cast) -> None:
    before = start(people, "1")
    due = before.due_at

    change(people)
    after = start(people, "2")

    before.refresh_from_db()
    assert before.due_at == due
    assert before.rule_version.version == 1
    assert after.rule_version.version == 2
    assert after.due_at.date() == date(2026, 11, 17)


def test_a_future_version_waits_for_its_day(people: Cast) -> None:
    change(people, valid_from=TODAY + timedelta(days=30))

    assert services.current("offer.reply", on=TODAY).version == 1
    assert services.current("offer.reply", on=TODAY + timedelta(days=30)).version == 2


def test_a_change_leaves_its_public_entry(people: Cast) -> None:
    change(people)

    entry = LedgerEntry.objects.get(event="rule.changed", subject="offer.reply")
    assert entry.is_public
    assert "3 个工作日" in entry.sentence
    assert "5 个工作日" in entry.sentence


def test_a_clerk_may_not_change_a_rule(people: Cast) -> None:
    with pytest.raises(MayNot):
        change(people, name="林")


@pytest.mark.requirement("R72")
def test_nobody_lowers_the_officers_below_two(people: Cast) -> None:
    with pytest.raises(services.RuleRefused, match="下限为 2（行政处罚法") as refusal:
        change(people, key="visit.minimum_officers", amount=1, unit="", alert_percent=[])

    assert refusal.value.field == "amount"


@pytest.mark.parametrize(("key", "floor"), [("draw.minimum_stratum", 5), ("draw.minimum_officers", 4)])
def test_the_organiser_does_not_rule_the_second_organ_s_consent_away(people: Cast, key: str, floor: int) -> None:
    with pytest.raises(services.RuleRefused, match=f"下限为 {floor}（抽取规程") as refusal:
        change(people, key=key, amount=floor - 1, unit="", alert_percent=[])

    assert refusal.value.field == "amount"
    RuleVersion.objects.filter(rule_id=key).update(amount=1)
    assert services.amount(key, on=TODAY) == floor, "nor a figure of before the floor"
    assert services.figure_in_force(services.current(key, on=TODAY)) == f"1（低于下限，按 {floor} 执行）"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ({"reason": " "}, "reason"),
        ({"unit": ""}, "unit"),
        ({"amount": 0}, "amount"),
    ],
)
def test_a_change_that_does_not_do_names_the_field(people: Cast, words: dict[str, Any], field: str) -> None:
    with pytest.raises(services.RuleRefused) as refusal:
        change(people, **words)

    assert refusal.value.field == field


def test_a_version_never_starts_before_the_one_before_it(people: Cast) -> None:
    change(people, valid_from=TODAY + timedelta(days=30))

    with pytest.raises(services.RuleRefused, match="上一版"):
        change(people, valid_from=TODAY + timedelta(days=10))


def test_the_list_counts_what_runs_under_each_version(people: Cast) -> None:
    start(people, "1")
    change(people)
    start(people, "2")
    start(people, "3")

    counts = [(row.version, vars(row)["running_count"]) for row in selectors.versions_of("offer.reply")]
    assert counts == [(2, 2), (1, 1)]


def test_a_law_changed_in_words_must_be_verified_anew(people: Cast) -> None:
    version = change(people, key="finding.correction", unit="calendar_days", law="行政处罚法第二十八条（新）")

    assert not version.is_law_verified
