"""How far the shares of a draw's keys have come: who can deposit, what is deposited and checked, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from onevisit.core.draw import shares
from onevisit.stages.draws import modes
from onevisit.stages.draws.keys.share_models import KeyShare, ReceivingKey, ShareDeposit
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawItem


@dataclass(frozen=True, kw_only=True)
class Deposit:
    """The shares of one department's key as they stand."""

    party: str
    name: str
    needed: int
    commitment: str
    is_handed: bool
    row: ShareDeposit | None
    shares: tuple[KeyShare, ...] = ()
    stale: tuple[str, ...] = ()
    rejecting: tuple[str, ...] = ()

    @property
    def is_committed(self) -> bool:
        return bool(self.commitment)

    @property
    def is_current(self) -> bool:
        """Tell whether a deposit stands that fits the commitment and every receiving key as they are now."""
        return self.row is not None and not self.stale

    @property
    def is_verified(self) -> bool:
        return self.is_current and self.row is not None and self.row.verified_at is not None

    @property
    def is_rejected(self) -> bool:
        """Tell whether a holder or the escrow found that a share of the standing deposit is of no use."""
        return self.is_current and bool(self.rejecting)

    @property
    def opened(self) -> tuple[KeyShare, ...]:
        return tuple(share for share in self.shares if share.share)

    @property
    def is_combinable(self) -> bool:
        return not self.is_handed and self.row is not None and len(self.opened) >= self.row.threshold

    def share_of(self, holder: str) -> KeyShare | None:
        """Return the share that a holder keeps."""
        return next((share for share in self.shares if share.holder == holder), None)


@dataclass(frozen=True, kw_only=True)
class Deposits:
    """The shares of all keys of a draw; `needed` is 0 where too few departments take part for any shares."""

    needed: int
    names: dict[str, str]
    escrow: ReceivingKey | None
    recipients: dict[str, str]
    rows: tuple[Deposit, ...] = ()

    def of(self, party: str) -> Deposit | None:
        """Return the deposit of one department's key."""
        return next((row for row in self.rows if row.party == party), None)

    def awaited_by(self, party: str) -> list[str]:
        """Return the names of those without whose receiving key a department cannot deposit yet."""
        waiting = [name for other, name in self.names.items() if other != party and other not in self.recipients]
        return waiting if self.escrow else [*waiting, _("执法监督单位（托管）")]

    def unchecked_by(self, holder: str) -> list[KeyShare]:
        """Return the standing shares that a holder has neither opened nor rejected yet."""
        held = [(row, row.share_of(holder)) for row in self.rows if row.is_current]
        return [share for _row, share in held if share and not share.checked_at and not share.rejected_reason]

    def unverified(self) -> list[Deposit]:
        """Return the standing deposits that the escrow has neither verified nor rejected."""
        return [row for row in self.rows if row.is_current and not row.is_verified and not _turned_down(row)]

    def waiting_since(self) -> datetime | None:
        """Return since when a deposit waits for the escrow's answer, the oldest first; None where none does.

        One that has gone stale only because the escrow itself gave another public key still waits for it.
        """
        rows = [row.row for row in self.rows if row.row and self._waits(row)]
        return min((row.deposited_at for row in rows), default=None)

    def _waits(self, row: Deposit) -> bool:
        if row.row is None or row.row.verified_at is not None or _turned_down(row):
            return False
        escrow = self.escrow.party if self.escrow else ""
        return row.row.escrow == escrow and set(row.stale) <= {escrow}


def deposits_of(draw: Draw) -> Deposits:
    """Return how far the shares of a draw have come, by department."""
    return deposits_by_draw([draw.pk])[draw.pk]


def deposits_by_draw(draws: Iterable[UUID]) -> dict[UUID, Deposits]:
    """Return the same of several draws, with as many queries as for one."""
    rows = Draw.objects.filter(pk__in=list(draws)).only("pk", "mode")
    parts = DrawItem.objects.defer("frame").select_related("department")
    receiving = ReceivingKey.objects.filter(replaced_at__isnull=True).select_related("department")
    asked = (Prefetch("items", queryset=parts), "keys", Prefetch("receiving_keys", queryset=receiving))
    return {draw.pk: _of(draw) for draw in rows.prefetch_related(*asked, "share_deposits__shares")}


def _of(draw: Draw) -> Deposits:
    """Put together what was read with a draw."""
    names = {item.item: item.department.short_name for item in draw.items.all()}
    keys = {key.party: key for key in draw.keys.all()}
    receiving = list(draw.receiving_keys.all())
    escrow = next((one for one in receiving if one.is_escrow), None)
    recipients = {one.party: one.recipient for one in receiving if not one.is_escrow}
    rows = {row.party: row for row in draw.share_deposits.all()}
    needed = 0 if modes.is_open(draw) else shares.threshold(holders=len(names) - 1)
    found = Deposits(needed=needed, names=names, escrow=escrow, recipients=recipients)
    return replace(found, rows=tuple(_deposit(found, party, keys.get(party), rows.get(party)) for party in names))


def missing(draw: Draw) -> list[str]:
    """Say what is missing of the shares before a freeze; nothing where too few departments take part."""
    found = deposits_of(draw)
    if not found.needed:
        return []
    lines = [] if found.escrow else [_("还没有托管单位。请执法监督单位登记托管收存公钥。")]
    for row in found.rows:
        if not row.is_committed:
            continue  # said already: its commitment is missing
        if row.party not in found.recipients:
            lines.append(_("%(name)s没有份额收存公钥，请重新生成密钥。") % {"name": row.name})
        elif not row.is_current:
            lines.append(_("%(name)s尚未存放密钥份额。") % {"name": row.name})
        elif row.is_rejected:
            who = _("、").join(found.names.get(one, _("托管单位")) for one in row.rejecting)
            lines.append(_("%(name)s存放的份额，%(who)s打不开或不符。请重新存放。") % {"name": row.name, "who": who})
        elif not row.is_verified:
            lines.append(_("%(name)s的密钥份额待托管核对。") % {"name": row.name})
    return lines


def _deposit(found: Deposits, party: str, key: DepartmentKey | None, row: ShareDeposit | None) -> Deposit:
    held = tuple(row.shares.all()) if row else ()
    rejecting = [share.holder for share in held if share.rejected_reason]
    if row and row.rejected_reason:
        rejecting.append(row.escrow)
    return Deposit(
        party=party,
        name=found.names[party],
        needed=found.needed,
        commitment=key.commitment if key else "",
        is_handed=key is not None and key.handed_at is not None,
        row=row,
        shares=held,
        stale=tuple(_stale(found, party, key, row, held)),
        rejecting=tuple(rejecting),
    )


def _stale(
    found: Deposits, party: str, key: DepartmentKey | None, row: ShareDeposit | None, held: tuple[KeyShare, ...]
) -> list[str]:
    """Name what has changed since a deposit: another key, or another receiving key of a holder or the escrow."""
    if row is None:
        return []
    changed = [] if key is not None and key.commitment == row.commitment else [party]
    if found.escrow is None or found.escrow.recipient != row.escrow_recipient:
        changed.append(row.escrow)
    sealed_to = {share.holder: share.recipient for share in held}
    return changed + [
        holder for holder in found.names if holder != party and sealed_to.get(holder) != found.recipients.get(holder)
    ]


def _turned_down(row: Deposit) -> bool:
    return row.row is not None and bool(row.row.rejected_reason)
