"""When a key is not handed over: its holders hand in their shares, and the key that they combine to takes its place."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.core.draw import shares
from onevisit.stages.draws import modes, readiness
from onevisit.stages.draws.keys import share_events
from onevisit.stages.draws.keys.share_models import KeyShare
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawItem
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.seeding import begun, noting_keys, take
from onevisit.stages.draws.services.valuing import check_before
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import services as ledger

_SHARE = re.compile(r"[0-9a-f]{66}")
"""32 bytes and the place of the share on its curve."""


@noting_keys
def open_share(*, item: DrawItem, party: str, share: str, actor: Actor, at: datetime, key: str = "") -> KeyShare:
    """Take over a holder's share of a key that its owner has not handed over.

    Args:
        item: the holder's own part of the draw; `party` is the owner of the key.
        key: what the holder's browser combined, where enough shares were in with this one.

    Raises:
        DrawRefused: too early, too late, twice, the key is in, or it is not the share that was deposited.
    """
    capacity = actor.must("draw.open_share", item)
    held = locked(item.draw)
    modes.step(held, verb="draw.open_share")
    owner = _still_missing(held, party, at=at)
    row = (
        KeyShare.objects.select_for_update().filter(deposit__draw=held, deposit__party=party, holder=item.item).first()
    )
    if row is None:
        raise DrawRefused(message=_("本部门没有收存这把密钥的份额。"), code="no_share")
    if row.share:
        raise DrawRefused(message=_("本部门的份额已交出。"), code="twice")
    known = shares.share_digest(draw=held.number, party=party, holder=item.item, share=share) if share.isascii() else ""
    if not _SHARE.fullmatch(share) or known != row.digest:
        raise DrawRefused(message=_("份额与存放时公布的指纹不符，没有收下。请选择当时下载的密钥文件。"), field="share")
    row.share, row.opened_at, row.opened_by = share, at, actor.id
    row.save(update_fields=["share", "opened_at", "opened_by"])
    event = share_events.ShareOpened(
        subject=str(held.pk),
        draw=held.number,
        party=party,
        owner=owner.department.short_name,
        holder=item.item,
        digest=row.digest,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    if key:
        _combine(held, owner, key, actor=actor, at=at, capacity=capacity)
    return row


@noting_keys
def combine_key(*, item: DrawItem, party: str, key: str, actor: Actor, at: datetime) -> DepartmentKey:
    """Take over the key that a department's browser combined from the shares that are in.

    Raises:
        DrawRefused: too early, too late, too few shares, the key is in, or it does not open the commitment.
    """
    capacity = actor.must("draw.combine_key", item)
    held = locked(item.draw)
    modes.step(held, verb="draw.combine_key")
    return _combine(held, _still_missing(held, party, at=at), key, actor=actor, at=at, capacity=capacity)


def _still_missing(draw: Draw, party: str, *, at: datetime) -> DepartmentKey:
    begun(draw)
    check_before(draw.t0, at, readiness.KEY_MARGIN)
    owner = DepartmentKey.objects.select_for_update().filter(draw=draw, party=party).first()
    if owner is None:
        raise DrawRefused(message=_("没有这个部门的密钥。"), code="no_key")
    if owner.handed_at is not None:
        raise DrawRefused(message=_("这把密钥已在系统里，不需要份额。"), code="twice")
    return owner


def _combine(
    draw: Draw, owner: DepartmentKey, key: str, *, actor: Actor, at: datetime, capacity: Capacity
) -> DepartmentKey:
    deposit = draw.share_deposits.filter(party=owner.party).first()
    opened = deposit.shares.exclude(share="").count() if deposit else 0
    if deposit is None or opened < deposit.threshold:
        raise DrawRefused(message=_("交出的份额还不够合成这把密钥。"), code="too_few")
    owner.combined_from = opened
    take(draw, owner, key, by=actor, at=at)
    event = share_events.KeyCombined(
        subject=str(draw.pk),
        draw=draw.number,
        party=owner.party,
        owner=owner.department.short_name,
        commitment=owner.commitment,
        shares=opened,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return owner
