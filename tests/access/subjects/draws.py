"""Subjects of the verbs on draws: one over the settled offer of the scenes, and its part of 市商务局."""

from onevisit.stages.draws.models import Draw, DrawItem, DrawnSlot, Swap
from onevisit.stages.registers.models import InspectionTarget
from tests import draw_scenes, scenes
from tests.cast import AT, Cast


def _draw(people: Cast) -> Draw:
    return Draw.objects.first() or draw_scenes.prepared(people)


def _escrowed(people: Cast) -> Draw:
    draw = _draw(people)
    if not draw.receiving_keys.filter(is_escrow=True).exists():
        draw_scenes.hold_escrow(draw, people)
    return draw


def _item(people: Cast) -> DrawItem:
    return _draw(people).items.select_related("department", "draw").get(department=people.departments["市商务局"])


def _swap(people: Cast) -> Swap:
    """A request of 市商务局 on which its own head may decide, written as the service does."""
    draw = _draw(people)
    found = Swap.objects.filter(draw=draw).first()
    if found is not None:
        return found
    item = _item(people)
    slot = DrawnSlot.objects.create(
        draw=draw,
        target=InspectionTarget.objects.order_by("object_id")[0],
        department=item.department,
        slot=f"{item.item}:0",
        inspector_id=scenes.inspector_ids(people, "市商务局")[0],
    )
    return Swap.objects.create(
        draw=draw,
        slot=slot,
        department=item.department,
        reason="ON_LEAVE",
        words="病假两周",
        evidence_sha256=draw_scenes.EVIDENCE,
        choice=5,
        is_outside=False,
        requested_by=people.actor("林").id,
        requested_at=AT,
    )


SUBJECTS = {
    "draw": _draw,
    "draw.verify_shares": _escrowed,
    **{f"draw.{verb}": _item for verb in ("recuse", "unrecuse", "commit_key", "hand_key", "request_swap")},
    **{f"draw.{verb}": _swap for verb in ("confirm_swap", "refuse_swap")},
    **{f"draw.{verb}": _item for verb in ("deposit_shares", "check_shares", "open_share", "combine_key")},
}
