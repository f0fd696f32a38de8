"""Alerts: rules raise them once, the department explains in time, the supervisor finds; the rates follow."""

from datetime import date, timedelta

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.visits.models import Visit
from onevisit.support.deadlines.models import Deadline, RuleVersion
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight import orphans, selectors, services
from onevisit.watch.oversight.lifecycle import ALERT
from onevisit.watch.oversight.models import Alert, AlertRule
from tests import alert_scenes
from tests.cast import AT, Cast

AGREED = {
    "raised": {"alert.ask": "asked", "alert.reject": "unfounded", "alert.exclude": "excluded"},
    "asked": {
        "alert.explain": "explained",
        "alert.confirm": "confirmed",
        "alert.reject": "unfounded",
        "alert.exclude": "excluded",
    },
    "explained": {"alert.confirm": "confirmed", "alert.reject": "unfounded", "alert.exclude": "excluded"},
    "confirmed": {},
    "unfounded": {},
    "excluded": {},
}


def _events(alert: Alert) -> list[str]:
    return list(LedgerEntry.objects.filter(subject=str(alert.pk)).order_by("ordinal").values_list("event", flat=True))


def test_every_state_knows_its_verbs() -> None:
    found = {
        state.value: {
            transition.verb: ALERT.next(state=state.value, verb=transition.verb)
            for transition in ALERT.transitions
            if ALERT.allows(state=state.value, verb=transition.verb)
        }
        for state in ALERT.states
    }

    assert found == AGREED


@pytest.mark.requirement("R123")
@pytest.mark.requirement("R147")
def test_an_alert_says_its_rule_with_the_figure_and_the_rows_that_tripped_it(people: Cast) -> None:
    alert = alert_scenes.raised(people)

    assert alert.words == "从入场到提交不足 10 分钟"
    assert alert.measured == "3 分钟"
    assert alert.department.short_name == "市商务局"
    assert alert.rows[0]["url"] == f"/visits/{Visit.objects.get().pk}"
    assert _events(alert) == ["alert.raised"]
    entry = LedgerEntry.objects.get(event="alert.raised", subject=str(alert.pk))
    assert entry.related == [f"inspection:{alert.rows[0]['subject']}"]


def test_a_second_look_raises_nothing(people: Cast) -> None:
    alert = alert_scenes.raised(people)
    count = Alert.objects.count()

    again = services.look(actor=SYSTEM, at=alert.raised_at + timedelta(hours=1))

    assert again == []
    assert Alert.objects.count() == count


def test_only_the_system_and_the_supervisor_look(people: Cast) -> None:
    with pytest.raises(MayNot):
        services.look(actor=people.actor("林"), at=AT)


def test_an_expired_rule_raises_nothing_and_asks_its_owner_to_renew_it(people: Cast) -> None:
    services.look(actor=SYSTEM, at=AT)
    part = alert_scenes.hasty(people)
    at = alert_scenes.after(part)
    AlertRule.objects.filter(pk=alert_scenes.RULE).update(expires_on=at.date() - timedelta(days=1))

    services.look(actor=SYSTEM, at=at)

    assert not Alert.objects.filter(rule_id=alert_scenes.RULE).exists()
    assert [todo.url for todo in selectors.todos(people.actor("司"), at)] == ["/oversight/alerts/rules"]


def test_the_supervisor_has_a_clock_and_the_department_gets_one_when_asked(people: Cast) -> None:
    alert = alert_scenes.raised(people)
    at = alert.raised_at
    assert [todo.verb for todo in selectors.todos(people.actor("司"), at)] == ["alert.confirm"]
    assert selectors.todos(people.actor("林"), at) == []

    services.ask(alert=alert, actor=people.actor("陈"), at=at)

    waiting = selectors.todos(people.actor("林"), at)
    assert [todo.verb for todo in waiting] == ["alert.explain"]
    assert waiting[0].due_at is not None
    assert selectors.todos(people.actor("王"), at) == []
    assert set(Deadline.objects.filter(subject=str(alert.pk), closed_at=None).values_list("rule_version__rule_id")) == {
        ("alert.explain",)
    }


def test_only_the_department_concerned_explains(people: Cast) -> None:
    alert = alert_scenes.asked(people)

    with pytest.raises(MayNot):
        services.explain(alert=alert, words="不是我们", actor=people.actor("王"), at=AT)
    with pytest.raises(services.AlertRefused) as refused:
        services.explain(alert=alert, words=" ", actor=people.actor("林"), at=alert.raised_at)
    assert refused.value.field == "words"


def test_the_words_of_an_explanation_stand_in_the_erasable_sentence_only(people: Cast) -> None:
    alert = alert_scenes.explained(people)

    entry = LedgerEntry.objects.select_related("words").get(event="alert.explained", subject=str(alert.pk))
    assert "当日仅核对证照一项" in entry.sentence
    assert "当日仅核对证照一项" not in bytes(entry.payload).decode()


@pytest.mark.parametrize(
    ("verb", "state"), [("confirm", "confirmed"), ("reject", "unfounded"), ("exclude", "excluded")]
)
def test_the_supervisor_finds(people: Cast, verb: str, state: str) -> None:
    alert = alert_scenes.explained(people)
    act = getattr(services, verb)

    with pytest.raises(MayNot):
        act(alert=alert, words="核对属实", actor=people.actor("陈"), at=AT)
    found = act(alert=alert, words="核对留痕和照片", actor=people.actor("司"), at=alert.raised_at + timedelta(days=2))

    assert found.state == state
    assert _events(alert)[-1] == f"alert.{verb}{'ed' if verb in ('confirm', 'reject') else 'd'}"
    assert not Deadline.objects.filter(subject=str(alert.pk), closed_at=None).exists()
    with pytest.raises(WrongState):
        act(alert=alert, words="再来一次", actor=people.actor("司"), at=alert.raised_at + timedelta(days=3))


def test_an_alert_is_not_true_before_the_department_could_speak(people: Cast) -> None:
    alert = alert_scenes.asked(people)
    supervisor = people.actor("司")

    with pytest.raises(services.AlertRefused) as refused:
        services.confirm(alert=alert, words="属实", actor=supervisor, at=alert.raised_at + timedelta(days=1))
    assert refused.value.code == "may_still_explain"

    later = alert.raised_at + timedelta(days=20)
    assert [todo.sentence for todo in selectors.todos(supervisor, later)] == [
        "逾期未说明，请定性：从入场到提交不足 10 分钟"
    ]
    assert services.confirm(alert=alert, words="逾期未说明", actor=supervisor, at=later).state == "confirmed"


def test_the_rates_of_a_rule_say_when_the_sample_is_too_small(people: Cast) -> None:
    alert = alert_scenes.explained(people)
    services.confirm(alert=alert, words="属实", actor=people.actor("司"), at=alert.raised_at + timedelta(days=2))

    def row() -> selectors.RuleRow:
        rows = selectors.rule_rows(at=alert.raised_at + timedelta(days=3))
        return next(row for row in rows if row.key == alert_scenes.RULE)

    assert (row().hits, row().is_sample_small, row().hit_percent) == (1, True, None)
    RuleVersion.objects.filter(rule_id="alert.sample").update(amount=1)
    assert (row().hit_percent, row().false_percent) == (100, 0)


def test_a_rule_is_renewed_with_a_reason_and_another_owner(people: Cast) -> None:
    rule = alert_scenes.raised(people).rule
    office = people.departments["领导小组办公室"]

    def renew(*, name: str = "司", on: date = date(2028, 1, 1)) -> AlertRule:
        actor = people.actor(name)
        return services.renew(rule=rule, expires_on=on, owner=office, reason="年度评估后保留", actor=actor, at=AT)

    with pytest.raises(MayNot):
        renew(name="林")
    with pytest.raises(services.AlertRefused):
        renew(on=date(2020, 1, 1))
    renewed = renew()

    assert (renewed.owner, renewed.expires_on) == (office, date(2028, 1, 1))
    assert LedgerEntry.objects.filter(event="alert_rule.renewed").count() == 1


def test_a_department_knows_only_alerts_about_itself(people: Cast) -> None:
    alert = alert_scenes.raised(people)

    assert list(selectors.alerts_for(people.actor("林"))) == [alert]
    assert list(selectors.alerts_for(people.actor("王"))) == []
    assert list(selectors.alerts_for(people.actor("陈"))) == [alert]


def test_work_without_an_owner_is_named(people: Cast) -> None:
    part = alert_scenes.hasty(people)
    assert orphans.count(at=AT) == 0

    part.members.update(replaced_at=AT)
    part.state = "returned"
    part.save(update_fields=["state"])

    found = {str(kind.label): kind for kind in orphans.orphans(at=AT)}
    assert found["没有组员的部门检查"].count == 1
    assert found["没有组员的部门检查"].rows[0][1] == f"/visits/{part.visit_id}"
