"""What waits for a person in the shares of keys: be the escrow, deposit, check, verify, hand in a share."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from onevisit.stages.draws import readiness
from onevisit.stages.draws.keys import escrows
from onevisit.stages.draws.keys.deposits import Deposits, deposits_by_draw
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.policies import ESCROWS
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger_state

CALL = timedelta(minutes=10)
"""How long before `t0` the holders of a missing key are called; the owner has had the time before."""
BEFORE_KEYS = ("preparing", "frozen", "waiting", "committed", "sourced")


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what the actor's organ can do for the keys of draws now."""
    return [*_of_escrow(actor, at), *_of_holders(actor, at)]


def _of_escrow(actor: Actor, at: datetime) -> Iterator[Todo]:
    capacity = actor.holds(*ESCROWS)
    if capacity is None:
        return
    draws = list(Draw.objects.filter(state="preparing", keys__isnull=False).distinct().select_related("organiser"))
    deposits = deposits_by_draw(draw.pk for draw in draws)
    turns = escrows.turns_by_draw(draws, at=at)
    for draw in draws:
        found = deposits[draw.pk]
        if found.needed and found.escrow is None:
            yield _todo(draw, capacity, "draw.hold_escrow", _("担任密钥份额的托管：%(title)s"), _("登记"))
        elif found.escrow and found.escrow.department_id == capacity.department_id:
            if found.unverified():
                yield _todo(draw, capacity, "draw.verify_shares", _("托管核对密钥份额：%(title)s"), _("核对"))
        elif found.waiting_since() is not None and _is_turn(turns[draw.pk], capacity, at):
            words = _("原托管单位逾期未核对，请接任托管：%(title)s")
            yield _todo(draw, capacity, "draw.take_escrow", words, _("接任"))


def _is_turn(line: list[escrows.Turn], capacity: Capacity, at: datetime) -> bool:
    return any(turn.organ.pk == capacity.department_id and turn.is_due(at) for turn in line)


def _of_holders(actor: Actor, at: datetime) -> Iterator[Todo]:
    own = actor.department_ids(Role.CLERK)
    if not own:
        return
    rows = DrawItem.objects.filter(department_id__in=own, draw__state__in=BEFORE_KEYS).defer("frame")
    items = list(rows.select_related("draw__organiser"))
    deposits = deposits_by_draw(item.draw_id for item in items)
    for item in items:
        capacity = actor.must("draw.check_shares", item)
        found = deposits[item.draw_id]
        if not found.needed:
            continue
        if words := _act_of(found, item, at):
            yield _todo(item.draw, capacity, *words)


def _act_of(found: Deposits, item: DrawItem, at: datetime) -> tuple[str, str, str] | None:
    """Return the one act that is due first: verb, sentence and label."""
    own, state = found.of(item.item), item.draw.state
    is_wanting = own is not None and own.is_committed and (not own.is_current or own.is_rejected)
    if state == "preparing" and is_wanting and not found.awaited_by(item.item):
        return "draw.deposit_shares", _("存放密钥份额：%(title)s"), _("存放")
    if state == "sourced" and _is_called(item.draw, at):
        missing = [row for row in found.rows if not row.is_handed and row.party != item.item]
        if any((share := row.share_of(item.item)) and not share.share for row in missing):
            return "draw.open_share", _("有部门的密钥还没有交出，请交出份额：%(title)s"), _("交出份额")
    if state != "sourced" and found.unchecked_by(item.item):
        return "draw.check_shares", _("核对收存的密钥份额：%(title)s"), _("核对")
    return None


def _is_called(draw: Draw, at: datetime) -> bool:
    if draw.t0 is None or draw.source_entry is None or not readiness.KEY_MARGIN <= draw.t0 - at <= CALL:
        return False
    return ledger_state.is_witnessed(draw.source_entry)


def _todo(draw: Draw, capacity: Capacity, verb: str, sentence: str, label: str) -> Todo:
    margin = readiness.KEY_MARGIN if verb == "draw.open_share" else readiness.COMMITMENT_MARGIN
    return Todo(
        kind=_("抽取"),
        sentence=sentence % {"title": draw.title},
        sender=draw.organiser.short_name,
        url=f"/draws/{draw.pk}#shares",
        verb=verb,
        verb_label=label,
        subject_id=f"{verb}:{draw.pk}",
        department_id=capacity.department_id,
        due_at=draw.t0 - margin if draw.t0 else None,
    )
