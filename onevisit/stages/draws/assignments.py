"""What a draw decided, for the visits that follow from it: which inspector of which department goes where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Exists, F, Q, QuerySet

from onevisit.stages.draws.lifecycle import GIVEN_UP
from onevisit.stages.draws.models import Draw, DrawnSlot, DrawRound, Replacement, Swap
from onevisit.stages.draws.pool import batching, behind, naming
from onevisit.stages.draws.pool.batching import BatchDays
from onevisit.stages.draws.rounds import drawn
from onevisit.stages.draws.rounds.drawn import Place
from onevisit.stages.offers import selectors as offers


@dataclass(frozen=True, kw_only=True)
class DrawnAssignment:
    """One officer slot of a drawn target."""

    target_id: UUID
    department_id: UUID
    inspector_id: UUID
    officer_id: UUID
    slot: str
    item_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class DrawResult:
    """What the visits need of a draw; `digest` fixes every order that is derived from it later.

    `starts_on` and the items by department come from the settled offer, where there is one.
    """

    draw_id: UUID
    number: str
    title: str
    organiser_id: UUID
    offer_id: UUID | None
    is_sealed: bool
    digest: str
    starts_on: date | None
    items: dict[UUID, tuple[UUID, ...]]
    assignments: tuple[DrawnAssignment, ...]
    batches: dict[UUID, BatchDays] = field(default_factory=dict)


def result_of(draw_id: UUID | str) -> DrawResult:
    """Return what a draw decided.

    Raises:
        Draw.DoesNotExist: there is no such draw.
    """
    draw = Draw.objects.select_related("offer").get(pk=draw_id)
    offer = draw.offer
    slots = (
        DrawnSlot.objects.filter(draw=draw, withdrawn_in__isnull=True)
        .select_related("inspector")
        .order_by("target_id", "slot")
    )
    return DrawResult(
        draw_id=draw.pk,
        number=draw.number,
        title=draw.title,
        organiser_id=draw.organiser_id,
        offer_id=draw.offer_id,
        is_sealed=draw.mode == "sealed",
        digest=draw.seal or draw.result_digest or draw.manifest_digest,
        starts_on=offer.starts_on if offer else None,
        items={part.department_id: part.item_ids for part in offers.settled_parts(offer)} if offer else {},
        assignments=tuple(
            DrawnAssignment(
                target_id=row.target_id,
                department_id=row.department_id,
                inspector_id=row.inspector_id,
                officer_id=row.inspector.officer_id,
                slot=row.slot,
                item_ids=tuple(row.item_ids),
            )
            for row in slots
        ),
        batches=_batches(draw),
    )


def _batches(draw: Draw) -> dict[UUID, BatchDays]:
    """Return the batch of every drawn target; none where everything is one batch."""
    days = {one.number: one for one in batching.days_of(draw)}
    if not days:
        return {}
    targets = dict(DrawnSlot.objects.filter(draw=draw).values_list("target__object_id", "target_id"))
    return {targets[one.object_id]: days[one.batch] for one in batching.placed_of(draw) if one.object_id in targets}


def other_people(draw_id: UUID | str, *, among: Iterable[UUID]) -> set[UUID]:
    """Return the inspectors of some behind whose row another person stands than at the draw's freeze."""
    return behind.changed_officers(Draw.objects.get(pk=draw_id), among=among)


def holders_of(draw_id: UUID | str) -> Mapping[Place, tuple[UUID | None, ...]] | None:
    """Return whom the receipt names for each place, the first round first; None as long as nothing was drawn.

    Nothing is said of a receipt that is not the one whose digests the ledger holds: then nobody stands for any place.
    An officer whom no roster of the draw names stands as None.
    """
    draw = Draw.objects.get(pk=draw_id)
    if draw.receipt is None and not drawn.logged(draw):
        return None
    found = drawn.of_draw(draw)
    if found is None:
        return {}
    people = naming.people_of(draw)
    return {place: tuple(people.get(officer) for _round, officer in held) for place, held in found.holders.items()}


def is_void(draw_id: UUID | str) -> bool:
    """Say whether a draw was given up: nothing may follow from it any more."""
    return Draw.objects.filter(pk=draw_id, state="void").exists()


def is_given_up(draw_id: UUID | str) -> bool:
    """Say whether two organs agreed to give a draw up, whether their entry is cosigned yet or not: nobody is sent."""
    return Draw.objects.filter(pk=draw_id, state__in=GIVEN_UP).exists()


def hold(draw_id: UUID | str) -> None:
    """Lock a draw for the rest of the transaction, so that it is not given up meanwhile."""
    Draw.objects.select_for_update().only("pk").get(pk=draw_id)


def replaced_targets(draw_id: UUID | str) -> set[UUID]:
    """Return the targets that a replacement round took out of a draw."""
    rounds = DrawRound.objects.filter(draw_id=draw_id, drawn_at__isnull=False).values("number")
    rows = Replacement.objects.filter(draw_id=draw_id, round_number__in=rounds)
    return set(rows.values_list("target_id", flat=True))


@dataclass(frozen=True, kw_only=True)
class SwappedSlot:
    """A place whose officer a replacement round took off; `successor_id` is None where the round drew nobody."""

    swap_id: UUID
    target_id: UUID
    department_id: UUID
    slot: str
    former_id: UUID
    successor_id: UUID | None
    reason: str
    round_number: int


def swapped_slots(draw_id: UUID | str) -> list[SwappedSlot]:
    """Return the swaps of a draw whose round is drawn, the earliest round first."""
    rounds = DrawRound.objects.filter(draw_id=draw_id, drawn_at__isnull=False).values("number")
    rows = Swap.objects.filter(draw_id=draw_id, round_number__in=rounds).select_related("slot")
    drawn = {
        (row.target_id, row.slot, row.round_number): row.inspector_id
        for row in DrawnSlot.objects.filter(draw_id=draw_id, round_number__gt=0)
    }
    return [
        SwappedSlot(
            swap_id=row.pk,
            target_id=row.slot.target_id,
            department_id=row.slot.department_id,
            slot=row.slot.slot,
            former_id=row.slot.inspector_id,
            successor_id=drawn.get((row.slot.target_id, row.slot.slot, row.round_number or 0)),
            reason=row.reason,
            round_number=row.round_number or 0,
        )
        for row in rows.order_by("round_number", "pk")
    ]


def drawn_slot(*, draw_id: UUID, target_id: UUID, inspector_id: UUID) -> DrawnSlot | None:
    """Return the slot in which an inspector stands drawn at a target now."""
    rows = DrawnSlot.objects.filter(
        draw_id=draw_id, target_id=target_id, inspector_id=inspector_id, withdrawn_in__isnull=True
    )
    return rows.select_related("draw", "target").first()


def standing_targets(draw_id: UUID | str) -> QuerySet[DrawnSlot]:
    """Return the slots of the targets that stand drawn now."""
    return DrawnSlot.objects.filter(draw_id=draw_id, withdrawn_in__isnull=True)


def freed_slots(draw_id: UUID | str) -> QuerySet[DrawnSlot]:
    """Return the slots whose officers drawn rounds took off, not those that left with their target."""
    swaps = Swap.objects.filter(draw_id=draw_id, round_number__isnull=False, slot__withdrawn_in=F("round_number"))
    return DrawnSlot.objects.filter(pk__in=swaps.values("slot_id"))


def awaited_swaps(draw_id: UUID | str) -> QuerySet[Swap]:
    """Return the swaps that are agreed to and not drawn yet, as long as a round can still draw them."""
    rows = Swap.objects.filter(draw_id=draw_id, confirmed_at__isnull=False, refused_at__isnull=True)
    is_over = DrawRound.objects.filter(draw_id=draw_id).filter(Q(lapsed_at__isnull=False) | Q(is_infeasible=True))
    drawn = DrawRound.objects.filter(draw_id=draw_id, drawn_at__isnull=False).values("number")
    rows = rows.filter(draw__in=Draw.objects.running().values("pk")).exclude(round_number__in=drawn)
    return rows.exclude(Exists(is_over)).select_related("slot")
