"""What the page of a draw shows of key shares: how far they have come, and what the reader's browser can do."""

from datetime import datetime
from typing import Any

from onevisit.stages.draws import readiness, selectors, services
from onevisit.stages.draws.keys import escrows, share_todos
from onevisit.stages.draws.keys.deposits import Deposit, Deposits
from onevisit.stages.draws.keys.share_models import KeyShare
from onevisit.stages.draws.policies import ESCROWS
from onevisit.stages.draws.selectors import Draw, DrawItem
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department


def panel_of(
    draw: Draw, item: DrawItem | None, may: dict[str, bool], *, actor: Actor, is_begun: bool, now: datetime
) -> dict[str, Any]:
    """Return the panel of key shares for one reader.

    Args:
        is_begun: the values made in the room are logged and seen, so that keys and shares are taken.
    """
    found = selectors.deposits_of(draw)
    own = found.of(item.item) if item else None
    line = escrows.turns(draw, at=now) if found.needed and found.escrow and draw.state == "preparing" else []
    is_over = draw.t0 is not None and draw.t0 - now < readiness.KEY_MARGIN
    holds = is_begun and not is_over
    return {
        "needed": found.needed,
        "holders": len(found.names) - 1,
        "escrow": found.escrow,
        "replaced": escrows.replaced_of(draw),
        "turns": line,
        "take": next((turn for turn in line if may["take_escrow"] and _is_own(turn, actor) and turn.is_due(now)), None)
        if found.waiting_since() is not None
        else None,
        "organ": _organ_of(actor),
        "deposited": sum(row.is_current for row in found.rows),
        "verified": sum(row.is_verified for row in found.rows),
        "all": len(found.rows),
        "own": own,
        "rejecting": [found.names.get(party, "") for party in own.rejecting] if own else [],
        "deposit": _deposit(draw, found, own) if own and own.is_committed and may["deposit_shares"] else None,
        "check": _check(found, item) if item and may["check_shares"] else None,
        "verify": _verify(found) if may["verify_shares"] else None,
        "missing": _missing(found, item, draw) if item and draw.state == "sourced" else [],
        "may_open": may["open_share"] and holds,
        "is_called": holds and draw.t0 is not None and draw.t0 - now <= share_todos.CALL,
        "may_combine": may["combine_key"] and holds,
        "is_over": draw.state == "sourced" and is_over,
    }


def _is_own(turn: escrows.Turn, actor: Actor) -> bool:
    capacity = actor.holds(*ESCROWS)
    return capacity is not None and turn.organ.pk == capacity.department_id


def _organ_of(actor: Actor) -> str:
    """Return the code of the organ that the actor would be the escrow for."""
    capacity = actor.holds(*ESCROWS)
    return Department.objects.get(pk=capacity.department_id).code if capacity else ""


def _deposit(draw: Draw, found: Deposits, own: Deposit) -> dict[str, Any]:
    """Return what the browser seals the shares to: the keys that the ledger holds, whatever the rows say meanwhile."""
    key = own.party
    escrow = found.escrow
    keys = services.registered(draw)
    return {
        "awaited": found.awaited_by(key),
        "given": {
            "needed": found.needed,
            "commitment": own.commitment,
            "recipients": {party: keys.get((party, False), "") for party in found.recipients if party != key},
            "escrow": {"party": escrow.party, "recipient": keys.get((escrow.party, True), "")} if escrow else None,
        },
    }


def _check(found: Deposits, item: DrawItem) -> dict[str, Any] | None:
    """Offer to open what was not opened yet, or once more what did not open."""
    kept = [(row, share) for row in found.rows if row.is_current and (share := row.share_of(item.item))]
    fresh = [(row, share) for row, share in kept if not share.checked_at]
    bad = [(row, share) for row, share in kept if share.rejected_reason]
    if not kept:
        return None
    return {
        "kept": len(kept),
        "fresh": len(fresh),
        "bad": [row.name for row, _share in bad],
        "given": {
            "recipient": found.recipients.get(item.item, ""),
            "shares": [_sealed(row, share) for row, share in fresh or bad],
        },
    }


def _verify(found: Deposits) -> dict[str, Any]:
    fresh = found.unverified()
    bad = [row for row in found.rows if row.is_current and row.row and row.row.rejected_reason]
    return {
        "fresh": len(fresh),
        "bad": [row.name for row in bad],
        "given": {
            "recipient": found.escrow.recipient if found.escrow else "",
            "deposits": [
                {
                    "id": str(row.row.pk),
                    "party": row.party,
                    "commitment": row.row.commitment,
                    "needed": row.row.threshold,
                    "sealed": row.row.escrow_sealed,
                    "digests": {share.holder: share.digest for share in row.shares},
                }
                for row in fresh or bad
                if row.row
            ],
        },
    }


def _missing(found: Deposits, item: DrawItem, draw: Draw) -> list[dict[str, Any]]:
    """Return the keys of other departments that are not in, with this department's share of each."""
    rows = []
    for row in found.rows:
        if row.is_handed or row.party == item.item:
            continue
        share = row.share_of(item.item)
        rows.append(
            {
                "deposit": row,
                "is_in": share is not None and bool(share.share),
                "given": _open(found, item, row, share) if share and row.row else None,
                "combine": {
                    "party": row.party,
                    "commitment": row.commitment,
                    "needed": row.row.threshold if row.row else 0,
                    "opened": [one.share for one in row.opened],
                },
            }
        )
    return rows


def _open(found: Deposits, item: DrawItem, row: Deposit, share: KeyShare) -> dict[str, Any]:
    return {
        **_sealed(row, share),
        "recipient": found.recipients.get(item.item, ""),
        "commitment": row.commitment,
        "needed": row.row.threshold if row.row else 0,
        "opened": [one.share for one in row.opened],
    }


def _sealed(row: Deposit, share: KeyShare) -> dict[str, str]:
    return {"id": str(share.pk), "party": row.party, "digest": share.digest, "sealed": share.sealed}
