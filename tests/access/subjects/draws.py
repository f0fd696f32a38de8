"""Subjects of the verbs on draws: one over the settled offer of the scenes, and its part of 市商务局."""

from onevisit.stages.draws.models import Draw, DrawItem
from tests import draw_scenes
from tests.cast import Cast


def _draw(people: Cast) -> Draw:
    return Draw.objects.first() or draw_scenes.prepared(people)


def _escrowed(people: Cast) -> Draw:
    draw = _draw(people)
    if not draw.receiving_keys.filter(is_escrow=True).exists():
        draw_scenes.hold_escrow(draw, people)
    return draw


def _item(people: Cast) -> DrawItem:
    return _draw(people).items.select_related("department", "draw").get(department=people.departments["市商务局"])


SUBJECTS = {
    "draw": _draw,
    "draw.verify_shares": _escrowed,
    **{f"draw.{verb}": _item for verb in ("recuse", "unrecuse", "commit_key", "hand_key")},
    **{f"draw.{verb}": _item for verb in ("deposit_shares", "check_shares", "open_share", "combine_key")},
}
