"""At `t0` everything is computed at once; after the visits everything is public."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import receipt as core
from onevisit.core.draw.officers import Assignment, Infeasible
from onevisit.core.draw.results import Receipt
from onevisit.stages.draws import documents, events, modes
from onevisit.stages.draws.computing.pairing import pair_tickets_in_processes
from onevisit.stages.draws.computing.sieving import sieve_in_processes
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.moments import latest_opening
from onevisit.stages.draws.pool import behind, naming, standing
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import terms
from onevisit.stages.draws.services.matching import (
    OfficersDiffer,
    TargetsDiffer,
    must_be_as_logged,
    must_be_as_named,
    must_be_as_published,
    noting_difference,
)
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.valuing import complete, must_be_compared, sources_file
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

UNPUBLISHED = ("sealed", "drawn")
"""There is a result in these states, and it is not public yet."""


@noting_difference
def draw_lots(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Compute seed, targets and officers from what is fixed, store the receipt, and log its seal.

    Of an open draw the result itself is logged, and its receipt is public once the witnesses have seen that.

    Raises:
        DrawRefused: `t0` has not come, or a public source has no value yet, or one that the witnesses did not see; or
            a value is not the one that was logged before the keys, or published, which leaves an entry.
    """
    verb = "draw.draw_openly" if modes.is_open(draw) else "draw.draw"
    capacity = actor.must(verb, draw)
    held = locked(draw)
    state = modes.step(held, verb=verb)
    if held.t0 is None:
        raise ValueError("the draw has no moment")
    if at < held.t0:
        raise DrawRefused(message=_("T0 为 %(t0)s，此前不能抽取。") % {"t0": _local(held.t0)}, code="early")
    declared = [dict(source) for source in documents.declared_sources(held) if isinstance(source, dict)]
    held.sources = sources_file(held, complete(held, round_number=0, declared=declared))
    must_be_compared(held, round_number=0)
    terms.must_be_seen(held)
    terms.must_be_in_time(held)
    must_be_as_logged(held)
    must_be_as_published(held, round_number=0)
    must_be_as_named(held)
    receipt = computed(held)
    recorded = receipt.results[0]
    held.state, held.drawn_at = state, at
    held.receipt = core.encode_receipt(receipt=receipt)
    held.result_digest, held.seal = recorded.digest, recorded.seal
    event = events.DrawDrawn(subject=str(held.pk), draw=held.number, digest=held.seal or held.result_digest)
    held.result_entry = ledger.append(event, actor=actor, at=at, capacity=capacity).pk
    held.save(update_fields=["state", "sources", "drawn_at", "receipt", "result_digest", "seal", "result_entry"])
    assignment = recorded.result.assignment
    if isinstance(assignment, Infeasible):
        held.is_infeasible = True
        held.save(update_fields=["is_infeasible"])
        note_short(held, assignment, at=at)
        return publish(draw=held, at=at)
    slots = store_slots(held, assignment, round_number=0)
    if modes.is_open(held):
        return publish(draw=held, at=at)
    event_sealed = events.DrawSealed(
        subject=str(held.pk), draw=held.number, targets=len({slot.target_id for slot in slots}), slots=len(slots)
    )
    ledger.append(event_sealed, actor=SYSTEM, at=at)
    return held


@transaction.atomic
def read(*, draw: Draw, actor: Actor, at: datetime) -> list[DrawnSlot]:
    """Return the drawn slots; as long as they are not public each reading is an entry of the ledger."""
    capacity = actor.must("draw.read", draw)
    modes.step(draw, verb="draw.read")
    if draw.state in UNPUBLISHED:
        ledger.record_read(
            subject_type="draw", subject=draw.pk, what=_("封存结果"), actor=actor, at=at, capacity=capacity
        )
    rows = DrawnSlot.objects.filter(draw=draw, withdrawn_in__isnull=True).select_related(
        "target", "department", "inspector__officer"
    )
    return list(rows.order_by("target__object_id", "slot"))


@transaction.atomic
def note_reading(*, draw: Draw, actor: Actor, at: datetime) -> None:
    """Log that somebody reads names of a sealed draw: who takes part, or who decides on its replacements."""
    may_decide = actor.may("draw.confirm_replacement", draw)
    capacity = actor.must("draw.confirm_replacement" if may_decide else "draw.read", draw)
    if draw.state in UNPUBLISHED:
        ledger.record_read(
            subject_type="draw", subject=draw.pk, what=_("封存结果（替换）"), actor=actor, at=at, capacity=capacity
        )


@transaction.atomic
def open_draw(*, draw: Draw, open_visits: int, actor: Actor, at: datetime) -> Draw:
    """Publish keys, seed and receipt once the last visit is closed, or when the announced last day has come.

    An open draw waits for the witnesses of its result only.

    Args:
        open_visits: how many visits of this draw are not closed yet.

    Raises:
        DrawRefused: some are still open, or a replacement round is.
    """
    capacity = actor.must("draw.open", draw)
    held = locked(draw)
    held.state = modes.step(held, verb="draw.open")
    if modes.is_open(held):
        _check_seen(held)
    else:
        _check_over(held, open_visits=open_visits, at=at)
    held.opened_at = at
    held.save(update_fields=["state", "opened_at"])
    event = events.DrawOpened(subject=str(held.pk), draw=held.number, digest=held.result_digest)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    before = held.repeats
    if before is not None and before.state == "sealed" and before.is_infeasible:  # it sent nobody: nothing else ends it
        open_draw(draw=before, open_visits=0, actor=actor, at=at)
    return held


@transaction.atomic
def publish(*, draw: Draw, at: datetime) -> Draw:
    """Open an open draw as soon as the witnesses have seen its result, with `quorum none` at once; else do nothing."""
    if draw.state != "drawn" or draw.result_entry is None or ledger_state.awaits_quorum(draw.result_entry):
        return draw
    return open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=at)


def _check_seen(draw: Draw) -> None:
    if draw.result_entry is None or ledger_state.awaits_quorum(draw.result_entry):
        raise DrawRefused(message=_("抽取结果尚未见证，见证后自动公开。"), code="unwitnessed")


def _check_over(draw: Draw, *, open_visits: int, at: datetime) -> None:
    latest = latest_opening(draw)
    is_due = latest is not None and at >= latest
    if open_visits and not is_due:
        raise DrawRefused(
            message=_("还有 %(n)s %(unit)s未办结，全部办结后才公开。") % {"n": open_visits, "unit": draw.unit},
            code="open_visits",
        )
    repeated = standing.live_of(draw)
    if repeated is not None and repeated.state != "opened" and not is_due:
        words = _("抽取 %s 正在为本次重抽人员，它公开后本次才公开。")
        raise DrawRefused(message=words % repeated.number, code="repeated")
    if not is_due and draw.rounds.pending().exists():
        raise DrawRefused(message=_("还有替换轮次没有抽取，抽取并检查完毕后才公开。"), code="open_round")


def keys_file(draw: Draw) -> bytes:
    """Write keys.json from the keys that were handed over."""
    keys: list[Json] = [{"party": key.party, "key": key.key} for key in draw.keys.order_by("party")]
    return canonical.encode(value={"v": "srd1", "kind": "keys", "draw": draw.number, "keys": keys})


def computed(draw: Draw, *, replacements: bytes | None = None) -> Receipt:
    """Compute the receipt from what is fixed; the same files give the same rounds, and the new one after them."""
    return core.draw(
        manifest=_bytes(draw.manifest),
        frames={item.item: _bytes(item.frame) for item in draw.items.all()},
        sources=_bytes(draw.sources),
        keys=keys_file(draw),
        roster=_bytes(draw.roster),
        replacements=replacements,
        is_frozen=True,
        by=sieve_in_processes,
        hashing=pair_tickets_in_processes,
    )


def note_short(draw: Draw, assignment: Infeasible, *, at: datetime, round_number: int = 0) -> None:
    """Say that the drawn targets stand and nobody can be sent; the receipt holds the certificate (section 11)."""
    short = events.DrawFellShort(
        subject=str(draw.pk), draw=draw.number, short=assignment.short, round=str(round_number)
    )
    ledger.append(short, actor=SYSTEM, at=at)


def store_slots(draw: Draw, assignment: Assignment | None, *, round_number: int) -> list[DrawnSlot]:
    """Write the drawn slots of a round behind their pseudonyms; visits follow from them.

    The freeze fixed the rows of the registers; of an older draw they are read as they stand.
    """
    if assignment is None:
        raise ValueError("a draw of this platform has a roster")
    ground = documents.ground_of(draw)
    fixed = behind.targets_of(draw)
    targets = {row.object_id: row.target_id for row in ground.rows} if fixed is None else fixed
    inspectors = naming.people_of(draw)
    if any(filled.officer not in inspectors for filled in assignment.slots):
        raise OfficersDiffer
    if any(filled.visit not in targets for filled in assignment.slots):
        raise TargetsDiffer
    departments = {part.department_code: part for part in ground.parts}
    return DrawnSlot.objects.bulk_create(
        DrawnSlot(
            draw=draw,
            target_id=targets[filled.visit],
            department_id=departments[_item(filled.slot)].department_id,
            slot=filled.slot,
            inspector_id=inspectors[filled.officer],
            item_ids=list[UUID](departments[_item(filled.slot)].item_ids),
            round_number=round_number,
        )
        for filled in assignment.slots
    )


def _item(slot: str) -> str:
    return slot.partition(":")[0]


def _bytes(stored: bytes | memoryview | None) -> bytes:
    if stored is None:
        raise ValueError("a document of the draw is missing")
    return bytes(stored)


def _local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
