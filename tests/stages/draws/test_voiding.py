"""Cancel, propose_void and void; every state against every verb."""

import pytest

from onevisit.core.draw import forms
from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, FREEZE_AT, KEY_AT, SALT, T0, Log

WORDS = "市消防支队的密钥未在规定时刻前交出"


def _propose(draw: Draw, people: Cast, *, reason: str = "KEY_MISSING", by: str = "陈") -> Draw:
    return draws.propose_void(
        draw=draw, reason=reason, words=WORDS, evidence_sha256=EVIDENCE, actor=people.actor(by), at=KEY_AT
    )


def test_a_committed_draw_is_given_up_by_two_organs_and_its_record_is_public(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)

    with pytest.raises(DrawRefused, match="尚未申请"):
        draws.void(draw=draw, actor=people.actor("公"), at=KEY_AT)
    _propose(draw, people)
    with pytest.raises(MayNot):
        draws.void(draw=draw, actor=people.actor("陈"), at=KEY_AT)
    gone = draws.void(draw=draw, actor=people.actor("司"), at=KEY_AT)

    record = forms.parse_void(data=bytes(gone.void_record or b""))
    assert (gone.state, record.stage, record.basis) == ("void", "before-seed", gone.manifest_digest)
    entry = LedgerEntry.objects.get(event="draw.voided")
    assert entry.is_public
    assert f'"digest":"{record.digest}"' in bytes(entry.payload).decode()


def test_the_next_draw_follows_the_void_record(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    _propose(draw, people)
    gone = draws.void(draw=draw, actor=people.actor("公"), at=KEY_AT)
    record = forms.parse_void(data=bytes(gone.void_record or b""))

    second = draws.prepare(offer_id=draw.offer_id, t0=T0, salt=SALT, actor=people.actor("陈"), at=AT.replace(hour=10))  # type: ignore[arg-type]
    for item in draw_scenes.items_of(second):
        draw_scenes.commit_key(item, people)
    draw_scenes.approve_pool(second, people)
    second = draws.freeze(draw=second, actor=people.actor("陈"), at=FREEZE_AT)

    assert second.previous_digest == record.digest


def test_after_the_seed_only_a_defect_of_the_pool_is_a_reason(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    with pytest.raises(DrawRefused, match="种子产生以后"):
        _propose(draw, people)
    _propose(draw, people, reason="FRAME_DEFECT")
    gone = draws.void(draw=draw, actor=people.actor("公"), at=T0)

    assert forms.parse_void(data=bytes(gone.void_record or b"")).stage == "after-seed"


def test_before_anything_is_committed_the_organiser_alone_cancels(people: Cast) -> None:
    draw = draw_scenes.prepared(people)

    with pytest.raises(DrawRefused, match="过于笼统"):
        draws.cancel(draw=draw, reason="不抽了", actor=people.actor("陈"), at=AT)
    with pytest.raises(MayNot):
        draws.cancel(draw=draw, reason=WORDS, actor=people.actor("林"), at=AT)
    gone = draws.cancel(draw=draw, reason=WORDS, actor=people.actor("陈"), at=AT)

    assert (gone.state, gone.void_record) == ("void", None)
    assert Draw.objects.filter(number=gone.number).exists()


def test_every_verb_is_refused_in_every_state_that_the_table_does_not_name() -> None:
    for transition in DRAW.transitions:
        for state in DRAW.states:
            if state.value in transition.sources:
                assert DRAW.next(state=state.value, verb=transition.verb) == (transition.target or state.value)
            else:
                with pytest.raises(WrongState):
                    DRAW.next(state=state.value, verb=transition.verb)


def test_no_key_is_missing_any_more_once_all_are_handed_over(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed(people, log)

    with pytest.raises(DrawRefused, match="种子产生以后"):
        _propose(draw, people)


def test_a_proposal_lapses_when_what_was_missing_came_in_time(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    _propose(draw, people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)

    with pytest.raises(DrawRefused, match="种子产生以后"):
        draws.void(draw=draw, actor=people.actor("司"), at=KEY_AT)

    assert Draw.objects.get(pk=draw.pk).state == "keyed"


def test_a_proposal_whose_reason_has_gone_is_taken_back_with_both_entries_kept(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    with pytest.raises(DrawRefused, match="没有待同意的作废申请"):
        draws.withdraw_void(draw=draw, actor=people.actor("陈"), at=KEY_AT)
    _propose(draw, people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)
    with pytest.raises(MayNot):
        draws.withdraw_void(draw=draw, actor=people.actor("公"), at=KEY_AT)

    held = draws.withdraw_void(draw=draw, actor=people.actor("陈"), at=KEY_AT)

    assert (held.state, held.void_proposed_by, held.void_reason, held.void_proposed_at) == ("keyed", "", "", None)
    entries = LedgerEntry.objects.filter(event__in=("draw.void_proposed", "draw.void_withdrawn"), subject=str(draw.pk))
    assert [entry.event for entry in entries.order_by("ordinal")] == ["draw.void_proposed", "draw.void_withdrawn"]
    assert draws.draw_lots(draw=held, actor=people.actor("陈"), at=T0).state == "sealed"


def test_what_another_one_proposed_is_taken_back_only_when_its_reason_has_gone(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    _propose(draw, people)
    Draw.objects.filter(pk=draw.pk).update(void_proposed_by="system")

    with pytest.raises(DrawRefused, match="原因仍然成立"):
        draws.withdraw_void(draw=draw, actor=people.actor("陈"), at=KEY_AT)
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)

    assert draws.withdraw_void(draw=draw, actor=people.actor("陈"), at=KEY_AT).void_proposed_by == ""


def test_a_proposal_that_a_second_organ_agreed_to_is_not_taken_back(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    _propose(draw, people)
    draws.void(draw=draw, actor=people.actor("司"), at=KEY_AT)

    with pytest.raises(WrongState):
        draws.withdraw_void(draw=draw, actor=people.actor("陈"), at=KEY_AT)


def test_from_t0_on_a_draw_with_all_its_keys_is_void_after_the_seed(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed(people, log)
    _propose(draw, people, reason="FRAME_DEFECT")

    gone = draws.void(draw=draw, actor=people.actor("公"), at=T0)

    assert forms.parse_void(data=bytes(gone.void_record or b"")).stage == "after-seed"
