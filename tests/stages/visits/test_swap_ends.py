"""What becomes of a swap that no round fills: nobody is hand-picked, and the screens and the team say what is so."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache

from onevisit.core.draw import forms
from onevisit.core.draw.officers import Infeasible
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import replacing, swapping
from onevisit.stages.registers.models import Leave
from onevisit.stages.visits import services, tasks
from onevisit.stages.visits.models import TeamMember
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import draw_scenes, scenes, visit_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, SALT, T0, Beacon, Log
from tests.stages.draws.test_infeasible import _more_inspectors
from tests.stages.draws.test_short_round import _short_of_officers
from tests.stages.visits.test_swaps import ASKED_AT, MORE, ROUND_T0, ask, confirm, member_of, run_round

WITH_BEACON = ("ceremony", "drand")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Beacon:
    return Beacon(monkeypatch)


@pytest.fixture
def drawn(people: Cast, tmp_path: Path, own: Beacon) -> Draw:
    """A sealed draw whose visits are sent, with seven people of 市商务局 in its pool."""
    cache.clear()
    _more_inspectors(people, *MORE)
    draw = draw_scenes.sealed_with_beacon(people, Log(tmp_path / "log"), own)
    jobs.run_now(at=T0)
    return draw


def phone_of(people: Cast, member: TeamMember) -> visit_scenes.Phone:
    starts = member.inspection.visit.starts_at + timedelta(minutes=1)
    return visit_scenes.Phone(
        people=people, name=member.inspector.officer.name, inspection=member.inspection, now=starts
    )


def test_a_round_without_enough_officers_leaves_the_place_empty_and_ends_the_rounds(
    people: Cast, drawn: Draw, own: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = member_of(drawn)
    left = TeamMember.objects.filter(inspection=member.inspection).exclude(pk=member.pk).get()
    confirm(people, ask(people, member))
    monkeypatch.setattr(replacing, "computed", _short_of_officers(replacing.computed))
    run_round(drawn, people, own)
    jobs.run_now(at=ROUND_T0)

    member.refresh_from_db()
    assert member.replaced_at is not None
    assert TeamMember.objects.filter(inspection=member.inspection, replaced_at__isnull=True).get() == left
    entry = json.loads(bytes(LedgerEntry.objects.get(event="visit.swapped").payload))
    assert entry["successor"] == ""
    with pytest.raises(DrawRefused, match="不再有替换轮次"):
        ask(people, left)
    assert not services.awaits_swap(member.inspection)
    again, reason = ROUND_T0 + timedelta(days=8), "市商务局已增加提名人员两名"
    with pytest.raises(DrawRefused, match="只换人、没有新的对象，不能重抽") as refused:
        draws.repeat(draw=drawn, t0=again, reason=reason, actor=people.actor("陈"), at=ROUND_T0)
    assert refused.value.code == "swaps_only"


def test_a_lapsed_round_changes_nobody_and_the_department_goes_as_it_was_drawn(people: Cast, drawn: Draw) -> None:
    member = member_of(drawn)
    confirm(people, ask(people, member))
    draws.order(draw=drawn, t0=ROUND_T0, actor=people.actor("陈"), at=ASKED_AT)
    assert services.awaits_swap(member.inspection)

    assert draws.lapse_round(draw=drawn, at=ROUND_T0) is not None

    member.refresh_from_db()
    assert member.replaced_at is None
    assert not services.awaits_swap(member.inspection)
    assert phone_of(people, member).enter().state == "accepted"
    other = TeamMember.objects.exclude(inspection=member.inspection).filter(
        inspection__department=member.inspection.department
    )[0]
    with pytest.raises(DrawRefused, match="已失效"):
        ask(people, other)


def test_a_swap_at_a_target_that_the_same_order_replaces_is_dropped_with_its_reason(
    people: Cast, drawn: Draw, own: Beacon
) -> None:
    member = member_of(drawn)
    swap = confirm(people, ask(people, member))
    request = draws.request_replacement(
        draw=drawn,
        target_id=member.inspection.visit.target_id,
        reason="CLOSED",
        words="门店已停业三个月，街道办出具了证明",
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ASKED_AT,
    )
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ASKED_AT)

    run_round(drawn, people, own)

    swap.refresh_from_db()
    assert (swap.round_number, swap.refused_words) == (None, "该对象已替换，不用再换人。")
    (ordered,) = forms.parse_receipt(data=bytes(drawn.receipt or b"")).orders
    assert not ordered.order.swapped
    with pytest.raises(DrawRefused, match="没有已经同意"):
        draws.order(draw=drawn, t0=ROUND_T0 + timedelta(hours=2), actor=people.actor("陈"), at=ROUND_T0)


def test_the_organiser_sets_the_rounds_and_values_of_the_room_alone_have_none(people: Cast, own: Beacon) -> None:
    offer = scenes.ready(people)

    def prepare(rounds: int, sources: tuple[str, ...] = WITH_BEACON) -> Draw:
        return draws.prepare(
            offer_id=offer.pk, t0=T0, salt=SALT, actor=people.actor("陈"), at=AT, sources=sources, rounds=rounds
        )

    def stated(draw: Draw) -> tuple[object, object]:
        ground = documents.ground_of(draw)
        manifest = documents.manifest_document(draw, ground, number=draw.number, roster_digest="", keys=[], salt=SALT)
        replace = manifest["replace"]
        assert isinstance(replace, dict)
        return replace["max_rounds"], replace["swap_reasons"]

    for wrong in (-1, 10):
        with pytest.raises(DrawRefused, match="0 至 9 轮"):
            prepare(wrong)
    draw = prepare(7)
    assert stated(draw) == (7, ["CERT_LAPSED", "ON_LEAVE", "RECUSED", "TRANSFERRED"])
    assert draw.plan_entry is not None
    (entry,) = (one for one in draw.plan_entry.content["draws"] if one["draw"] == draw.number)
    assert entry["max_rounds"] == 7
    draws.cancel(draw=draw, reason="筹备时填错了替换轮次，重新编号", actor=people.actor("陈"), at=AT)
    assert stated(prepare(7, ("ceremony",))) == (0, [])


def test_a_choice_that_became_small_before_the_decision_takes_it_from_the_own_head(
    people: Cast, drawn: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = ask(people, member_of(drawn))
    assert not swap.is_outside
    monkeypatch.setattr(swapping, "LEAST_CHOICE", 6)

    with pytest.raises(MayNot):
        confirm(people, swap)

    swap.refresh_from_db()
    assert (swap.choice, swap.is_outside) == (5, True), "the refusal leaves who may decide"
    assert confirm(people, swap, by="司").confirmed_at


def test_who_is_drawn_on_his_leave_is_named_on_the_visit_and_the_notice_is_issued_again(
    people: Cast, drawn: Draw, own: Beacon
) -> None:
    member = member_of(drawn)
    part = member.inspection
    issued = services.issue_notice(inspection_id=part.pk, actor=SYSTEM, at=T0)
    confirm(people, ask(people, member))
    run_round(drawn, people, own)
    jobs.run_now(at=ROUND_T0)

    successor = TeamMember.objects.get(inspection=part, slot=member.slot, replaced_at__isnull=True)
    assert services.obstacle_of(successor) in ("", "同一时段另有检查")
    day = part.visit.starts_at.date()
    Leave.objects.create(inspector=successor.inspector, from_on=day, to_on=day, reason="病假")
    assert services.obstacle_of(successor) == "当日不能执法（证件、在岗或休假）"
    part.refresh_from_db()
    assert part.notice_id is None, "the first named who does not come; another follows once the address is open"
    services.issue_notices(at=part.visit.starts_at)
    part.refresh_from_db()
    assert part.notice_id not in (None, issued.pk)


def test_a_team_that_found_the_place_shut_meanwhile_follows_the_round_before_anybody_goes_in(
    people: Cast, drawn: Draw, own: Beacon
) -> None:
    member = member_of(drawn)
    phone = phone_of(people, member)
    confirm(people, ask(people, member))
    phone.send("unable", {"reason": "closed", "note": "卷帘门锁闭，无人应答"})
    run_round(drawn, people, own)

    with pytest.raises(VisitRefused) as refusal:
        phone.enter()
    assert refusal.value.code == "swapping", "the round is drawn; the team has not followed yet"
    jobs.run_now(at=ROUND_T0)

    member.refresh_from_db()
    assert member.replaced_at is not None
    assert phone.enter().state == "quarantined"


def test_an_entry_from_before_the_agreement_is_kept_apart_and_adopting_it_lets_the_swap_go(
    people: Cast, drawn: Draw
) -> None:
    member = member_of(drawn)
    phone = phone_of(people, member)
    swap = ask(people, member)
    agreed_at = member.inspection.visit.starts_at + timedelta(hours=1)
    services.confirm_swap(swap=swap, actor=people.actor("林局"), at=agreed_at)

    assert phone.enter().state == "quarantined"
    kept = member.inspection.submissions.get(kind="entry")
    services.adopt(submission=kept, actor=people.actor("林"), at=agreed_at)
    jobs.run_now(at=agreed_at)

    swap.refresh_from_db()
    assert swap.refused_words == "同意换人以前检查已经开始。"
    member.inspection.refresh_from_db()
    assert member.inspection.state == "in_progress"
    assert Notice.objects.filter(officer=people.officers["林"], title__contains="不换人").exists()


def test_a_swap_that_nobody_can_fill_any_more_is_let_go_though_the_order_is_refused(
    people: Cast, drawn: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = member_of(drawn)
    swap = confirm(people, ask(people, member))
    key = (member.inspection.visit.target.object_id, member.slot)
    nobody = Infeasible(seed="", short=1, slots=(key,), officers=())
    monkeypatch.setattr(swapping, "_shortage", lambda _state, left, **_how: nobody if left else None)

    with pytest.raises(DrawRefused, match="没有已经同意"):
        draws.order(draw=drawn, t0=ROUND_T0, actor=people.actor("陈"), at=ASKED_AT)

    swap.refresh_from_db()
    assert swap.refused_words == "抽取池里已没有别人可抽，不能换人。"
    assert not services.awaits_swap(member.inspection)


def test_nobody_is_swapped_before_the_witnesses_have_seen_the_round(
    people: Cast, drawn: Draw, own: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = member_of(drawn)
    confirm(people, ask(people, member))
    run_round(drawn, people, own)
    seen: list[bool] = []
    entry = drawn.rounds.get().result_entry
    monkeypatch.setattr(ledger_state, "awaits_quorum", lambda one: one == entry and not seen)
    monkeypatch.setattr(clock, "now", lambda: ROUND_T0)
    jobs.run_now(at=ROUND_T0)
    tasks.dispatch_witnessed(0)
    member.refresh_from_db()
    assert member.replaced_at is None

    seen.append(True)
    tasks.dispatch_witnessed(0)

    member.refresh_from_db()
    assert member.replaced_at is not None


def test_a_second_organ_that_takes_part_is_not_outside_the_team(people: Cast, drawn: Draw, own: Beacon) -> None:
    member = member_of(drawn)
    confirm(people, ask(people, member))
    run_round(drawn, people, own)
    jobs.run_now(at=ROUND_T0)
    successor = TeamMember.objects.get(inspection=member.inspection, slot=member.slot, replaced_at__isnull=True)
    swap = ask(people, successor)
    notary = next(held for held in people.actor("公").capacities)
    drawn.items.filter(department=people.departments["市市监局"]).update(department=notary.department_id)

    with pytest.raises(MayNot):
        confirm(people, swap, by="公")
    assert confirm(people, swap, by="司").confirmed_at
