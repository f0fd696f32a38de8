"""Before anybody is sent: who stands in the table of drawn slots is who stands in the receipt."""

from datetime import datetime
from uuid import UUID

from onevisit.core.draw import forms
from onevisit.core.draw.officers import Assignment
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import naming
from onevisit.stages.draws.services.matching import note_officers


def sends_as_drawn(draw_id: UUID | str, *, at: datetime) -> bool:
    """Say whether the drawn slots are those of the receipt; where they are not, a public entry is left and an alert.

    Whoever changes a row after the draw would choose who goes where, and every public check would pass.
    """
    draw = Draw.objects.get(pk=draw_id)
    if draw.result_entry is None and draw.receipt is None:
        return True
    names = {inspector: name for name, inspector in naming.people_of(draw).items()}
    rows = draw.slots.values_list("target__object_id", "slot", "round_number", "inspector_id")
    sent = {(visit, slot, number): names.get(inspector, "") for visit, slot, number, inspector in rows}
    if draw.receipt is not None and sent == _drawn(bytes(draw.receipt)):
        return True
    note_officers(draw, at=at)
    return False


def _drawn(receipt: bytes) -> dict[tuple[str, str, int], str]:
    found: dict[tuple[str, str, int], str] = {}
    for recorded in forms.parse_receipt(data=receipt).results:
        assignment = recorded.result.assignment
        if isinstance(assignment, Assignment):
            found |= {(one.visit, one.slot, recorded.result.round_number): one.officer for one in assignment.slots}
    return found
