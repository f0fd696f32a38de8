"""What the entries of key shares fix: receiving keys, deposits with every sealed text, and each share's way."""

from collections.abc import Callable, Iterator
from typing import Any

from onevisit.core.draw import shares
from onevisit.project.replay.noun import STANDS, Noun, Payload, Published, under


def _deposit_digest(row: Any) -> str:
    """Return what the entry of a deposit holds, computed again from its rows."""
    parts = [(one.holder, one.digest, shares.sealed_digest(sealed=one.sealed)) for one in row.shares.all()]
    escrow = (row.escrow, "escrow", shares.sealed_digest(sealed=row.escrow_sealed))
    return shares.deposit_digest(draw=row.draw.number, party=row.party, needed=row.threshold, parts=[*parts, escrow])


def _deposit_state(row: Any) -> str:
    if row.rejected_reason:
        return "rejected"
    return "verified" if row.verified_at is not None else "deposited"


def _share_state(row: Any) -> str:
    if row.share:
        return "opened"
    if row.rejected_reason:
        return "rejected"
    return "checked" if row.checked_at is not None else "deposited"


def _opened_share(row: Any) -> str:
    """Return the digest of the share that was handed in, the one that was deposited while it is sealed."""
    if not row.share:
        return str(row.digest)
    deposit = row.deposit
    return shares.share_digest(draw=deposit.draw.number, party=deposit.party, holder=row.holder, share=row.share)


def _each(payload: Payload) -> Iterator[str]:
    """Name every share that an entry speaks of: several parties' of one holder, or several holders' of one party."""
    for party in str(payload.get("parties") or payload.get("party", "")).split(","):
        for holder in str(payload.get("holders") or payload.get("holder", "")).split(","):
            if party and holder:
                yield f"{payload['subject']}/{party}/{holder}"


def _receiver(payload: Payload) -> Iterator[str]:
    """Name whose key was registered, or whose was set aside when another escrow took over."""
    party = payload.get("former") or payload.get("party", "")
    if party:
        yield f"{payload['subject']}/{party}"


def _text(name: str) -> Callable[[Any], str]:
    return lambda row: str(getattr(row, name))


SHARES = (
    Noun(
        "receiving_key",
        "draws.ReceivingKey",
        {"draw.recipient_registered": (STANDS,), "draw.escrow_taken": ("replaced",)},
        (
            Published("recipient", ("draw.recipient_registered",), "recipient", _text("recipient")),
            Published(
                "role",
                ("draw.recipient_registered",),
                "role",
                lambda row: "escrow" if row.is_escrow else "holder",
            ),
        ),
        entries=("draw",),
        named=_receiver,
        identity=lambda row: f"{row.draw_id}/{row.party}",
        state=lambda row: "replaced" if row.replaced_at is not None else STANDS,
    ),
    Noun(
        "share_deposit",
        "draws.ShareDeposit",
        {
            "draw.shares_deposited": ("deposited",),
            "draw.deposit_verified": ("verified",),
            "draw.deposit_rejected": ("rejected",),
        },
        (
            Published("commitment", ("draw.shares_deposited",), "commitment", _text("commitment")),
            Published("threshold", ("draw.shares_deposited",), "threshold", _text("threshold")),
            Published("digest", ("draw.shares_deposited",), "digest", _text("digest")),
            Published("shares", ("draw.shares_deposited",), "digest", _deposit_digest),
        ),
        entries=("draw",),
        named=under("subject", "party"),
        identity=lambda row: f"{row.draw_id}/{row.party}",
        state=_deposit_state,
        joined=("draw",),
    ),
    Noun(
        "key_share",
        "draws.KeyShare",
        {
            "draw.shares_deposited": ("deposited",),
            "draw.shares_checked": ("checked",),
            "draw.share_rejected": ("rejected",),
            "draw.share_opened": ("opened",),
        },
        (Published("share", ("draw.share_opened",), "digest", _opened_share),),
        entries=("draw",),
        named=_each,
        identity=lambda row: f"{row.deposit.draw_id}/{row.deposit.party}/{row.holder}",
        state=_share_state,
        joined=("deposit__draw",),
    ),
)
