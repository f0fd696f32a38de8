"""Before the freeze: the number, the moment, the departments' commitments to their keys, and recusals."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws import documents, events, modes
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawItem, Recusal
from onevisit.stages.draws.moments import must_be_as_committed, row_of
from onevisit.stages.draws.pool import given, pool_events
from onevisit.stages.draws.reasons import RECUSAL_REASONS
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.receiving import receive
from onevisit.stages.draws.sources import declaring
from onevisit.stages.draws.sources.known import known_words
from onevisit.stages.offers import selectors as offers
from onevisit.stages.plans import services as plans
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

if TYPE_CHECKING:
    from onevisit.stages.offers.models import Offer

SHORTEST_VALUE, LONGEST_VALUE = 6, 60
LEAST_SLOTS = 2
_HEX = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def prepare(
    *,
    offer_id: UUID,
    t0: datetime,
    salt: str,
    actor: Actor,
    at: datetime,
    length: int = 12,
    slots: int = LEAST_SLOTS,
    cap: int = 0,
    sources: Sequence[str] = (declaring.CEREMONY,),
    issues: Mapping[str, str] | None = None,
    given_basis: str = "",
    given_words: str = "",
    rounds: int = declaring.USUAL_ROUNDS,
    mode: str = modes.SEALED,
) -> Draw:
    """Give a draw its number and moment, and log its plan entry at least 7 days ahead.

    Args:
        salt: 32 random bytes as hex; pseudonyms and exclusion lists of this draw come from it.
        length: how many digits the ceremony gives; `slots`: how many officers each department sends to a target.
        sources: the types of the sources in the order of the seed; `issues` names the draw of a lottery.
        cap: to how many targets one officer goes at most; 0 sets no limit.
        rounds: how many replacement rounds there may be; none where no source is bound to `t0`.
        mode: sealed, or open where nobody inspects on site and a source bound to `t0` gives the last value.
        given_basis: why the targets are given and only officers are drawn, in words too; empty to draw both.

    Raises:
        DrawRefused: the offer has a draw already, or the moment or the mode does not fit.
        PlanRefused: the moment is nearer than the plan's lead time.
    """
    settled = offers.settled_offer(offer_id=offer_id)
    capacity = actor.must("draw.prepare", settled)
    check_inputs(t0=t0, latest=(_("检查开始日"), settled.starts_on), length=length, slots=slots, salt=salt)
    _check_seed(sources, issues or {}, t0=t0, rounds=rounds)
    modes.check(mode, parts=offers.parts_of(offer_id), types=sources, is_given=bool(given_basis))
    draw = numbered(settled, offer_id=offer_id, t0=t0, actor_id=actor.id, at=at)
    draw.ceremony_length, draw.officer_cap, draw.salt, draw.mode = length, cap, salt, mode
    draw.source_types, draw.max_rounds = list(sources), declaring.new_rounds(sources, rounds)
    draw.issues = {type_: issue for type_, issue in (issues or {}).items() if type_ in sources}
    if given_basis:
        given.set_given(draw, basis=given_basis, words=given_words)
    draw.save(force_insert=True)
    _add_items(draw, slots=slots)
    if given_basis:
        given.check_count(listed=len(documents.ground_of(draw).rows), settled=settled.draw_count)
    log_plan(draw, actor=actor, at=at)
    ledger.append(prepared_event(draw), actor=actor, at=at, capacity=capacity)
    return draw


def _check_seed(types: Sequence[str], issues: Mapping[str, str], *, t0: datetime, rounds: int) -> None:
    declaring.check_rounds(rounds)
    declaring.check(types=types, issues=issues, t0=t0)
    check_known_values(types, issues)


def _add_items(draw: Draw, *, slots: int) -> None:
    for part in offers.settled_parts(offer_of(draw)):
        DrawItem.objects.create(draw=draw, item=part.department_code, department_id=part.department_id, slots=slots)


def prepared_event(draw: Draw) -> events.DrawPrepared:
    return events.DrawPrepared(
        subject=str(draw.pk),
        draw=draw.number,
        t0=documents.moment_of(draw),
        given=draw.given_basis,
        repeats=draw.repeats.number if draw.repeats else "",
        related=(f"offer:{draw.offer_id}",),
    )


def numbered(
    settled: offers.SettledOffer,
    *,
    offer_id: UUID,
    t0: datetime,
    actor_id: str,
    at: datetime,
    repeats: Draw | None = None,
) -> Draw:
    """Give an offer's draw the organiser's next number of the year.

    Raises:
        DrawRefused: the offer has a draw already, and this is no repetition of its officer half.
    """
    year = timezone.localtime(t0).year
    sequence = identity.next_number(series=f"draw:{settled.organiser_code}:{year}")
    # Only now: who waits for the number sees the draw that somebody else has made of this offer meanwhile.
    if repeats is None and Draw.objects.filter(offer_id=offer_id).exclude(state="void").exists():
        raise DrawRefused(message=_("该要约已有抽取，须先作废原抽取才能重新编号。"), code="twice")
    number = f"{settled.organiser_code}-{year}-{sequence:04d}"
    return Draw(
        number=number,
        sequence=sequence,
        year=year,
        organiser=Department.objects.get(code=settled.organiser_code),
        offer_id=offer_id,
        title=settled.title,
        t0=t0,
        ceremony_protocol=f"{number}-GZ",
        prepared_by=actor_id,
        created_at=at,
        repeats=repeats,
    )


@transaction.atomic
def reschedule(*, draw: Draw, t0: datetime, actor: Actor, at: datetime) -> Draw:
    """Move the moment before the freeze; the plan entry is logged again.

    Raises:
        DrawRefused: the moment does not fit.
        PlanRefused: the moment is nearer than the plan's lead time.
    """
    capacity = actor.must("draw.reschedule", draw)
    held = locked(draw)
    modes.step(held, verb="draw.reschedule")
    settled = offers.settled_offer(offer_id=offer_of(held).pk)
    latest = (_("检查结束日"), settled.ends_on) if held.repeats_id else (_("检查开始日"), settled.starts_on)
    check_inputs(t0=t0, latest=latest, length=held.ceremony_length, slots=LEAST_SLOTS, salt=held.salt)
    declaring.check(types=held.source_types, issues=held.issues, t0=t0)
    check_known_values(held.source_types, held.issues)
    held.t0 = t0
    held.save(update_fields=["t0"])
    log_plan(held, actor=actor, at=at)
    event = events.DrawRescheduled(
        subject=str(held.pk), draw=held.number, t0=documents.moment_of(held), given=held.given_basis
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def commit_key(*, item: DrawItem, commitment: str, actor: Actor, at: datetime, recipient: str = "") -> DepartmentKey:
    """Store what a department's browser computed from its key; the key itself stays there.

    Args:
        recipient: the public key that other departments seal shares of their keys to; made in the same browser.

    Raises:
        DrawRefused: it is no commitment, or no public key.
    """
    capacity = actor.must("draw.commit_key", item)
    held = locked(item.draw)
    modes.step(held, verb="draw.commit_key")
    if not _HEX.fullmatch(commitment):
        raise DrawRefused(message=_("密钥承诺应为 64 位十六进制数，请在本页重新生成。"), field="commitment")
    key, _created = DepartmentKey.objects.update_or_create(
        draw=held,
        party=item.item,
        defaults={
            "department_id": item.department_id,
            "commitment": commitment,
            "committed_at": at,
            "committed_by": actor.id,
        },
    )
    event = events.KeyCommitted(subject=str(held.pk), draw=held.number, party=item.item, commitment=commitment)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    if recipient:
        receive(held, party=item.item, recipient=recipient, actor=actor, at=at, capacity=capacity)
    return key


@transaction.atomic
def recuse(*, item: DrawItem, inspector_id: UUID, target_id: UUID, reason: str, actor: Actor, at: datetime) -> Recusal:
    """Keep an inspector of a department away from a target.

    Raises:
        DrawRefused: the reason is unknown, or inspector or target are not of this draw.
    """
    capacity = actor.must("draw.recuse", item)
    held = locked(item.draw)
    modes.step(held, verb="draw.recuse")
    if reason not in RECUSAL_REASONS:
        raise DrawRefused(message=_("请选择回避原因。"), field="reason")
    ground = documents.ground_of(held)
    nominated = {pk for part in ground.parts if part.department_code == item.item for pk in part.inspector_ids}
    if inspector_id not in nominated:
        raise DrawRefused(message=_("该人员不在本部门提名之列。"), field="inspector")
    if target_id not in {row.target_id for row in ground.rows}:
        raise DrawRefused(message=_("该对象不在抽取池。"), field="target")
    recusal, _created = Recusal.objects.update_or_create(
        draw=held,
        inspector_id=inspector_id,
        target_id=target_id,
        defaults={"reason": reason, "added_by": actor.id, "added_at": at},
    )
    event = pool_events.DrawRecused(
        subject=str(held.pk), draw=held.number, inspector=str(inspector_id), target=str(target_id), reason=reason
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return recusal


@transaction.atomic
def unrecuse(*, item: DrawItem, recusal_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a recusal back before the freeze; its entry stays.

    Raises:
        Recusal.DoesNotExist: it is not one of this department in this draw.
    """
    capacity = actor.must("draw.unrecuse", item)
    held = locked(item.draw)
    modes.step(held, verb="draw.unrecuse")
    recusal = Recusal.objects.get(pk=recusal_id, draw=held, inspector__department_id=item.department_id)
    event = pool_events.DrawUnrecused(
        subject=str(held.pk),
        draw=held.number,
        inspector=str(recusal.inspector_id),
        target=str(recusal.target_id),
        reason=recusal.reason,
    )
    recusal.delete()
    ledger.append(event, actor=actor, at=at, capacity=capacity)


def locked(draw: Draw, *, is_to_end: bool = False) -> Draw:
    """Return the draw under a row lock.

    Args:
        is_to_end: it is to be given up, which a manifest that is lost does not hinder.

    Raises:
        MomentDiffers: its moment or manifest is not that of its commitment.
    """
    held = row_of(draw)
    must_be_as_committed(held, is_to_end=is_to_end)
    return held


def offer_of(draw: Draw) -> "Offer":
    if draw.offer is None:
        raise DrawRefused(message=_("抽取没有对应的要约。"))
    return draw.offer


def check_inputs(*, t0: datetime, latest: tuple[str, date], length: int, slots: int, salt: str) -> None:
    if t0.second or t0.microsecond:
        raise DrawRefused(message=_("T0 请取整分。"), field="t0")
    name, day = latest
    if timezone.localtime(t0).date() > day:
        raise DrawRefused(
            message=_("T0 不能晚于%(name)s %(day)s。") % {"name": name, "day": day.isoformat()}, field="t0"
        )
    if not SHORTEST_VALUE <= length <= LONGEST_VALUE:
        raise DrawRefused(message=_("公证摇号为 6 至 60 位数字。"), field="length")
    if slots < LEAST_SLOTS:
        raise DrawRefused(message=_("每个部门每个对象至少 2 人（行政处罚法第四十二条）。"), field="slots")
    if not _HEX.fullmatch(salt):
        raise ValueError("the salt is 32 bytes as hex")


def check_known_values(types: Sequence[str], issues: Mapping[str, str]) -> None:
    """Refuse an issue that is no later than one whose numbers an earlier draw has taken: everybody knows it by now."""
    if words := known_words(types, issues):
        raise DrawRefused(message=words, field="issues")


def log_plan(draw: Draw, *, actor: Actor, at: datetime) -> None:
    """Log the plan entry of a draw as it stands now, at least 7 days before its moment."""
    ground = documents.ground_of(draw)
    if draw.t0 is None:
        raise ValueError("the draw has no moment yet")
    draw.plan_entry = plans.log_plan_entry(
        campaign=offer_of(draw).campaign,
        draw=draw.number,
        t0=draw.t0,
        mode=draw.mode,
        items=documents.plan_items(ground),
        sources=draw.source_types,
        parties=[] if modes.is_open(draw) else sorted(part.department_code for part in ground.parts),
        max_rounds=declaring.max_rounds(draw.source_types, draw.max_rounds),
        actor=actor,
        at=at,
    )
    draw.save(update_fields=["plan_entry"])
