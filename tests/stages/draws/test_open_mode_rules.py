"""What an open draw refuses, what it waits for, and what follows from it: rounds, a void, a repetition, the visits."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from onevisit.core.draw import forms
from onevisit.core.draw.verify import Status, verify
from onevisit.core.draw.verify_register import verify_register
from onevisit.core.lifecycle import WrongState
from onevisit.project import replay
from onevisit.stages.draws import documents, fairness, modes, readiness, tasks
from onevisit.stages.draws import services as draws
from onevisit.stages.draws import todos as draw_todos
from onevisit.stages.draws.models import Draw, DrawnSlot, DrawStatistics
from onevisit.stages.draws.pool import preview, standing
from onevisit.stages.draws.public import open_files, public_register
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import rounds, terms
from onevisit.stages.offers.models import PartApproval
from onevisit.stages.registers.models import Inspector
from onevisit.stages.visits.models import Visit
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import DIGITS, EVIDENCE, FREEZE_AT, T0, TYPE_AT, Beacon, Log
from tests.stages.draws.test_infeasible import _more_inspectors as more_inspectors
from tests.stages.draws.test_infeasible import _more_of_the_others as more_of_the_others
from tests.stages.draws.test_open_mode import own
from tests.stages.draws.test_void_seen import WORDS as DEFECT
from tests.stages.draws.test_witnessing import cosign, witnessed

__all__ = ["own", "witnessed"]
ORDER_AT, ROUND_T0 = T0 + timedelta(hours=1), T0 + timedelta(hours=2)
LIMIT = T0 - timedelta(seconds=60)
KL8 = {"cwl-kl8": "2026318"}
ASKED = "登记住所为空置商铺，邻居称半年前已搬走"


def _part(draw: Draw, *, method: str) -> None:
    """Let the last department go there after all, or no more."""
    part = PartApproval.objects.filter(offer=draw.offer).latest("department__code")
    part.method = method
    part.save(update_fields=["method"])


def agreed(draw: Draw, people: Cast) -> UUID:
    """Ask for a substitute of a drawn target of the largest stratum, and let the notary agree."""
    slot = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").order_by("target__object_id")[0]
    request = draws.request_replacement(
        draw=draw,
        target_id=slot.target_id,
        reason="NOT_FOUND",
        words=ASKED,
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ORDER_AT,
    )
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    return slot.target_id


def test_a_department_that_goes_there_leaves_no_choice_and_the_words_name_it(people: Cast) -> None:
    offer = scenes.ready(people)

    with pytest.raises(DrawRefused, match=r"市商务局.*的检查方式是现场检查.*只能封存抽取") as refused:
        draws.prepare(
            offer_id=offer.pk, t0=draw_scenes.T0, salt=draw_scenes.SALT, actor=people.actor("陈"), at=AT, mode="open"
        )

    assert (refused.value.field, refused.value.code) == ("mode", "on_site")
    assert not Draw.objects.exists()


def test_digits_of_the_room_alone_are_refused_since_who_types_them_would_choose(people: Cast) -> None:
    with pytest.raises(DrawRefused, match="谁录入数字谁就能决定结果") as refused:
        draw_scenes.open_prepared(people, sources=("ceremony",))

    assert refused.value.field == "sources"


@pytest.mark.parametrize("sources", [("cwl-kl8",), ("ceremony", "cwl-kl8")])
def test_a_lottery_alone_is_refused_since_it_may_be_drawn_before_the_freeze(
    people: Cast, sources: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DrawRefused, match="谁冻结谁就能决定结果") as refused:
        draw_scenes.open_prepared(people, sources=sources, issues=KL8)
    assert (refused.value.field, refused.value.code) == ("sources", "untimed")

    with monkeypatch.context() as before_the_rule:
        before_the_rule.setattr(modes, "untimed_because", lambda types: "")
        draw = draw_scenes.open_prepared(people, sources=sources, issues=KL8)
    draw_scenes.approve_pool(draw, people)
    with pytest.raises(DrawRefused, match=r"谁冻结谁就能决定结果.*请撤销筹备，重新筹备"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_a_lottery_beside_the_beacon_is_taken(people: Cast) -> None:
    assert draw_scenes.open_prepared(people, sources=("cwl-kl8", "drand"), issues=KL8).max_rounds == 3


def test_a_new_sealed_draw_on_a_lottery_alone_has_no_rounds_and_one_in_hand_keeps_its_own(people: Cast) -> None:
    draw = draw_scenes.prepared(people, sources=("ceremony", "cwl-kl8"), issues=KL8)

    assert draw.max_rounds == 0
    with pytest.raises(DrawRefused, match="只有彩票"):
        rounds.check(draw, at=AT)
    draw.max_rounds = 3
    rounds.check(draw, at=AT)


@pytest.mark.parametrize("how", [{"given_basis": "COMPLAINT", "given_words": "12345 工单"}, {"mode": "half"}])
def test_given_targets_and_unknown_modes_are_refused(people: Cast, how: dict[str, str]) -> None:
    with pytest.raises(DrawRefused) as refused:
        draw_scenes.open_prepared(people, **how)

    assert refused.value.field == "mode"


def test_a_part_that_goes_there_after_all_blocks_the_freeze(people: Cast) -> None:
    draw = draw_scenes.open_prepared(people)
    draw_scenes.approve_pool(draw, people)
    _part(draw, method="on_site")

    with pytest.raises(DrawRefused, match="请撤销筹备，重新筹备为封存抽取"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)

    _part(draw, method="online")
    assert draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT).opens_by is None


def test_nobody_is_asked_for_keys_and_none_is_taken(people: Cast) -> None:
    draw = draw_scenes.open_prepared(people)
    item = draw_scenes.items_of(draw)[0]
    clerk = people.actor(draw_scenes.clerk_of(item))

    for act in (draw_scenes.commit_key, draw_scenes.deposit_shares):
        with pytest.raises(DrawRefused, match="公开抽取没有部门密钥"):
            act(item, people)
    with pytest.raises(DrawRefused, match="公开抽取没有部门密钥"):
        draw_scenes.hold_escrow(draw, people)

    found = [todo for actor in (clerk, people.actor("司")) for todo in draw_todos.todos(actor, AT)]
    assert [todo.verb for todo in found] == []
    blockers = readiness.of_draw(draw, documents.ground_of(draw), at=AT).blockers
    assert not [words for words in blockers if "密钥" in words]
    assert preview.trial(draw, entropy="11" * 32).is_feasible


def test_the_values_of_the_room_must_be_seen_before_the_public_one_exists(
    people: Cast, witnessed: Log, own: Beacon
) -> None:
    draw = sourced(people, witnessed)

    assert not draws.lapse(draw=draw, at=LIMIT + timedelta(seconds=60)).void_proposed_by, "it may be on its way"
    assert terms.missed(draw, at=LIMIT + timedelta(seconds=61)) == "VALUES_UNSEEN"
    cosign("audit", "court", at=LIMIT + timedelta(seconds=1))
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    with pytest.raises(DrawRefused, match="现场取值未在 T0 前 1 分钟完成见证"):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    lapsed = draws.lapse(draw=draw, at=T0)

    assert (lapsed.void_reason, lapsed.void_proposed_by) == ("VALUES_UNSEEN", "system")


def test_a_void_by_rule_needs_that_the_rule_was_missed(people: Cast, witnessed: Log) -> None:
    draw = sourced(people, witnessed)
    cosign("audit", "court", at=TYPE_AT)

    for reason in ("VALUES_UNSEEN", "KEY_MISSING"):
        with pytest.raises(DrawRefused) as refused:
            draws.propose_void(
                draw=draw, reason=reason, words=DEFECT, evidence_sha256=EVIDENCE, actor=people.actor("陈"), at=T0
            )
        assert refused.value.field == "reason"


def test_the_result_stays_inside_until_the_quorum_has_seen_it(
    people: Cast, witnessed: Log, own: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = sourced(people, witnessed)
    cosign("audit", "court", at=TYPE_AT)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    monkeypatch.setattr(clock, "now", lambda: T0)
    tasks.watch_draws(0)
    jobs.run_now(at=T0)

    draw.refresh_from_db()
    assert (draw.state, draw.opened_at) == ("drawn", None)
    assert open_files.file_of(number=draw.number, name="receipt.json") is None
    assert not Visit.objects.exists()
    with pytest.raises(DrawRefused, match="抽取结果尚未见证"):
        draws.open_draw(draw=draw, open_visits=0, actor=people.actor("陈"), at=T0)
    witnessed.step()
    cosign("audit", "court", at=T0)
    tasks.watch_draws(0)
    jobs.run_now(at=T0)

    draw.refresh_from_db()
    assert (draw.state, draw.opened_at) == ("opened", T0)
    assert open_files.file_of(number=draw.number, name="receipt.json") == bytes(draw.receipt or b"")
    assert Visit.objects.count() == DrawnSlot.objects.filter(draw=draw).values("target_id").distinct().count()
    assert not Visit.objects.filter(address_opens_at__isnull=False).exists()


def test_a_round_of_an_open_draw_is_public_at_once_and_everything_verifies(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.open_drawn(people, log, own)
    jobs.run_now(at=T0)
    counted = DrawStatistics.objects.get(draw=draw).basis
    gone = agreed(draw, people)
    assert [todo.verb for todo in draw_todos.todos(people.actor("陈"), ORDER_AT)] == ["draw.order"]
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS[::-1], at=ROUND_T0 - timedelta(minutes=5))
    log.step()
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)
    draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    log.step()
    jobs.run_now(at=ROUND_T0)

    draw.refresh_from_db()
    receipt = open_files.file_of(number=draw.number, name="receipt.json") or b""
    frames = {item.item: bytes(item.frame or b"") for item in draw.items.all()}
    assert [check.line for check in verify(receipt=receipt, frames=frames) if check.status is Status.FAILED] == []
    assert len(forms.parse_receipt(data=receipt).results) == 2
    states = dict(Visit.objects.values_list("target_id", "state"))
    assert states.pop(gone) == "withdrawn"
    assert set(states.values()) == {"dispatched"}
    assert DrawStatistics.objects.get(draw=draw).basis != counted
    file = public_register.register_file(organiser=draw.organiser.code, at=ROUND_T0)
    assert [check.line for check in verify_register(register=file or b"") if check.status is Status.FAILED] == []


def test_an_opened_sealed_draw_has_no_more_rounds(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    draw = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)

    with pytest.raises(WrongState, match="封存抽取当前状态为“已公开”"):
        agreed(draw, people)


def test_an_opened_sealed_draw_is_neither_repeated_nor_attested(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    draw = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)

    with pytest.raises(WrongState, match="封存抽取当前状态为“已公开”"):
        draws.repeat(draw=draw, t0=T0 + timedelta(days=8), reason="已增加提名人员两名", actor=people.actor("陈"), at=T0)
    assert not modes.allows(draw, verb="draw.attest")
    draw.is_infeasible = True
    assert not standing.is_wanted(draw)


def test_a_defect_found_later_voids_an_open_draw_and_hides_nothing(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.open_drawn(people, log, own)
    jobs.run_now(at=T0)
    assert DrawStatistics.objects.filter(draw=draw).exists()
    draws.propose_void(
        draw=draw,
        reason="FRAME_DEFECT",
        words=DEFECT,
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=ORDER_AT,
    )
    draw = draws.void(draw=draw, actor=people.actor("公"), at=ORDER_AT)
    log.step()
    jobs.run_now(at=ORDER_AT)
    fairness.refresh(at=ORDER_AT)

    assert draw.state == "void"
    assert forms.parse_void(data=bytes(draw.void_record or b"")).stage == "after-seed"
    assert open_files.file_of(number=draw.number, name="receipt.json") == bytes(draw.receipt or b"")
    assert not DrawStatistics.objects.filter(draw=draw).exists()
    assert set(Visit.objects.values_list("state", flat=True)) == {"withdrawn"}
    file = public_register.register_file(organiser=draw.organiser.code, at=ORDER_AT)
    assert [check.line for check in verify_register(register=file or b"") if check.status is Status.FAILED] == []


def test_what_the_entries_fix_is_what_the_tables_hold(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.open_drawn(people, log, own)

    assert list(replay.replay()) == []
    Draw.objects.filter(pk=draw.pk).update(result_digest="0" * 64)
    assert [(one.record.partition(" ")[0], one.field) for one in replay.replay()] == [("draw", "seal")]


def test_the_entry_of_the_result_holds_the_result_itself(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.open_drawn(people, log, own)

    (entry,) = LedgerEntry.objects.filter(event="draw.drawn")
    assert json.loads(bytes(entry.payload))["digest"] == draw.result_digest
    assert not LedgerEntry.objects.filter(event="record.read").exists()
    draws.read(draw=draw, actor=people.actor("陈"), at=T0)
    assert not LedgerEntry.objects.filter(event="record.read").exists(), "what is public is read without a trace"


def test_the_repetition_of_an_open_draw_that_fell_short_is_sealed(people: Cast, log: Log, own: Beacon) -> None:
    more_inspectors(people, "林三", "林四")
    more_of_the_others(people)
    draw = draw_scenes.open_prepared(people, cap=3)
    item = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    for inspector in Inspector.objects.filter(officer__name__in=("林三", "林四")):
        for row in documents.ground_of(draw).rows:
            draws.recuse(
                item=item,
                inspector_id=inspector.pk,
                target_id=row.target_id,
                reason="INTEREST",
                actor=people.actor("林"),
                at=AT,
            )
    draw_scenes.approve_pool(draw, people)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    jobs.run_now(at=T0)

    assert (draw.state, draw.is_infeasible, Visit.objects.count()) == ("opened", True, 0)
    assert "draw.repeat" in [todo.verb for todo in draw_todos.todos(people.actor("陈"), T0)]
    again = draws.repeat(
        draw=draw,
        t0=T0 + timedelta(days=8),
        reason="市商务局已增加提名人员两名",
        actor=people.actor("陈"),
        at=T0,
    )
    assert (again.mode, again.state) == ("sealed", "preparing")


def sourced(people: Cast, log: Log) -> Draw:
    """Walk an open draw under a policy to its logged digits, which nobody has seen yet."""
    draw = draw_scenes.open_prepared(people)
    draw_scenes.approve_pool(draw, people)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    cosign("audit", "court", at=FREEZE_AT)
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    return draw
