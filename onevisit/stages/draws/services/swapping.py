"""Replace a drawn officer who cannot go: asked for with evidence, agreed to by somebody else, drawn anew in a round.

Nobody picks and nobody stands in reserve (draw-protocol.md sections 9 and 10). An organ outside the team decides where
fewer than four could be drawn, or where the place was swapped before (section 12).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core.draw import officers
from onevisit.core.draw import slots as places
from onevisit.core.draw.history import History, SlotKey
from onevisit.core.draw.officers import Infeasible
from onevisit.stages.draws import modes, said
from onevisit.stages.draws.models import Draw, DrawnSlot, Swap
from onevisit.stages.draws.policies import SECOND_ORGANS
from onevisit.stages.draws.pool import naming
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.rounds import swap_events
from onevisit.stages.draws.rounds.swap_reasons import SWAP_REASONS
from onevisit.stages.draws.services import rounds
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.ledger import services as ledger

LEAST_CHOICE = 4
"""Below it an organ outside the team decides (draw-protocol.md section 12)."""
_HEX = re.compile(r"[0-9a-f]{64}")


def choice_of(slot: DrawnSlot) -> int:
    """Return among how many officers somebody in the place of a drawn one would be drawn now."""
    return _choice(rounds.history_of(slot.draw), slot)


def open_choices(draw: Draw) -> dict[UUID, int]:
    """Return for each undecided request of a draw among how many somebody would be drawn now."""
    waiting = draw.swaps.filter(confirmed_at__isnull=True, refused_at__isnull=True, slot__withdrawn_in__isnull=True)
    rows = list(waiting.select_related("slot__target"))
    if not rows:
        return {}
    state = rounds.history_of(draw)
    return {row.pk: _choice(state, row.slot) for row in rows}


def agreed_eligible(draw: Draw) -> dict[UUID, frozenset[UUID]]:
    """Return for each swap that the next order takes the inspectors among whom somebody is drawn."""
    waiting = draw.swaps.filter(confirmed_at__isnull=False, refused_at__isnull=True, round_number__isnull=True)
    rows = list(waiting.filter(slot__withdrawn_in__isnull=True).select_related("slot__target"))
    if not rows:
        return {}
    state = rounds.history_of(draw)
    people = naming.people_of(draw)
    return {row.pk: frozenset(people[one] for one in _eligible(state, row.slot) if one in people) for row in rows}


def is_outside(slot: DrawnSlot, choice: int) -> bool:
    """Say whether an organ outside the team decides on the swap of a slot."""
    before = Swap.objects.filter(slot__draw_id=slot.draw_id, slot__target_id=slot.target_id, slot__slot=slot.slot)
    return choice < LEAST_CHOICE or before.filter(round_number__isnull=False).exclude(slot_id=slot.pk).exists()


@transaction.atomic
def request_swap(
    *, slot: DrawnSlot, is_begun: bool, reason: str, words: str, evidence_sha256: str, actor: Actor, at: datetime
) -> Swap:
    """Ask to replace the officer of a drawn slot who cannot go.

    Args:
        is_begun: whether the department has recorded anything at the target; then nobody is replaced (DS-16).

    Raises:
        DrawRefused: reason or evidence do not do, it is asked for already or the target is to be replaced, nobody
            could be drawn, something is recorded, or there are no (more) rounds.
    """
    item = slot.draw.items.defer("frame").get(department_id=slot.department_id)
    capacity = actor.must("draw.request_swap", item)
    held = locked(slot.draw)
    modes.step(held, verb="draw.request_swap")
    rounds.check(held, at=at)
    _check_begun(is_begun)
    if reason not in SWAP_REASONS:
        raise DrawRefused(message=_("请选择换人事由。"), field="reason")
    if not _HEX.fullmatch(evidence_sha256):
        raise DrawRefused(message=_("请附上证明材料（假条、调令、证件或回避申请）。"), field="evidence")
    slot = DrawnSlot.objects.select_for_update(of=("self",)).select_related("draw", "target").get(pk=slot.pk)
    _check_free(held, slot)
    state = rounds.history_of(held)
    if reason not in state.manifest.swap_reasons:
        raise DrawRefused(message=_("本次抽取承诺时没有列入这一换人事由，不能换人。"), field="reason", code="unlisted")
    choice = _choice(state, slot)
    _check_choice(held, state, slot, choice)
    made = Swap.objects.create(
        draw=held,
        slot=slot,
        department_id=slot.department_id,
        reason=reason,
        words=reason_of(words, field="words")[:400],
        evidence_sha256=evidence_sha256,
        choice=choice,
        is_outside=is_outside(slot, choice),
        requested_by=actor.id,
        requested_at=at,
    )
    event = swap_events.SwapRequested(
        subject=str(held.pk), draw=held.number, swap=str(made.pk), reason=reason, choice=choice
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


@transaction.atomic
def confirm_swap(*, swap: Swap, is_begun: bool, actor: Actor, at: datetime) -> Swap:
    """Agree that a drawn officer is replaced in the next round.

    Raises:
        DrawRefused: it is decided, the actor asked or is the officer, nobody could be drawn, an organ outside the
            team must decide, something is recorded, or there are no (more) rounds.
    """
    capacity = actor.must("draw.confirm_swap", swap)
    held = _undecided(swap, verb="draw.confirm_swap", actor=actor)
    rounds.check(held.draw, at=at)
    _check_begun(is_begun)
    if held.slot.withdrawn_in is not None:
        raise DrawRefused(message=_("该岗位已随对象一并替换，不用再换人。"), code="gone")
    state = rounds.history_of(held.draw)
    _renew(held, state)
    _check_choice(held.draw, state, held.slot, held.choice)
    if held.is_outside and capacity.role not in SECOND_ORGANS:
        raise DrawRefused(
            message=_("现在可抽 %(n)s 人，须由公证或执法监督单位决定。") % {"n": held.choice}, code="outside"
        )
    held.confirmed_by, held.confirmed_at, held.confirmed_in_id = actor.id, at, capacity.department_id
    held.save(update_fields=["choice", "is_outside", "confirmed_by", "confirmed_at", "confirmed_in"])
    event = swap_events.SwapConfirmed(
        subject=str(held.draw_id),
        draw=held.draw.number,
        swap=str(held.pk),
        reason=held.reason,
        choice=held.choice,
        department=str(held.confirmed_in.code) if held.confirmed_in else "",
        role=capacity.role.value,
        grounds_sha256=said.grounds_digest(held.draw, held),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def renew_swap(*, swap: Swap) -> Swap:
    """Count anew among how many somebody would be drawn; whoever decides sees this, and it says who may."""
    held = Swap.objects.select_for_update(of=("self",)).select_related("draw", "slot__target").get(pk=swap.pk)
    if held.confirmed_at is None and held.refused_at is None and held.slot.withdrawn_in is None:
        _renew(held, rounds.history_of(held.draw))
        held.save(update_fields=["choice", "is_outside"])
    return held


@transaction.atomic
def refuse_swap(*, swap: Swap, words: str, actor: Actor, at: datetime) -> Swap:
    """Decide that the drawn officer goes.

    Raises:
        DrawRefused: it is decided already, or the reason says too little.
    """
    capacity = actor.must("draw.refuse_swap", swap)
    held = _undecided(swap, verb="draw.refuse_swap", actor=actor)
    _refuse(held, words=reason_of(words, field="words"), actor=actor, at=at)
    event = _refused(held)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def drop_stale(*, draw: Draw, at: datetime) -> None:
    """Let go of agreed swaps without an object: their target is or is to be replaced, or nobody can be drawn any more.

    It stands by itself: an order that has nothing left to take is refused, and what was let go stays let go.
    """
    held = locked(draw)
    if not modes.is_running(held) or not held.receipt or held.rounds.pending().exists():
        return
    left = agreed(held)
    if not left:
        return
    replaced = held.replacements.filter(confirmed_at__isnull=False, round_number__isnull=True)
    withdrawn = dict(replaced.values_list("target_id", "target__object_id"))
    for one in [one for one in left if one.slot.withdrawn_in is not None or one.slot.target_id in withdrawn]:
        _drop(one, _("该对象已替换，不用再换人。"), at=at)
        left.remove(one)
    state = rounds.history_of(held)
    while left and (short := _shortage(state, left, withdrawn=withdrawn.values())) is not None:
        stuck = [one for one in left if _key(one.slot) in short.slots]
        _drop(stuck[-1], _("抽取池里已没有别人可抽，不能换人。"), at=at)
        left.remove(stuck[-1])


@transaction.atomic
def drop_begun(*, swaps: Iterable[Swap], at: datetime) -> None:
    """Let go of swaps that no order holds, where the department was inside before they were agreed to."""
    for one in swaps:
        held = Swap.objects.select_for_update(of=("self",)).select_related("draw").get(pk=one.pk)
        if held.round_number is None and held.refused_at is None:
            _drop(held, _("同意换人以前检查已经开始。"), at=at)


def agreed(draw: Draw) -> list[Swap]:
    """Return the swaps that the next order takes, under a lock."""
    rows = draw.swaps.select_for_update(of=("self",)).filter(
        confirmed_at__isnull=False, refused_at__isnull=True, round_number__isnull=True
    )
    return list(rows.select_related("draw", "slot__target"))


def _renew(swap: Swap, state: History) -> None:
    swap.choice = _choice(state, swap.slot)
    swap.is_outside = swap.is_outside or is_outside(swap.slot, swap.choice)


def _choice(state: History, slot: DrawnSlot) -> int:
    return len(_eligible(state, slot))


def _eligible(state: History, slot: DrawnSlot) -> tuple[str, ...]:
    """Return who could be drawn, were this officer and all others of the visit who are to be swapped released."""
    key = _key(slot)
    others = Swap.objects.filter(
        slot__draw_id=slot.draw_id, slot__target_id=slot.target_id, slot__withdrawn_in__isnull=True
    ).filter(refused_at__isnull=True)
    released = {key, *(_key(one.slot) for one in others.select_related("slot__target"))}
    found, _room = places.swappable(history=state, swapped=sorted(released & state.held.keys()))
    return next((tuple(one.eligible) for one in found if (one.visit, one.slot) == key), ())


def _check_choice(draw: Draw, state: History, slot: DrawnSlot, choice: int) -> None:
    agreed = draw.swaps.filter(confirmed_at__isnull=False, refused_at__isnull=True, round_number__isnull=True)
    together = [*(one.slot for one in agreed.select_related("slot__target") if one.slot_id != slot.pk), slot]
    held = [one for one in together if _key(one) in state.held]
    if not choice or (slot in held and _assigned(state, [_key(one) for one in held]) is not None):
        raise DrawRefused(
            message=_(
                "冻结的抽取池里没有别人可抽（除去回避的、已在本组的和到每人上限的），不能换人。"
                "不能检查的如实记为“未能检查”，或者改期。"
            ),
            code="nobody",
        )


def _shortage(state: History, swaps: Iterable[Swap], *, withdrawn: Iterable[str]) -> Infeasible | None:
    return _assigned(state, [_key(one.slot) for one in swaps], withdrawn=withdrawn)


def _assigned(state: History, keys: list[SlotKey], *, withdrawn: Iterable[str] = ()) -> Infeasible | None:
    """Return why these slots cannot all be filled anew, None when they can; the seed does not matter for that."""
    found, room = places.swappable(history=state, swapped=sorted(keys), withdrawn=frozenset(withdrawn))
    result = officers.assign(slots=found, room=room, seed="", slack=0)
    return result if isinstance(result, Infeasible) else None


def _key(slot: DrawnSlot) -> SlotKey:
    return slot.target.object_id, slot.slot


def _check_begun(is_begun: bool) -> None:
    if is_begun:
        raise DrawRefused(message=_("该部门的检查已有记录，不能再换人。"), code="begun")


def _check_free(draw: Draw, slot: DrawnSlot) -> None:
    if slot.withdrawn_in is not None:
        raise DrawRefused(message=_("该人员已换下。"), code="gone")
    if slot.swaps.filter(refused_at__isnull=True).exists():
        raise DrawRefused(message=_("该人员已申请换人。"), code="twice")
    if draw.replacements.filter(target_id=slot.target_id, refused_at__isnull=True).exists():
        raise DrawRefused(message=_("该对象已申请替换，不用再换人。"), code="replaced")


def _undecided(swap: Swap, *, verb: str, actor: Actor) -> Swap:
    rows = Swap.objects.select_for_update(of=("self",)).select_related("draw", "slot__target", "slot__inspector")
    locked(swap.draw)
    held = rows.get(pk=swap.pk)
    modes.step(held.draw, verb=verb)
    if held.confirmed_at is not None or held.refused_at is not None:
        raise DrawRefused(message=_("该申请已有决定。"), code="decided")
    if held.requested_by == actor.id:
        raise DrawRefused(message=_("申请人不能决定自己的申请。"), code="same_person")
    if actor.officer_id is not None and held.slot.inspector.officer_id == actor.officer_id:
        raise DrawRefused(message=_("要换下的人不能决定自己的事。"), code="same_person")
    return held


def _drop(swap: Swap, words: str, *, at: datetime) -> None:
    _refuse(swap, words=words, actor=SYSTEM, at=at)
    ledger.append(_refused(swap), actor=SYSTEM, at=at)


def _refuse(swap: Swap, *, words: str, actor: Actor, at: datetime) -> None:
    swap.refused_words, swap.refused_by, swap.refused_at = words[:400], actor.id, at
    swap.save(update_fields=["refused_words", "refused_by", "refused_at"])


def _refused(swap: Swap) -> swap_events.SwapRefused:
    return swap_events.SwapRefused(
        subject=str(swap.draw_id), draw=swap.draw.number, swap=str(swap.pk), reason=swap.reason
    )
