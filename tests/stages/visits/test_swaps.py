"""A drawn officer who cannot go: asked for, agreed to by somebody else, drawn anew in a round, and sent."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from onevisit.core.draw import forms
from onevisit.core.draw.officers import Assignment
from onevisit.core.draw.verify import Status, verify
from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot, Pseudonym, Swap
from onevisit.stages.draws.public import open_files, organ_figures
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.visits import packages, services
from onevisit.stages.visits.models import Inspection, TeamMember
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes, visit_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, EVIDENCE, T0, Beacon, Log
from tests.stages.draws.test_infeasible import _more_inspectors

ASKED_AT, ROUND_T0 = T0 + timedelta(hours=1), T0 + timedelta(hours=2)
WORDS = "急性阑尾炎住院手术，病假两周，有诊断证明"
MORE = ("林三", "林四", "林五", "林六")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Beacon:
    return Beacon(monkeypatch)


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    return Log(tmp_path / "log")


@pytest.fixture
def drawn(people: Cast, log: Log, own: Beacon) -> Draw:
    """A sealed draw whose visits are sent; 市商务局 has seven people in its pool, and two go to each target."""
    cache.clear()
    _more_inspectors(people, *MORE)
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    jobs.run_now(at=T0)
    return draw


def member_of(draw: Draw, short: str = "市商务局", *, beside: UUID | None = None) -> TeamMember:
    """Return somebody of a department's teams, of another target than `beside`."""
    rows = TeamMember.objects.filter(
        inspection__visit__draw=draw, inspection__department__short_name=short, replaced_at__isnull=True
    ).exclude(inspection__visit__target_id=beside)
    return rows.select_related("inspection__visit__target", "inspector__officer").order_by("slot", "pk")[0]


def ask(people: Cast, member: TeamMember, *, by: str = "林", **changes: Any) -> Swap:
    given = {"reason": "ON_LEAVE", "words": WORDS, "evidence_sha256": EVIDENCE, **changes}
    return services.request_swap(member=member, actor=people.actor(by), at=ASKED_AT, **given)


def confirm(people: Cast, swap: Swap, *, by: str = "林局") -> Swap:
    return services.confirm_swap(swap=swap, actor=people.actor(by), at=ASKED_AT)


def run_round(draw: Draw, people: Cast, own: Beacon, *, after: timedelta = timedelta()) -> None:
    t0 = ROUND_T0 + after
    draws.order(draw=draw, t0=t0, actor=people.actor("陈"), at=ASKED_AT + after)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS[::-1], at=t0 - timedelta(minutes=5))
    draws.carry_value(draw=draw, signature=own.at(t0), actor=people.actor("公"), at=t0)
    draws.replace(draw=draw, actor=people.actor("陈"), at=t0)
    draw.refresh_from_db()


def test_a_round_draws_somebody_else_with_fresh_randomness_and_he_is_sent(
    people: Cast, drawn: Draw, own: Beacon
) -> None:
    member = member_of(drawn)
    visit, former = member.inspection.visit, member.inspector
    swap = confirm(people, ask(people, member))
    assert (swap.choice, swap.is_outside) == (5, False), "seven in the pool; two go there already"

    run_round(drawn, people, own)
    jobs.run_now(at=ROUND_T0)
    jobs.run_now(at=ROUND_T0)

    receipt = forms.parse_receipt(data=bytes(drawn.receipt or b""))
    assignment = receipt.results[1].result.assignment
    assert isinstance(assignment, Assignment)
    (filled,) = assignment.slots
    assert (filled.visit, filled.slot, filled.width) == (visit.target.object_id, member.slot, 5)
    new = Pseudonym.objects.get(draw=drawn, pseudonym=filled.officer).inspector
    assert new.pk != former.pk

    member.refresh_from_db()
    assert member.replaced_at == ROUND_T0
    assert member.replaced_reason == "休假、病假（第 1 轮替换）", "what ails him is not told to the other departments"
    successor = TeamMember.objects.get(inspection=member.inspection, slot=member.slot, replaced_at__isnull=True)
    assert (successor.inspector_id, successor.is_leader) == (new.pk, member.is_leader)
    assert Notice.objects.filter(officer_id=new.officer_id, kind="visit", title__contains="派给您").exists()
    assert Notice.objects.filter(officer_id=former.officer_id, title__contains="您已换下").count() == 1
    assert visit.pk in {
        one.member.inspection.visit_id for one in packages.packages_of(officer_id=new.officer_id, at=T0)
    }
    old_tasks = packages.packages_of(officer_id=former.officer_id, at=T0)
    assert visit.pk not in {one.member.inspection.visit_id for one in old_tasks}
    payload = json.loads(bytes(LedgerEntry.objects.get(event="visit.swapped").payload))
    assert (payload["former"], payload["successor"]) == (str(former.pk), str(new.pk))
    assert (payload["swap"], payload["round"], payload["reason"]) == (str(swap.pk), "1", "ON_LEAVE")


def test_everybody_can_verify_a_receipt_with_a_swap(
    people: Cast, drawn: Draw, own: Beacon, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    member = member_of(drawn)
    confirm(people, ask(people, member))
    run_round(drawn, people, own)

    frames = {item.item: bytes(item.frame or b"") for item in drawn.items.all()}
    checks = verify(receipt=bytes(drawn.receipt or b""), frames=frames)
    assert [check.line for check in checks if check.status is Status.FAILED] == []
    assert {check.number: check.status for check in checks if check.number in (8, 9)} == {
        8: Status.OK,
        9: Status.OK,
    }
    (order,) = forms.parse_receipt(data=bytes(drawn.receipt or b"")).orders
    (swapped,) = order.order.swapped
    assert (swapped.visit, swapped.slot) == (member.inspection.visit.target.object_id, member.slot)
    assert swapped.grounds.reason == "ON_LEAVE"
    assert swapped.grounds.proposer != swapped.grounds.confirmer
    assert not order.order.withdrawn
    assert forms.parse_manifest(data=bytes(drawn.manifest or b"")).swap_reasons == (
        "CERT_LAPSED",
        "ON_LEAVE",
        "RECUSED",
        "TRANSFERRED",
    )
    draws.open_draw(draw=drawn, open_visits=0, actor=SYSTEM, at=ROUND_T0)
    (figures,) = organ_figures.organ_figures()
    assert (figures.swaps, figures.narrow_swaps) == (1, 0)
    for name in ("receipt.json", *(f"{item}.txt" for item in frames)):
        (tmp_path / name).write_bytes(open_files.file_of(number=drawn.number, name=name) or b"")
    assert verify_command([str(tmp_path / "receipt.json"), "--frames", str(tmp_path)]) == 0
    said = {line.split()[0]: line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("V")}
    assert (said["V8"], said["V9"]) == ("ok", "ok")


def test_one_order_takes_targets_and_officers(people: Cast, drawn: Draw, own: Beacon) -> None:
    # Of the largest stratum one target is drawn, and others could be in its place.
    other = DrawnSlot.objects.filter(draw=drawn, target__credit_risk_class="A")[0]
    member = member_of(drawn, beside=other.target_id)
    confirm(people, ask(people, member))
    request = draws.request_replacement(
        draw=drawn,
        target_id=other.target_id,
        reason="NOT_FOUND",
        words="登记住所为空置商铺，邻居称半年前已搬走",
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ASKED_AT,
    )
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ASKED_AT)

    run_round(drawn, people, own)
    jobs.run_now(at=ROUND_T0)

    (ordered,) = forms.parse_receipt(data=bytes(drawn.receipt or b"")).orders
    assert (len(ordered.order.withdrawn), len(ordered.order.swapped)) == (1, 1)
    assert member.inspection.visit.target_id not in set(
        drawn.visits.filter(state="withdrawn").values_list("target_id", flat=True)
    )
    assert drawn.visits.get(target_id=other.target_id).state == "withdrawn"
    member.refresh_from_db()
    assert member.replaced_at is not None


def test_what_is_asked_needs_a_reason_evidence_and_a_part_where_nothing_is_recorded(people: Cast, drawn: Draw) -> None:
    member = member_of(drawn)
    with pytest.raises(DrawRefused, match="换人事由"):
        ask(people, member, reason="WHIM")
    with pytest.raises(DrawRefused, match="证明材料"):
        ask(people, member, evidence_sha256="")
    with pytest.raises(DrawRefused, match="过于笼统"):
        ask(people, member, words="病了")
    for name in ("陈", "王", "林一", "公"):
        with pytest.raises(MayNot):
            ask(people, member, by=name)
    swap = ask(people, member)
    with pytest.raises(DrawRefused, match="已申请换人"):
        ask(people, member)
    draws.refuse_swap(swap=swap, words="病假三天，检查在下周，不用换人", actor=people.actor("林局"), at=ASKED_AT)
    with pytest.raises(DrawRefused, match="已有决定"):
        confirm(people, swap)
    assert ask(people, member, by="林局").pk != swap.pk


def test_after_the_first_record_nobody_is_replaced(people: Cast, drawn: Draw) -> None:
    member = member_of(drawn)
    swap = ask(people, member)
    Inspection.objects.filter(pk=member.inspection_id).update(state="in_progress")

    with pytest.raises(DrawRefused, match="已有记录"):
        confirm(people, swap)
    other = TeamMember.objects.filter(inspection=member.inspection).exclude(pk=member.pk).get()
    with pytest.raises(DrawRefused, match="已有记录"):
        ask(people, other)


def test_who_asked_and_who_is_to_go_do_not_decide(people: Cast, drawn: Draw) -> None:
    member = member_of(drawn)
    swap = ask(people, member, by="林局")
    with pytest.raises(DrawRefused, match="申请人不能决定"):
        confirm(people, swap)
    with pytest.raises(MayNot):
        confirm(people, swap, by="林")
    with pytest.raises(IntegrityError), transaction.atomic():
        Swap.objects.filter(pk=swap.pk).update(confirmed_at=ASKED_AT, confirmed_by=swap.requested_by)

    head = people.officers["林局"]
    member.inspector.officer_id, kept = head.pk, member.inspector.officer_id
    member.inspector.save(update_fields=["officer_id"])
    Swap.objects.filter(pk=swap.pk).update(requested_by=people.actor("林").id)
    with pytest.raises(DrawRefused, match="要换下的人"):
        confirm(people, swap)
    member.inspector.officer_id = kept
    member.inspector.save(update_fields=["officer_id"])
    assert confirm(people, swap, by="公").confirmed_at


def test_a_place_swapped_before_is_decided_by_an_organ_outside_the_team(people: Cast, drawn: Draw, own: Beacon) -> None:
    member = member_of(drawn)
    confirm(people, ask(people, member))
    run_round(drawn, people, own)
    jobs.run_now(at=ROUND_T0)

    successor = TeamMember.objects.get(inspection=member.inspection, slot=member.slot, replaced_at__isnull=True)
    swap = ask(people, successor)

    assert (swap.choice, swap.is_outside) == (4, True), "the first never returns to this visit"
    with pytest.raises(MayNot):
        confirm(people, swap)
    confirm(people, swap, by="公")
    run_round(drawn, people, own, after=timedelta(hours=4))
    jobs.run_now(at=ROUND_T0 + timedelta(hours=4))
    sent = TeamMember.objects.filter(inspection=member.inspection, slot=member.slot)
    assert sent.count() == 3
    assert len(set(sent.values_list("inspector_id", flat=True))) == 3
    frames = {item.item: bytes(item.frame or b"") for item in drawn.items.all()}
    checks = verify(receipt=bytes(drawn.receipt or b""), frames=frames)
    assert [check.line for check in checks if check.status is Status.FAILED] == []


def test_a_small_choice_is_decided_outside_and_none_is_refused(people: Cast, drawn: Draw) -> None:
    # The other departments have one person beside the two who go: he follows one of them, and nobody the other.
    one = member_of(drawn, "市市监局")
    small = ask(people, one, by="王")
    assert (small.choice, small.is_outside) == (1, True)
    confirm(people, small, by="公")
    with pytest.raises(DrawRefused, match="没有别人可抽"):
        ask(people, TeamMember.objects.filter(inspection=one.inspection).exclude(pk=one.pk).get(), by="王")
    first = member_of(drawn)
    second = TeamMember.objects.filter(inspection=first.inspection).exclude(pk=first.pk).get()
    early = ask(people, first)
    assert (early.choice, early.is_outside) == (5, False)
    confirm(people, early)
    assert ask(people, second).choice == 5


def test_while_a_swap_is_agreed_to_the_part_does_not_begin(people: Cast, drawn: Draw, own: Beacon) -> None:
    member = member_of(drawn)
    visit = member.inspection.visit
    opens = visit.starts_at + timedelta(minutes=1)
    phone = visit_scenes.Phone(
        people=people, name=member.inspector.officer.name, inspection=member.inspection, now=opens
    )
    swap = ask(people, member)
    confirm(people, swap)

    with pytest.raises(VisitRefused) as refusal:
        phone.enter()
    assert (refusal.value.code, refusal.value.status) == ("swapping", 409)

    run_round(drawn, people, own)
    jobs.run_now(at=ROUND_T0)
    assert phone.enter().state == "quarantined", "who was swapped is not of the team any more"
    successor = TeamMember.objects.get(inspection=member.inspection, slot=member.slot, replaced_at__isnull=True)
    fresh = visit_scenes.Phone(
        people=people, name=successor.inspector.officer.name, inspection=member.inspection, now=opens
    )
    assert fresh.enter().state == "accepted"


def test_a_draw_without_rounds_swaps_nobody(people: Cast, log: Log) -> None:
    _more_inspectors(people, *MORE)
    draw = draw_scenes.sealed(people, log)
    services.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    with pytest.raises(DrawRefused, match="不设替换轮次"):
        ask(people, member_of(draw))


def test_an_opened_draw_swaps_nobody(people: Cast, drawn: Draw) -> None:
    swap = ask(people, member_of(drawn))
    draws.open_draw(draw=drawn, open_visits=0, actor=SYSTEM, at=T0)
    with pytest.raises(WrongState):
        confirm(people, swap)
