"""Before the freeze: split each key for the other departments, and let holders and the escrow see that it works."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core.draw import shares
from onevisit.stages.draws import modes
from onevisit.stages.draws.events import PublicDrawEvent
from onevisit.stages.draws.keys import deposits, share_events
from onevisit.stages.draws.keys.share_models import KeyShare, ShareDeposit
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.reasons import REJECTIONS
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.escrowing import follow, possible
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.receiving import must_be_as_registered
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import services as ledger

LONGEST_SEALED = 16_384
_HEX = re.compile(r"[0-9a-f]{64}")
_SEALED = re.compile(r"-----BEGIN AGE ENCRYPTED FILE-----\n[0-9A-Za-z+/=\n]+\n-----END AGE ENCRYPTED FILE-----\n?")


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """One share as its owner's browser gives it: the digest of the share, and the share sealed to its holder."""

    digest: str
    sealed: str


@transaction.atomic
def deposit_shares(
    *, item: DrawItem, given: Mapping[str, Sealed], escrow_sealed: str, actor: Actor, at: datetime
) -> ShareDeposit:
    """Keep the shares of a department's key, sealed to their holders; what stood before is replaced.

    Args:
        given: each other department's share by its code.
        escrow_sealed: all shares together, sealed to the escrow.

    Raises:
        DrawRefused: no shares are possible, somebody's receiving key is missing, or a share is not as it must be.
    """
    capacity = actor.must("draw.deposit_shares", item)
    held = locked(item.draw)
    modes.step(held, verb="draw.deposit_shares")
    must_be_as_registered(held)
    found = possible(held)
    row = _checked_deposit(found, item, given, escrow_sealed)
    row.deposited_by, row.deposited_at = actor.id, at
    KeyShare.objects.filter(deposit__draw=held, deposit__party=item.item).delete()
    ShareDeposit.objects.filter(draw=held, party=item.item).delete()
    row.save(force_insert=True)
    KeyShare.objects.bulk_create(
        KeyShare(deposit=row, holder=holder, recipient=found.recipients[holder], digest=one.digest, sealed=one.sealed)
        for holder, one in sorted(given.items())
    )
    event = share_events.SharesDeposited(
        subject=str(held.pk),
        draw=held.number,
        party=row.party,
        commitment=row.commitment,
        holders=",".join(sorted(given)),
        threshold=row.threshold,
        digest=row.digest,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    follow(held, at=at, may_move=found.waiting_since() is None)
    return row


@transaction.atomic
def check_shares(
    *, item: DrawItem, opened: Collection[str], rejected: Mapping[str, str], actor: Actor, at: datetime
) -> None:
    """Note which of the shares that a department keeps open in its browser as their digests say, and which do not.

    Args:
        opened: the ids of the shares that opened; a share that was deposited again has another id.
        rejected: the reason by the id of the share.

    Raises:
        DrawRefused: it keeps no such share, or the reason is unknown.
    """
    capacity = actor.must("draw.check_shares", item)
    held = locked(item.draw)
    modes.step(held, verb="draw.check_shares")
    kept = KeyShare.objects.filter(deposit__draw=held, holder=item.item).select_related("deposit__department")
    rows = {str(row.pk): row for row in kept}
    _check_answers(rows, opened, rejected)
    for pk in (*opened, *rejected):
        row = rows[pk]
        row.rejected_reason = rejected.get(pk, "")
        row.checked_at, row.checked_by = at, actor.id
        row.save(update_fields=["rejected_reason", "checked_at", "checked_by"])
    _log_checks(
        held,
        item.item,
        [rows[pk] for pk in opened],
        [rows[pk] for pk in rejected],
        actor=actor,
        at=at,
        capacity=capacity,
    )


@transaction.atomic
def verify_shares(
    *, draw: Draw, verified: Collection[str], rejected: Mapping[str, str], actor: Actor, at: datetime
) -> None:
    """Note for which keys the escrow's browser came from the shares to the commitment, and for which it did not.

    Args:
        verified: the ids of the deposits that came to their commitments.
        rejected: the reason by the id of the deposit.

    Raises:
        DrawRefused: there is no such deposit, or the reason is unknown.
    """
    capacity = actor.must("draw.verify_shares", draw)
    held = locked(draw)
    modes.step(held, verb="draw.verify_shares")
    found = deposits.deposits_of(held)
    rows = {str(row.row.pk): row.row for row in found.rows if row.row is not None and row.is_current}
    _check_answers(rows, verified, rejected)
    for pk in (*verified, *rejected):
        row = rows[pk]
        row.rejected_reason = rejected.get(pk, "")
        row.verified_at, row.verified_by = (None, "") if pk in rejected else (at, actor.id)
        row.save(update_fields=["rejected_reason", "verified_at", "verified_by"])
        ledger.append(_answer_on(held, row), actor=actor, at=at, capacity=capacity)
    follow(held, at=at, may_move=True)


def _check_answers(known: Collection[str], good: Collection[str], bad: Mapping[str, str]) -> None:
    named = {*good, *bad}
    if not named or len(named) < len(good) + len(bad) or not named <= set(known) or set(bad.values()) - set(REJECTIONS):
        raise DrawRefused(message=_("份额已有变动，请刷新本页后重新核对。"), code="shares")


def _answer_on(draw: Draw, row: ShareDeposit) -> PublicDrawEvent:
    if row.rejected_reason:
        return share_events.DepositRejected(
            subject=str(draw.pk),
            draw=draw.number,
            party=row.party,
            owner=row.department.short_name,
            reason=row.rejected_reason,
        )
    return share_events.DepositVerified(
        subject=str(draw.pk),
        draw=draw.number,
        party=row.party,
        owner=row.department.short_name,
        commitment=row.commitment,
        digest=row.digest,
    )


def _checked_deposit(
    found: deposits.Deposits, item: DrawItem, given: Mapping[str, Sealed], escrow_sealed: str
) -> ShareDeposit:
    own = next((key for key in item.draw.keys.all() if key.party == item.item), None)
    if own is None:
        raise DrawRefused(message=_("请先提交密钥承诺，再存放份额。"), code="no_key")
    if waiting := found.awaited_by(item.item):
        raise DrawRefused(
            message=_("%(names)s还没有登记收存公钥，暂不能存放份额。") % {"names": _("、").join(waiting)},
            code="waiting",
        )
    assert found.escrow is not None  # awaited above
    texts = [*(one.sealed for one in given.values()), escrow_sealed]
    is_whole = set(given) == set(found.names) - {item.item}
    if not is_whole or not all(_HEX.fullmatch(one.digest) for one in given.values()) or not all(map(_is_sealed, texts)):
        raise DrawRefused(message=_("份额不齐或写法不对，请刷新本页后重新存放。"), code="shares")
    digest = shares.deposit_digest(
        draw=item.draw.number,
        party=item.item,
        needed=found.needed,
        parts=[
            *((holder, one.digest, shares.sealed_digest(sealed=one.sealed)) for holder, one in given.items()),
            (found.escrow.party, "escrow", shares.sealed_digest(sealed=escrow_sealed)),
        ],
    )
    return ShareDeposit(
        draw=item.draw,
        department_id=item.department_id,
        party=item.item,
        commitment=own.commitment,
        threshold=found.needed,
        digest=digest,
        escrow=found.escrow.party,
        escrow_recipient=found.escrow.recipient,
        escrow_sealed=escrow_sealed,
    )


def _is_sealed(text: str) -> bool:
    return len(text) <= LONGEST_SEALED and _SEALED.fullmatch(text) is not None


def _log_checks(
    draw: Draw,
    holder: str,
    opened: list[KeyShare],
    rejected: list[KeyShare],
    *,
    actor: Actor,
    at: datetime,
    capacity: Capacity,
) -> None:
    if opened:
        parties = ",".join(sorted(row.deposit.party for row in opened))
        checked = share_events.SharesChecked(subject=str(draw.pk), draw=draw.number, holder=holder, parties=parties)
        ledger.append(checked, actor=actor, at=at, capacity=capacity)
    for row in rejected:
        event = share_events.ShareRejected(
            subject=str(draw.pk),
            draw=draw.number,
            holder=holder,
            party=row.deposit.party,
            owner=row.deposit.department.short_name,
            reason=row.rejected_reason,
        )
        ledger.append(event, actor=actor, at=at, capacity=capacity)
