"""The escrow: an organ outside the draw that combines every key once before the freeze, and who follows it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws import modes
from onevisit.stages.draws.keys import deposits, escrows, share_events
from onevisit.stages.draws.keys.share_models import ReceivingKey
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.policies import ESCROWS
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.receiving import receive
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger
from onevisit.support.notices import services as notices


@transaction.atomic
def hold_escrow(*, draw: Draw, recipient: str, actor: Actor, at: datetime) -> ReceivingKey:
    """Become the escrow of a draw: a second organ whose browser will combine the shares of every key once, to see.

    Raises:
        DrawRefused: no shares are possible, another organ is the escrow, this one takes part or organises, or it is
            the escrow and late.
    """
    capacity = actor.must("draw.hold_escrow", draw)
    held = locked(draw)
    modes.step(held, verb="draw.hold_escrow")
    found = possible(held)
    organ = Department.objects.get(pk=capacity.department_id)
    if found.escrow is not None and found.escrow.department_id != organ.pk:
        raise DrawRefused(
            message=_("%(name)s已登记为托管。") % {"name": found.escrow.department.short_name}, code="escrow"
        )
    if organ.code in found.names or organ.pk in held.organising_ids():
        raise DrawRefused(message=_("托管须由不组织、不承办、不参加本次抽取的单位担任。"), code="escrow")
    if found.escrow is not None and any(turn.is_due(at) for turn in escrows.turns(held, at=at)):
        raise DrawRefused(message=_("托管已逾期未核对，由公布的顺序中后一单位接任，不能再换收存公钥。"), code="late")
    row = receive(held, party=organ.code, recipient=recipient, actor=actor, at=at, capacity=capacity, is_escrow=True)
    follow(held, at=at)
    return row


@transaction.atomic
def take_escrow(*, draw: Draw, recipient: str, reason: str, actor: Actor, at: datetime) -> ReceivingKey:
    """Follow an escrow that let its term pass without a word; everything deposited is deposited again for this one.

    Raises:
        DrawRefused: nobody is late, it is another organ's turn, the organ has to do with the draw, or no reason.
    """
    capacity = actor.must("draw.take_escrow", draw)
    held = locked(draw)
    modes.step(held, verb="draw.take_escrow")
    found = possible(held)
    former = found.escrow
    organ = Department.objects.get(pk=capacity.department_id)
    if former is None:
        raise DrawRefused(message=_("还没有托管单位，请直接登记担任托管。"), code="no_escrow")
    since = _turn_of(held, organ, at=at, is_waiting=found.waiting_since() is not None)
    former.replaced_at, former.replaced_reason = at, reason_of(reason)[:400]
    former.save(update_fields=["replaced_at", "replaced_reason"])
    row = receive(held, party=organ.code, recipient=recipient, actor=actor, at=at, capacity=capacity, is_escrow=True)
    event = share_events.EscrowTaken(
        subject=str(held.pk),
        draw=held.number,
        party=organ.code,
        former=former.party,
        due=timezone.localtime(since).isoformat(),
        reason=former.replaced_reason,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    escrows.keep_clock(held, since=None, escrow=None, at=at)
    _tell(held, former, organ, at=at)
    return row


def follow(draw: Draw, *, at: datetime, may_move: bool = False) -> None:
    """Start, keep or end the escrow's term by what waits for it in a locked draw.

    Args:
        may_move: the escrow has answered, or nothing waited for it before: what waits now has a term of its own.
    """
    found = deposits.deposits_of(draw)
    organ = found.escrow.department if found.escrow else None
    since = found.waiting_since() if draw.state == "preparing" else None
    escrows.keep_clock(draw, since=since, escrow=organ, at=at, may_move=may_move)


def possible(draw: Draw) -> deposits.Deposits:
    """Return how far the shares of a draw have come.

    Raises:
        DrawRefused: too few departments take part for any shares.
    """
    found = deposits.deposits_of(draw)
    if not found.needed:
        raise DrawRefused(message=_("参加部门不足 3 个，密钥不能分存。"), code="too_few")
    return found


def _turn_of(draw: Draw, organ: Department, *, at: datetime, is_waiting: bool) -> datetime:
    """Return since when an organ may take over."""
    line = escrows.turns(draw, at=at)
    own = next((turn for turn in line if turn.organ.pk == organ.pk), None)
    if own is None:
        raise DrawRefused(
            message=_("接任托管的须是不组织、不承办、不参加本次抽取，也未担任过本次托管的执法监督单位。"), code="escrow"
        )
    if own.since is None or not is_waiting:
        raise DrawRefused(message=_("没有份额在等托管核对，不能接任。"), code="not_silent")
    if not own.is_due(at):
        moment = f"{timezone.localtime(own.since):%Y-%m-%d %H:%M}"
        words = _("按公布的顺序，本单位自 %(at)s 起才可接任托管：%(order)s。")
        names = " → ".join(turn.organ.short_name for turn in line)
        raise DrawRefused(message=words % {"at": moment, "order": names}, code="turn")
    return own.since


def _tell(draw: Draw, former: ReceivingKey, organ: Department, *, at: datetime) -> None:
    """Tell the former escrow, the organiser and every department, which must deposit its shares again."""
    said = {"former": former.department.short_name, "name": organ.short_name, "title": draw.title}
    told = [(role, former.department_id) for role in ESCROWS]
    told.append((Role.COORDINATOR, draw.organiser_id))
    told.extend((Role.CLERK, organ_id) for organ_id in draw.items.values_list("department_id", flat=True))
    for role, department_id in told:
        notices.notify_role(
            role=role,
            department_id=department_id,
            kind="draw",
            title=_("托管已由%(name)s接任：%(title)s") % said,
            body=_("%(former)s逾期未核对份额。各参加部门请重新存放密钥份额。") % said,
            url=f"/draws/{draw.pk}#shares",
            subject_type="draw",
            subject=f"{draw.pk}:{organ.code}",
            at=at,
        )
