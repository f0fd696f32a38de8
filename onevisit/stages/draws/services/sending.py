"""Before anybody is sent, and before anybody goes in: who stands in the tables is who stands in the receipt."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from onevisit.stages.draws import differing_events
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.moments import row_of
from onevisit.stages.draws.pool import behind, naming
from onevisit.stages.draws.rounds import drawn
from onevisit.stages.draws.services.matching import note_officers, note_targets
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger


def sends_as_drawn(draw_id: UUID | str, *, at: datetime) -> bool:
    """Say whether the drawn slots are those of the receipt; where they are not, a public entry is left and an alert.

    Whoever changes a row after the draw would choose who goes where, and every public check would pass.
    """
    draw = Draw.objects.get(pk=draw_id)
    if draw.receipt is None and not drawn.logged(draw):
        return True
    if not _visits_as_fixed(draw):
        note_targets(draw, at=at)
        return False
    found = drawn.of_draw(draw)
    names = {inspector: name for name, inspector in naming.people_of(draw).items()}
    rows = draw.slots.values_list("target__object_id", "slot", "round_number", "inspector_id")
    sent = {(visit, slot, number): names.get(inspector, "") for visit, slot, number, inspector in rows}
    wanted = (
        {(*place, number): officer for place, held in found.holders.items() for number, officer in held}
        if found
        else None
    )
    if sent == wanted and not _are_others(draw):
        return True
    note_officers(draw, at=at)
    return False


@transaction.atomic
def note_team(*, draw_id: UUID | str, department: str, at: datetime) -> None:
    """Leave one public entry for each draw and department whose team is not the one that was drawn."""
    held, name = row_of(Draw.objects.get(pk=draw_id)), differing_events.TeamDiffers.name
    entries = ledger_state.timeline("draw", held.pk).filter(event=name, subject=str(held.pk))
    marker = f'"department":"{department}"'.encode()
    if not any(marker in bytes(entry.payload) for entry in entries):
        event = differing_events.TeamDiffers(subject=str(held.pk), draw=held.number, department=department)
        ledger.append(event, actor=SYSTEM, at=at)


def _visits_as_fixed(draw: Draw) -> bool:
    """Say whether the row of each drawn target is the one that the freeze fixed behind its id."""
    fixed = behind.targets_of(draw)
    rows = draw.slots.values_list("target__object_id", "target_id")
    return fixed is None or all(fixed.get(object_id) == target_id for object_id, target_id in rows)


def _are_others(draw: Draw) -> bool:
    """Say whether another person than at the freeze stands behind an inspector who is to be sent."""
    standing = draw.slots.filter(withdrawn_in__isnull=True)
    return behind.have_officers_changed(draw, among=standing.values_list("inspector_id", flat=True))
