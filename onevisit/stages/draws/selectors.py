"""The reads of draws that others may use: the register, one draw, its parts and keys, how far it has come."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from onevisit.core.draw import forms
from onevisit.stages.draws import documents
from onevisit.stages.draws.keys.deposits import Deposit, deposits_of
from onevisit.stages.draws.models import Attestation, Draw, DrawItem, DrawnSlot, Recusal, Replacement, Swap
from onevisit.stages.draws.readiness import OPENING_TERM as OPENING_TERM
from onevisit.stages.draws.sources import declaring, values
from onevisit.stages.draws.todos import todos
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger_state

if TYPE_CHECKING:
    from onevisit.stages.registers.models import InspectionTarget

__all__ = [
    "Draw",
    "DrawItem",
    "DrawnSlot",
    "Party",
    "Pool",
    "Swap",
    "attestations_of",
    "awaits_quorum",
    "deposits_of",
    "drawn_offers",
    "draws_for",
    "frozen_at_of",
    "item_of",
    "key_entry_of",
    "parties_of",
    "pool_of",
    "recusals_of",
    "running_draws",
    "todos",
    "typed_count",
]


DOCUMENTS = ("manifest", "roster", "exclusions", "groups", "sources", "receipt", "void_record")
"""The columns that may hold megabytes: no list reads them."""


@dataclass(frozen=True, kw_only=True)
class Party:
    """One department in a draw and how far its key has come."""

    item: str
    department_id: UUID
    name: str
    committed_at: datetime | None
    commitment: str
    handed_at: datetime | None
    combined_from: int = 0
    deposit: Deposit | None = None


@dataclass(frozen=True, kw_only=True)
class Pool:
    """A frozen pool: how many stand in it and how many of each stratum are drawn."""

    size: int
    drawn: int
    excluded: int
    frame_sha256: str
    strata: tuple[tuple[str, int, int], ...]
    lines: tuple[str, ...]


def draws_for(actor: Actor) -> QuerySet[Draw]:
    """Return the draws that the actor may know of, newest first; their documents are read by who needs them."""
    return Draw.objects.visible_to(actor).select_related("organiser", "offer").defer(*DOCUMENTS)


def register_for(actor: Actor) -> QuerySet[Draw]:
    """Return the rows of the register: the draws that the actor may know of, with what outsiders reported."""
    return draws_for(actor).with_verifications()  # type: ignore[attr-defined, no-any-return]


def frozen_at_of(offer_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when the pools of some offers were frozen; an offer whose pool still moves is left out."""
    rows = Draw.objects.filter(offer_id__in=list(offer_ids), frozen_at__isnull=False, voided_at__isnull=True)
    return {offer_id: at for offer_id, at in rows.values_list("offer_id", "frozen_at") if offer_id and at}


def draw_of_offer(actor: Actor, offer_id: UUID) -> Draw | None:
    """Return the standing draw of an offer as far as the actor may know of it."""
    return draws_for(actor).filter(offer_id=offer_id).exclude(state="void").first()


def drawn_offers(offer_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of some offers whose draw is over: whoever was not drawn is not visited."""
    rows = Draw.objects.filter(offer_id__in=list(offer_ids), drawn_at__isnull=False, voided_at__isnull=True)
    return {offer_id for offer_id in rows.values_list("offer_id", flat=True) if offer_id}


def item_of(draw: Draw, actor: Actor) -> DrawItem | None:
    """Return the part of a draw that the actor's department brings in."""
    own = actor.department_ids()
    return draw.items.filter(department_id__in=own).select_related("department", "draw").first()


def parties_of(draw: Draw) -> list[Party]:
    """Return the departments of a draw with their keys, by code."""
    keys = {key.party: key for key in draw.keys.all()}
    found = deposits_of(draw)
    return [
        Party(
            item=item.item,
            department_id=item.department_id,
            name=item.department.short_name,
            committed_at=keys[item.item].committed_at if item.item in keys else None,
            commitment=keys[item.item].commitment if item.item in keys else "",
            handed_at=keys[item.item].handed_at if item.item in keys else None,
            combined_from=keys[item.item].combined_from if item.item in keys else 0,
            deposit=found.of(item.item) if found.needed else None,
        )
        for item in draw.items.select_related("department")
    ]


@dataclass(frozen=True, kw_only=True)
class KeyEntry:
    """The entry by which the key of a party came in; its proof can be had once the log has signed over it."""

    id: UUID
    is_signed: bool


def key_entry_of(draw: Draw, party: Party | None) -> KeyEntry | None:
    """Return the entry of a hand-over, or of the combination of a key from shares; None while the key is not here."""
    if party is None or party.handed_at is None:
        return None
    found = ledger_state.timeline("draw", draw.pk).filter(event__in=("draw.key_handed", "draw.key_combined"))
    entry = next((one for one in found if json.loads(bytes(one.payload))["party"] == party.item), None)
    return KeyEntry(id=entry.pk, is_signed=ledger_state.witnessing(entry.pk).size is not None) if entry else None


def pool_of(draw: Draw) -> Pool | None:
    """Return the frozen pool of a draw, None before the freeze."""
    if draw.manifest is None:
        return None
    manifest = forms.parse_manifest(data=bytes(draw.manifest))
    first = manifest.items[0]
    frozen = draw.items.first()
    lines = bytes(frozen.frame).decode("ascii").splitlines() if frozen and frozen.frame else []
    return Pool(
        size=first.size,
        drawn=sum(stratum.quota for stratum in first.strata),
        excluded=first.registry_size - first.size,
        frame_sha256=first.frame_sha256,
        strata=tuple((stratum.id, stratum.size, stratum.quota) for stratum in first.strata),
        lines=tuple(lines),
    )


def recusals_of(draw: Draw, *, item: DrawItem | None = None) -> QuerySet[Recusal]:
    """Return the recusals of a draw, or those of one department's people."""
    rows = Recusal.objects.filter(draw=draw).select_related("inspector__officer", "target")
    return rows.filter(inspector__department_id=item.department_id) if item else rows


def typed_count(draw: Draw) -> int:
    """Return how many typings of the value made in the room stand."""
    places = [n for n, type_ in enumerate(draw.source_types) if declaring.is_local(type_)]
    return draw.typed_values.filter(round_number=0, position__in=places, is_superseded=False).count()


def attestations_of(draw: Draw) -> list[Attestation]:
    """Return the answers of the witnesses in the room to the fingerprint that is read aloud now."""
    return _answers_to(draw, draw.seal or draw.result_digest or draw.manifest_digest)


def earlier_attestations_of(draw: Draw) -> list[Attestation]:
    """Return the answers to the fingerprint of the manifest, once the draw is made and another one is read aloud."""
    return _answers_to(draw, draw.manifest_digest) if draw.seal or draw.result_digest else []


def _answers_to(draw: Draw, fingerprint: str) -> list[Attestation]:
    return list(draw.attestations.filter(fingerprint=fingerprint).select_related("department"))


@dataclass(frozen=True, kw_only=True)
class SourceState:
    """One declared source of a draw: what it is, and whether its value is here."""

    type: str
    label: str
    detail: str
    is_local: bool
    fixed_at: datetime | None
    value: str = ""

    @property
    def words(self) -> str:
        """Say which value it is: how many digits, which round, issue or day."""
        pattern = {
            declaring.CEREMONY: _("%(label)s %(detail)s 位"),
            declaring.DRAND: _("%(label)s 第 %(detail)s 轮"),
            declaring.CLOSE: _("%(label)s %(detail)s"),
        }.get(self.type, _("%(label)s 第 %(detail)s 期"))
        return pattern % {"label": self.label, "detail": self.detail}


def sources_of(draw: Draw) -> list[SourceState]:
    """Return the declared sources of a draw in the order of its seed, and which have come.

    A public value is shown as soon as it is fixed; one of the room with the result.
    """
    if draw.t0 is None:
        return []
    fixed = {one.position: one for one in draw.source_values.filter(round_number=0)}
    declared = [dict(source) for source in documents.declared_sources(draw) if isinstance(source, dict)]
    return [
        SourceState(
            type=str(source["type"]),
            label=str(declaring.LABELS[str(source["type"])]),
            detail=str(source.get("round") or source.get("issue") or source.get("date") or source.get("length")),
            is_local=declaring.is_local(str(source["type"])),
            fixed_at=fixed[position].fixed_at if position in fixed else None,
            value=_shown(fixed[position].value, draw) if position in fixed else "",
        )
        for position, source in enumerate(declared)
    ]


def _shown(value: dict[str, Any], draw: Draw) -> str:
    """Return the part of a value's line that nobody could know before, empty while it stays in the room."""
    is_public = draw.drawn_at is not None or not declaring.is_local(str(value["type"]))
    return values.line_of(value).rpartition(":")[2] if is_public else ""


def replacements_of(draw: Draw) -> list[Replacement]:
    """Return the requests to replace targets of a draw, the oldest first."""
    return list(draw.replacements.select_related("target", "department"))


def swaps_of(draw: Draw) -> list[Swap]:
    """Return the requests to replace officers of a draw, the oldest first."""
    return list(draw.swaps.select_related("slot__target", "slot__inspector__officer", "department", "confirmed_in"))


def open_swaps(*, draw_id: UUID, target_id: UUID) -> list[Swap]:
    """Return the requests to replace officers at a target that are not refused and not drawn yet, as they stand."""
    rows = Swap.objects.filter(draw_id=draw_id, slot__target_id=target_id, slot__withdrawn_in__isnull=True)
    return list(rows.filter(refused_at__isnull=True).select_related("slot"))


def drawn_swaps(*, draw_id: UUID, target_id: UUID) -> list[Swap]:
    """Return the swaps at a target that a round has drawn: who asked and who agreed stays known."""
    rows = Swap.objects.filter(draw_id=draw_id, slot__target_id=target_id, slot__withdrawn_in__isnull=False)
    return list(rows.filter(round_number__isnull=False).select_related("slot"))


def drawn_target(draw: Draw, target_id: str) -> "InspectionTarget | None":
    """Return a target that stands drawn now, by its id as a form or a link gives it."""
    try:
        rows = DrawnSlot.objects.filter(draw=draw, target_id=UUID(target_id), withdrawn_in__isnull=True)
    except ValueError:
        return None
    slot = rows.select_related("target").first()
    return slot.target if slot else None


def running_draws() -> QuerySet[Draw]:
    """Return the draws whose visits are under way: sealed ones, and open ones whose result was seen."""
    return Draw.objects.running()


def has_open_round(draw: Draw) -> bool:
    """Tell whether more visits may follow: a round is not drawn yet, or a replacement is asked for and not in one."""
    if draw.rounds.filter(lapsed_at__isnull=False).exists():  # nothing can be replaced any more
        return False
    is_ordered = draw.rounds.pending().exists()
    return is_ordered or draw.replacements.filter(refused_at__isnull=True, round_number__isnull=True).exists()


def drawn_targets(draw: Draw) -> set[UUID]:
    """Return the targets that are drawn now, without those that a round has replaced."""
    return set(DrawnSlot.objects.filter(draw=draw, withdrawn_in__isnull=True).values_list("target_id", flat=True))


def awaits_quorum(draw: Draw) -> bool:
    """Tell whether a result, of the draw or of its last round, still waits for the witnesses.

    Until then nobody is sent, called off or swapped, and nothing is opened.
    """
    rounds = draw.rounds.filter(result_entry__isnull=False).values_list("result_entry", flat=True)
    entries = [draw.result_entry, *rounds.order_by("-number")[:1]]
    return any(entry is not None and ledger_state.awaits_quorum(entry) for entry in entries)
