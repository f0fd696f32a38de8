"""With a policy a void waits for the quorum; seen at `t0` or later it is recorded as one after the seed."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client

from onevisit.core.draw import forms
from onevisit.core.draw.verify import Status
from onevisit.core.draw.verify_register import verify_register
from onevisit.core.lifecycle import WrongState
from onevisit.project import replay
from onevisit.stages.draws import events, tasks
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public import organ_figures, public_register
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.todos import todos
from onevisit.stages.visits import reactions
from onevisit.stages.visits.models import Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.services import dispatch_draw
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, FREEZE_AT, KEY_AT, SALT, T0, TYPE_AT, Log
from tests.stages.draws.test_witnessing import _committed, cosign, witnessed

__all__ = ["witnessed"]
WORDS = "抽取池漏列翔安区 12 户加油站，须重新冻结"
SECOND = timedelta(seconds=1)


def _agreed(draw: Draw, people: Cast, *, at: datetime = TYPE_AT, reason: str = "FRAME_DEFECT") -> Draw:
    draws.propose_void(draw=draw, reason=reason, words=WORDS, evidence_sha256=EVIDENCE, actor=people.actor("陈"), at=at)
    return draws.void(draw=draw, actor=people.actor("公"), at=at)


def _failed_of_register(draw: Draw) -> list[str]:
    file = public_register.register_file(organiser=draw.organiser.code, at=T0) or b""
    assert b"draw.voided" in file
    return [check.line for check in verify_register(register=file) if check.status is Status.FAILED]


def _stages() -> list[str]:
    rows = LedgerEntry.objects.filter(event="draw.voided").order_by("at")
    return [json.loads(bytes(row.payload))["stage"] for row in rows]


def _sealed(people: Cast, log: Log) -> Draw:
    draw = _committed(people, log)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    cosign("audit", "court", at=TYPE_AT)
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)
    log.step()
    cosign("audit", "court", at=KEY_AT)
    return draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


def test_a_void_takes_effect_when_the_quorum_has_seen_it(people: Cast, witnessed: Log) -> None:
    draw = _agreed(_committed(people, witnessed), people)

    assert (draw.state, draw.voided_at) == ("voiding", None)
    with pytest.raises(WrongState):
        draw_scenes.type_value(draw, people, by="陈")
    witnessed.step()
    cosign("audit", at=TYPE_AT)
    assert draws.count_void(draw=draw, at=TYPE_AT).state == "voiding"
    cosign("court", at=T0 - SECOND)
    gone = draws.count_void(draw=draw, at=T0 + timedelta(hours=1))

    assert (gone.state, gone.voided_at) == ("void", T0 + timedelta(hours=1))
    assert forms.parse_void(data=bytes(gone.void_record or b"")).stage == "before-seed"
    assert LedgerEntry.objects.filter(event=events.VoidCounted.name).count() == 1
    assert draws.count_void(draw=gone, at=T0).voided_at == gone.voided_at


def test_without_a_quorum_a_void_takes_effect_at_once(people: Cast, log: Log) -> None:
    gone = _agreed(draw_scenes.committed(people, log), people)

    assert (gone.state, gone.voided_at) == ("void", TYPE_AT)
    assert not LedgerEntry.objects.filter(event=events.VoidCounted.name).exists()


def test_a_void_seen_at_t0_is_recorded_again_as_one_after_the_seed(people: Cast, witnessed: Log) -> None:
    draw = _agreed(_committed(people, witnessed), people)
    witnessed.step()
    cosign("audit", "court", at=T0)

    waiting = draws.count_void(draw=draw, at=T0)
    assert (waiting.state, _stages()) == ("voiding", ["before-seed", "after-seed"])
    assert _failed_of_register(draw) == [], "the first record stands in it until the quorum has seen the second"
    witnessed.step()
    cosign("audit", "court", at=T0 + SECOND)
    gone = draws.count_void(draw=draw, at=T0 + SECOND)

    assert (gone.state, forms.parse_void(data=bytes(gone.void_record or b"")).stage) == ("void", "after-seed")
    (figures,) = organ_figures.organ_figures()
    assert (figures.voids_before_seed, figures.voids_after_seed) == (0, 1)
    assert _failed_of_register(draw) == []
    assert [one for one in replay.replay() if one.record.startswith("draw ")] == []


def test_a_void_that_nobody_saw_before_t0_is_one_after_the_seed_a_minute_later(
    people: Cast, witnessed: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = _agreed(_committed(people, witnessed), people)
    witnessed.step()

    assert draws.count_void(draw=draw, at=T0 + timedelta(seconds=59)).state == "voiding"
    assert _stages() == ["before-seed"]
    monkeypatch.setattr("onevisit.support.clock.now", lambda: T0 + timedelta(minutes=1))
    for _again in range(2):
        tasks.watch_draws(0)
    assert _stages() == ["before-seed", "after-seed"]
    witnessed.step()
    cosign("audit", "court", at=T0 + timedelta(minutes=2))
    tasks.watch_draws(0)

    draw.refresh_from_db()
    assert draw.state == "void"


def test_while_the_void_waits_nobody_is_sent_and_the_offer_has_no_other_draw(people: Cast, witnessed: Log) -> None:
    draw = _agreed(_sealed(people, witnessed), people, at=T0)
    sealed = LedgerEntry.objects.get(event="draw.sealed")

    reactions.make_visits(entry_id=str(sealed.pk), at=T0)
    with pytest.raises(VisitRefused, match="作废"):
        dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    with pytest.raises(DrawRefused, match="须先作废原抽取"):
        draws.prepare(
            offer_id=draw.offer_id,  # type: ignore[arg-type]
            t0=T0,
            salt=SALT,
            actor=people.actor("陈"),
            at=AT.replace(hour=10),
        )

    assert draw.state == "voiding"
    assert not Visit.objects.exists()
    assert [todo.verb for todo in todos(people.actor("公"), at=T0) if todo.verb == "draw.void"] == []


def test_everybody_sees_that_the_void_waits(people: Cast, witnessed: Log, client: Client) -> None:
    draw = _agreed(_committed(people, witnessed), people, at=FREEZE_AT)
    witnessed.step()

    assert "作废记录正等待见证" in client.get(f"/open/draws/{draw.number}").content.decode()
    cosign("audit", "court", at=FREEZE_AT)
    draws.count_void(draw=draw, at=KEY_AT)
    assert "本次抽取已作废：抽取池确有错误" in client.get(f"/open/draws/{draw.number}").content.decode()
