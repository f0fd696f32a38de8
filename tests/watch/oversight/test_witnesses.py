"""A witness in trouble, and a draw whose entries wait for the quorum, raise alerts that stand on the draw's trace."""

from pathlib import Path

import pytest

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors
from onevisit.support.ledger.cosigning import Answer, Collector
from onevisit.support.ledger.models import LedgerEntry, LedgerWitness
from onevisit.watch.oversight import rulebook, services
from onevisit.watch.oversight.chain import chain_of
from onevisit.watch.oversight.models import Alert
from onevisit.watch.oversight.trace import trace_of
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, Log
from tests.stages.draws.lodgers import Lodgers
from tests.support.ledger.conftest import append, superuser
from tests.support.ledger.test_cosigning import Desk
from tests.support.ledger.test_quorum import adopt, make, policy_file

pytestmark = pytest.mark.django_db
COURT = "https://court.example/"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    return Log(tmp_path / "keys")


@pytest.fixture
def desk(log: Log) -> Desk:
    """Two witnesses, both asked for."""
    keys = make("audit", "court")
    adopt(policy_file(keys, needed="all"), days=-30)
    return Desk(keys)


def _waiting(people: Cast, log: Log) -> Draw:
    draw = draw_scenes.waiting(people)
    log.step()
    return draw


def _minutes_pass(minutes: int) -> None:
    """Let real minutes pass: the database's clock cannot be set, so what it noted is set back."""
    with superuser() as execute:
        execute("UPDATE ledger_witness SET trouble_since = trouble_since - make_interval(mins => %s)", [minutes])
        execute("UPDATE ledger_checkpoint SET at = at - make_interval(mins => %s)", [minutes])


def _look() -> dict[str, Alert]:
    services.look(actor=SYSTEM, at=FREEZE_AT, keys=rulebook.OF_MINUTES)
    return {alert.rule_id: alert for alert in Alert.objects.all()}


def test_without_trouble_nothing_is_raised_however_long_ago(people: Cast, log: Log, desk: Desk) -> None:
    draw = _waiting(people, log)
    assert Collector(ask=desk.ask).collect() == 2
    _minutes_pass(600)

    assert _look() == {}
    assert draw.commitment_entry is not None
    assert selectors.is_witnessed(draw.commitment_entry)


def test_a_silent_witness_and_the_draw_that_waits_for_it_are_alerts_on_its_trace(
    people: Cast, log: Log, desk: Desk
) -> None:
    draw = _waiting(people, log)
    desk.answers[COURT] = Answer(0, "timed out")
    Collector(ask=desk.ask).collect()
    assert _look() == {}
    _minutes_pass(11)

    raised = _look()

    assert set(raised) == {"alert.witness_silent", "alert.quorum_waits"}
    silent = raised["alert.witness_silent"]
    assert silent.department == people.departments["领导小组办公室"]
    assert "连不上" in silent.rows[0]["label"]
    assert silent.measured == "11 分钟"
    assert {row["subject"] for alert in raised.values() for row in alert.rows} == {"court", str(draw.pk)}
    chain = chain_of(draw.number)
    assert chain is not None
    assert len(trace_of(chain).alerts) == 2
    assert len(_look()) == 2, "a second look raises nothing"
    assert LedgerEntry.objects.filter(event="alert.raised", related__contains=[f"draw:{draw.pk}"]).count() == 2


@pytest.mark.parametrize("answer", [Answer(409, "100000\n"), Answer(422, ""), Answer(403, "")])
def test_a_witness_that_refuses_is_an_alert_within_minutes(people: Cast, log: Log, desk: Desk, answer: Answer) -> None:
    _waiting(people, log)
    desk.answers[COURT] = answer
    Collector(ask=desk.ask).collect()
    _minutes_pass(2)

    raised = _look()

    assert set(raised) == {"alert.witness_refused"}
    assert LedgerWitness.objects.get(pk="court").trouble in raised["alert.witness_refused"].rows[0]["label"]


def test_a_witness_that_answers_again_ends_the_trouble_and_the_next_one_is_a_new_alert(
    people: Cast, log: Log, desk: Desk
) -> None:
    _waiting(people, log)
    seconds = [0.0]
    collector = Collector(ask=desk.ask, seconds=lambda: seconds[0])
    for word in ("timed out", "timed out again"):
        desk.answers[COURT] = Answer(0, word)
        seconds[0] += 100
        collector.collect()
        _minutes_pass(11)
        _look()
        del desk.answers[COURT]
        seconds[0] += 100
        collector.collect()
        assert LedgerWitness.objects.get(pk="court").trouble_since is None
        append(word)
        log.step()

    assert Alert.objects.filter(rule_id="alert.witness_silent").count() == 2


def test_with_no_quorum_nothing_waits(people: Cast, log: Log) -> None:
    _waiting(people, log)
    _minutes_pass(600)

    assert _look() == {}


def test_a_freeze_that_waits_too_long_to_be_lodged_is_an_alert_until_it_is(
    people: Cast, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)
    lodgers = Lodgers(tmp_path, "audit", "court")
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.answers["audit"] = Answer(0, "timed out")
    errand = lodgers.errand()
    errand.run()
    assert "alert.lodging_waits" not in _look()
    with superuser() as execute:
        execute("UPDATE draws_lodging SET waiting_since = waiting_since - make_interval(mins => 6)")

    raised = _look()["alert.lodging_waits"]

    assert raised.department == draw.organiser
    assert [row["subject"] for row in raised.rows] == [str(draw.pk), "audit"]
    assert "连不上" in raised.rows[1]["label"]
    assert raised.measured == "6 分钟"


def test_a_freeze_that_was_lodged_in_time_or_undone_is_no_alert(
    people: Cast, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)
    lodgers = Lodgers(tmp_path, "audit", "court", lodge=2)
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.answers["court"] = Answer(0, "timed out")
    lodgers.errand().run()
    with superuser() as execute:
        execute("UPDATE draws_lodging SET waiting_since = waiting_since - make_interval(mins => 60)")

    assert "alert.lodging_waits" not in _look(), "one witness is enough"

    with superuser() as execute:
        execute("UPDATE draws_lodging SET receipt = ''")
    draws.unfreeze(draw=draw, reason="名册有误，须更正后重新冻结", actor=people.actor("陈"), at=FREEZE_AT)
    assert "alert.lodging_waits" not in _look()
