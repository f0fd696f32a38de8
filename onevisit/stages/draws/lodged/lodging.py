"""How far the files of a freeze are with the witnesses that lodge them, for screens, alarms and public files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from onevisit.core.draw import forms
from onevisit.core.draw import lodging as core
from onevisit.core.draw.lodging import Lodged
from onevisit.core.refusals import Refused
from onevisit.stages.draws.lodged.lodging_models import Lodging
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.ledger import lodgers
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger.lodgers import Lodger


@dataclass(frozen=True, kw_only=True)
class Lodgement:
    """One witness that lodges, for one draw: since when it has the files, or what keeps it."""

    witness: str
    lodged_at: datetime | None
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Overview:
    """With whom freezes are lodged under the policy in force, and how many wait with what trouble."""

    names: tuple[str, ...]
    waiting: int
    troubles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a freeze is lodged; `places` is empty where the policy names nobody and nothing waits."""

    places: tuple[Lodgement, ...] = ()

    @property
    def is_awaited(self) -> bool:
        """Tell whether the commitment has to wait: one witness with the files is enough."""
        return bool(self.places) and not self.is_lodged

    @property
    def is_lodged(self) -> bool:
        return any(place.lodged_at is not None for place in self.places)

    @property
    def names(self) -> str:
        return "、".join(place.witness for place in self.places)

    @property
    def trouble(self) -> str:
        """Say what keeps each witness, empty as long as none has answered or one has the files."""
        if self.is_lodged:
            return ""
        return "；".join(f"{place.witness}：{place.trouble}" for place in self.places if place.trouble)


def standing_of(draw: Draw, *, at: datetime) -> Standing:
    """Tell how far the frozen manifest of a draw is lodged under the policy in force."""
    if not draw.manifest_digest:
        return Standing()
    rows = {row.witness: row for row in Lodging.objects.filter(draw=draw, manifest_digest=draw.manifest_digest)}
    names = [one.name for one in lodgers.lodgers(at=at)] if draw.state == "frozen" else list(rows)
    return Standing(places=tuple(_place(name, rows.get(name)) for name in names))


def check(draw: Draw, *, at: datetime) -> None:
    """Refuse what may only follow once the files of the freeze are outside the organiser's hands.

    The table alone is not believed: the receipt of one witness that the policy names must hold.

    Raises:
        DrawRefused: no witness has them yet, or no receipt holds.
    """
    found = standing_of(draw, at=at)
    if found.is_awaited:
        words = _("名单、名册和排除名单还没有寄存于%(names)s，不能公布承诺。系统正在寄存，通常几秒即成，请稍后再公布。")
        trouble = _("目前的障碍：%s。请联系平台运维或该见证单位。") % found.trouble if found.trouble else ""
        raise DrawRefused(message=words % {"names": found.names} + trouble, code="unlodged")
    if found.places:
        _check_receipts(draw, at=at)


def read_receipt(*, draw: Draw, lodger: Lodger, data: bytes) -> Lodged:
    """Read the receipt of a witness for the manifest that stands.

    Raises:
        DrawRefused: it is not signed by that witness, or not over this manifest and this log.
    """
    try:
        found = core.parse_receipt(data=data)
        core.check_signed(lodged=found, key=lodger.key)
        core.check_of(lodged=found, manifest=forms.parse_manifest(data=bytes(draw.manifest or b"")))
        if found.manifest != draw.manifest_digest:
            raise Refused("E_MISMATCH", "the manifest does not give its digest")
    except Refused as refused:
        words = _("见证给出的寄存回执不对：%(detail)s") % {"detail": refused.detail}
        raise DrawRefused(message=words, code="bad_receipt") from refused
    if found.origin != ledger_state.origin():
        raise DrawRefused(message=_("见证给出的寄存回执是另一个台账的。"), code="bad_receipt")
    return found


def _check_receipts(draw: Draw, *, at: datetime) -> None:
    """Refuse unless one witness of the policy in force signed for the manifest; else say what the first one lacks."""
    rows = {row.witness: row for row in receipts_of(draw)}
    wrong: DrawRefused | None = None
    for lodger in lodgers.lodgers(at=at):
        if (row := rows.get(lodger.name)) is None:
            continue
        try:
            read_receipt(draw=draw, lodger=lodger, data=row.receipt.encode())
        except DrawRefused as refused:
            wrong = wrong or refused
        else:
            return
    if wrong is not None:
        raise wrong


def receipts_of(draw: Draw) -> list[Lodging]:
    """Return the signed receipts for the manifest that stands, the first first."""
    return list(Lodging.objects.filter(draw=draw, manifest_digest=draw.manifest_digest).exclude(receipt=""))


def places_of(draw: Draw) -> tuple[Lodgement, ...]:
    """Return who has the files of a draw, from rows that were read with it."""
    rows = [row for row in draw.lodgings.all() if row.receipt and row.manifest_digest == draw.manifest_digest]
    return tuple(Lodgement(witness=row.witness, lodged_at=row.lodged_at) for row in rows)


def waiting(*, names: Iterable[str]) -> list[Lodging]:
    """Return what still waits for these witnesses among draws that are frozen and lodged with nobody yet.

    The rows come without the files of their draws: megabytes each, and the public page asks on every visit.
    """
    named = Lodging.objects.filter(draw__state="frozen", witness__in=list(names))
    current = named.filter(manifest_digest=F("draw__manifest_digest"))
    rows = current.exclude(draw__in=current.exclude(receipt="").values("draw"))
    shown = ("witness", "trouble", "draw__number", "draw__title", "draw__organiser")
    return list(rows.select_related("draw").only(*shown))


def overview(*, at: datetime) -> Overview:
    """Tell how lodging stands, without naming a draw that is not public yet.

    What a witness or the network said stays inside: it may hold the digest of a frame, or names of machines.
    """
    names = tuple(one.name for one in lodgers.lodgers(at=at))
    rows = waiting(names=names) if names else []
    said = dict.fromkeys(f"{row.witness}：{_kind(row.trouble)}" for row in rows if row.trouble)
    return Overview(names=names, waiting=len({row.draw_id for row in rows}), troubles=tuple(said))


def _kind(trouble: str) -> str:
    """Return what kind of trouble it is; what was said stands after the colon."""
    return trouble.partition("：")[0]


def minutes_waited(row: Lodging) -> int:
    """Return for how many real minutes a package has waited."""
    now = Lodging.objects.filter(pk=row.pk).values_list(Now(), flat=True).get()
    return int((now - row.waiting_since).total_seconds() // 60)


def _place(name: str, row: Lodging | None) -> Lodgement:
    if row is None:
        return Lodgement(witness=name, lodged_at=None)
    if not row.receipt:
        return Lodgement(witness=name, lodged_at=None, trouble=row.trouble)
    return Lodgement(witness=name, lodged_at=row.lodged_at)
