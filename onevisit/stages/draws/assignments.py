"""What a draw decided, for the visits that follow from it: which inspector of which department goes where."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from onevisit.core.draw import bench, forms
from onevisit.stages.draws import batching
from onevisit.stages.draws.batching import BatchDays
from onevisit.stages.draws.lifecycle import GIVEN_UP
from onevisit.stages.draws.models import Draw, DrawnSlot, Pseudonym, Recusal
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
    rows = DrawnSlot.objects.filter(draw_id=draw_id, withdrawn_in__isnull=False)
    return set(rows.values_list("target_id", flat=True))


def recused(*, draw_id: UUID, target_id: UUID) -> set[UUID]:
    """Return the inspectors whom this draw keeps away from a target; they do not replace anybody there either."""
    return set(Recusal.objects.filter(draw_id=draw_id, target_id=target_id).values_list("inspector_id", flat=True))


@dataclass(frozen=True, kw_only=True)
class BenchSeat:
    """One inspector on the bench of a drawn slot, and to how many targets the draw lets him go."""

    inspector_id: UUID
    pseudonym: str
    ticket: str
    cap: int


def slot_of(*, draw_id: UUID, target_id: UUID, inspector_id: UUID) -> str:
    """Return the slot that an inspector was drawn for at a target, empty if none."""
    rows = DrawnSlot.objects.filter(draw_id=draw_id, target_id=target_id, inspector_id=inspector_id)
    return rows.order_by("-round_number").values_list("slot", flat=True).first() or ""


def bench_of(*, draw_id: UUID, target_id: UUID, slot: str) -> tuple[BenchSeat, ...] | None:
    """Return who stands in for the officer of a drawn slot, in the order of the draw; None without a receipt."""
    draw = Draw.objects.only("receipt").get(pk=draw_id)
    object_id = DrawnSlot.objects.filter(draw=draw, target_id=target_id).values_list("target__object_id", flat=True)
    if not draw.receipt or not slot or not object_id:
        return None
    receipt = forms.parse_receipt(data=bytes(draw.receipt))
    if receipt.roster is None:
        return None
    names = dict(Pseudonym.objects.filter(draw=draw).values_list("pseudonym", "inspector_id"))
    caps = {officer.id: officer.cap for officer in receipt.roster.officers}
    return tuple(
        BenchSeat(
            inspector_id=names[seat.officer],
            pseudonym=seat.officer,
            ticket=seat.ticket,
            cap=caps[seat.officer],
        )
        for seat in bench.bench(receipt=receipt, visit=object_id[0], slot=slot)
    )
