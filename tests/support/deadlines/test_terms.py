"""Terms run, stop, run on, are told about and end."""

from datetime import date, datetime, timedelta

import pytest

from onevisit.support.deadlines import reminders, selectors, services
from onevisit.support.deadlines.models import Deadline, Reminder
from onevisit.support.identity.actors import MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests.cast import AT, Cast


def start(people: Cast, *, key: str = "publication.release", at: datetime = AT) -> Deadline:
    return services.open_deadline(
        key=key,
        subject_type="visit",
        subject="1",
        department_id=people.departments["市商务局"].pk,
        sentence="公示检查结果",
        url="/visits/1",
        at=at,
    )


def test_twenty_working_days_step_over_weekends(people: Cast) -> None:
    assert start(people).due_at.astimezone(AT.tzinfo).date() == date(2026, 12, 8)


def test_a_term_over_the_year_is_provisional_while_its_holidays_are_unknown(people: Cast) -> None:
    assert start(people, at=AT + timedelta(days=40)).is_provisional


def test_opening_twice_is_opening_once(people: Cast) -> None:
    assert start(people).pk == start(people, at=AT + timedelta(days=1)).pk


def test_a_pause_is_taken_out_of_the_count(people: Cast) -> None:
    deadline = start(people)
    head = people.actor("林局")

    services.pause(deadline=deadline, reason="检测", actor=head, at=AT + timedelta(days=1))
    assert reminders.remind(at=AT + timedelta(days=90)) == 0
    services.resume(deadline=deadline, actor=head, at=AT + timedelta(days=8))

    deadline.refresh_from_db()
    assert deadline.due_at.astimezone(AT.tzinfo).date() == date(2026, 12, 15)
    events = LedgerEntry.objects.filter(subject=str(deadline.pk)).values_list("event", flat=True)
    assert set(events) == {"deadline.paused", "deadline.resumed"}


def test_only_the_organs_own_head_pauses(people: Cast) -> None:
    deadline = start(people)

    for name in ("林", "王局", "吴"):
        with pytest.raises(MayNot):
            services.pause(deadline=deadline, reason="检测", actor=people.actor(name), at=AT)


def test_a_closed_or_paused_term_cannot_be_paused_and_a_running_one_not_resumed(people: Cast) -> None:
    deadline = start(people)
    head = people.actor("林局")
    with pytest.raises(services.RuleRefused, match="没有中止"):
        services.resume(deadline=deadline, actor=head, at=AT)
    services.pause(deadline=deadline, reason="检测", actor=head, at=AT)
    with pytest.raises(services.RuleRefused, match="已办结或已中止"):
        services.pause(deadline=deadline, reason="检测", actor=head, at=AT)

    services.close_deadline(key="publication.release", subject_type="visit", subject="1", at=AT + timedelta(days=2))

    with pytest.raises(services.RuleRefused, match="已办结或已中止"):
        services.pause(deadline=deadline, reason="检测", actor=head, at=AT)
    assert not deadline.pauses.filter(until__isnull=True).exists()


def test_each_share_is_told_once_and_lateness_reaches_the_head(people: Cast) -> None:
    deadline = start(people)

    assert reminders.remind(at=AT + timedelta(days=1)) == 0
    assert reminders.remind(at=AT + timedelta(days=15)) == 1
    assert reminders.remind(at=AT + timedelta(days=15)) == 0
    assert reminders.remind(at=AT + timedelta(days=60)) == 1
    jobs.run_now(at=AT)
    jobs.run_now(at=AT)

    assert set(Reminder.objects.values_list("percent", flat=True)) == {50, 80, 100}
    told = set(Notice.objects.values_list("officer__name", "title"))
    assert told == {
        ("林", "期限提醒：公示检查结果"),
        ("林", "逾期：公示检查结果"),
        ("林局", "逾期：公示检查结果"),
    }
    deadline.refresh_from_db()
    assert deadline.is_lapsed


def test_a_closed_term_is_not_told_about(people: Cast) -> None:
    start(people)
    services.close_deadline(key="publication.release", subject_type="visit", subject="1", at=AT)

    assert reminders.remind(at=AT + timedelta(days=60)) == 0


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (0, "剩 20 个工作日", "rest"),
        (27, "剩 1 个工作日", "warn"),
        (28, "今日到期", "warn"),
        (31, "逾期 3 个工作日", "late"),
    ],
)
def test_the_chip_says_what_is_left(people: Cast, days: int, words: str, tone: str) -> None:
    chip = selectors.chip(start(people), at=AT + timedelta(days=days))

    assert (chip.words, chip.tone) == (words, tone)


def test_the_chip_of_hours_says_hours() -> None:
    left = selectors.time_left(due_at=AT + timedelta(hours=25, minutes=5), at=AT, unit="hours")

    assert left == "剩 25 小时 5 分"


def test_late_terms_are_listed_longest_overdue_first(people: Cast) -> None:
    start(people)

    assert [term.sentence for term in selectors.late(at=AT + timedelta(days=60))] == ["公示检查结果"]
    assert not selectors.late(at=AT).exists()
