"""What the freeze fixed is lost, and the registers with it: a second organ gives the draw up, and another one follows.

Nobody can show any more who stood behind the rows. The refusal names the way out; the reason holds only while the rows
differ, and only after the platform has stopped the draw for it.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.project import replay
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, FixedRows, Pseudonym
from onevisit.stages.draws.pool import narrow
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.registers.models import InspectionTarget
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import Visit
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.models import User
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.attacks.test_fixed_rows import EXCHANGES, OFFICERS, Exchange, _officers
from tests.cast import Cast
from tests.draw_scenes import EVIDENCE, T0, Log

REASON, WORDS = "REGISTERS_CHANGED", "名录库与冻结时的不符，无法恢复"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _user(people: Cast) -> User:
    user = people.officers["陈"].user
    assert user is not None
    return user


def _lose(draw: Draw, event: str) -> None:
    """Lose what the freeze fixed: everything, or of the objects alone."""
    rows = FixedRows.objects.filter(draw=draw)
    if event == OFFICERS:
        rows.delete()
    else:
        rows.update(targets=b"")


def _another_key(party: str) -> str:
    """Return the key that a department makes for the draw that follows: none goes to two manifests."""
    return hashlib.sha256(f"again {party}".encode()).hexdigest()


def _propose(draw: Draw, people: Cast) -> Draw:
    return draws.propose_void(
        draw=draw,
        reason=REASON,
        words="名录库和冻结时的名册同时损坏，备份中也没有，无法恢复",
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=T0,
    )


def _given_up(draw: Draw, people: Cast) -> Draw:
    """Give the draw up with a second organ, and check what its record says."""
    _propose(draw, people)
    done = draws.void(draw=draw, actor=people.actor("公"), at=T0)
    record = json.loads(bytes(done.void_record or b""))
    assert (done.state, record["reason"], record["stage"]) == ("void", REASON, "after-seed")
    return done


@EXCHANGES
def test_a_draw_whose_fixed_rows_are_lost_with_the_register_is_given_up_and_repeated(
    client: Client, people: Cast, log: Log, exchange: Exchange, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.keyed(people, log)
    exchange(draw, people)
    _lose(draw, event)
    with pytest.raises(DrawRefused, match="还没有因此停办"):
        _propose(draw, people)

    with pytest.raises(DrawRefused, match=f"无法恢复的，申请作废，原因选“{WORDS}”"):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert LedgerEntry.objects.filter(event=event).count() == 1
    nouns = tuple(noun for noun in replay.NOUNS if noun.name == "draw")
    assert "targets" in {one.field for one in replay.replay(nouns=nouns)}, "the night names what is lost"
    client.force_login(_user(people))
    page = client.get(f"/draws/{draw.pk}").content.decode()
    assert "名录库与冻结时的不符，已停办" in page
    assert f"原因选“{WORDS}”" in page
    done = _given_up(draw, people)
    assert WORDS in client.get(f"/open/draws/{draw.number}").content.decode()
    assert "已停办" not in client.get(f"/draws/{draw.pk}").content.decode()

    monkeypatch.setattr(draw_scenes, "key_of", _another_key)
    again = draw_scenes.sealed_after(people, log, done)

    assert again.state == "sealed"
    assert visits.dispatch_draw(draw_id=again.pk, actor=SYSTEM, at=T0)
    assert Visit.objects.filter(draw=again).exists()


def test_a_draw_that_can_send_nobody_is_given_up_too(people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = draw_scenes.sealed(people, log)
    _officers(draw, people)
    _lose(draw, OFFICERS)
    assert visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0) == []

    done = _given_up(draw, people)

    monkeypatch.setattr(draw_scenes, "key_of", _another_key)
    again = draw_scenes.sealed_after(people, log, done)
    assert visits.dispatch_draw(draw_id=again.pk, actor=SYSTEM, at=T0)


def test_the_reason_goes_when_the_rows_are_back(client: Client, people: Cast, log: Log) -> None:
    """Who changes a row, has it noted and puts it back cannot give up a draw whose result he does not like."""
    draw = draw_scenes.keyed(people, log)
    _officers(draw, people)
    with pytest.raises(DrawRefused):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    _propose(draw, people)
    _officers(draw, people)

    with pytest.raises(DrawRefused, match="名录库与冻结时的相符"):
        draws.void(draw=draw, actor=people.actor("公"), at=T0)

    assert draws.may_withdraw(Draw.objects.get(pk=draw.pk), actor=people.actor("陈"), at=T0)
    client.force_login(_user(people))
    assert "已停办" not in client.get(f"/draws/{draw.pk}").content.decode()
    draws.withdraw_void(draw=draw, actor=people.actor("陈"), at=T0)
    assert draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0).state == "sealed"


def test_somebody_taken_out_of_the_pseudonyms_stops_the_draw_before_it_is_computed(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed(people, log)
    Pseudonym.objects.filter(draw=draw).order_by("pk")[0].delete()

    with pytest.raises(DrawRefused) as refused:
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert refused.value.code == "officers_differ"
    assert LedgerEntry.objects.get(event=OFFICERS).is_public


def _risk(draw: Draw) -> None:
    InspectionTarget.objects.filter(credit_risk_class="A").update(credit_risk_class="B")


def _nothing(draw: Draw) -> None:
    """Leave everything as it is."""


@pytest.mark.parametrize(("change", "is_asked"), [(_risk, True), (_nothing, False)])
def test_what_the_next_draw_changes_needs_a_second_organ(
    people: Cast, log: Log, change: Callable[[Draw], None], *, is_asked: bool
) -> None:
    """The registers are not what they were: what follows from it is counted, published and agreed to."""
    draw = draw_scenes.keyed(people, log)
    _officers(draw, people)
    _lose(draw, OFFICERS)
    with pytest.raises(DrawRefused):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    done = _given_up(draw, people)
    change(draw)

    assert done.offer_id is not None
    at = T0 - timedelta(days=8)
    again = draws.prepare(offer_id=done.offer_id, t0=T0, salt=draw_scenes.SALT, actor=people.actor("陈"), at=at)
    places = narrow.places_of(again, documents.ground_of(again), on=at.date())
    assert ("changed" in {place.code for place in places}) == is_asked
