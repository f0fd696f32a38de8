"""Whose people type the values of a draw: which organs outside it could type a public one, and which organs did."""

from datetime import date
from uuid import UUID

from onevisit.stages.draws import policies
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.sources import declaring
from onevisit.support.identity.models import Post


def is_typed(types: list[str]) -> bool:
    """Say whether some public value is typed; the beacon's proves itself."""
    return any(type_ != declaring.DRAND and not declaring.is_local(type_) for type_ in types)


def of_value(draw: Draw, *, round_number: int, position: int) -> tuple[str, ...]:
    """Return the codes of the organs whose people typed a value as it stands, in the order in which they did."""
    rows = draw.typed_values.filter(round_number=round_number, position=position, is_superseded=False)
    codes = rows.order_by("typed_at", "department__code").values_list("department__code", flat=True)
    return tuple(str(code) for code in codes if code)


def of_room(draw: Draw) -> tuple[str, ...]:
    """Return the codes of the organs that typed the value of the room; a draw has at most one such value."""
    places = [n for n, type_ in enumerate(draw.source_types) if declaring.is_local(type_)]
    return tuple(code for n in places for code in of_value(draw, round_number=0, position=n))


def outside(draw: Draw, *, on: date) -> set[UUID]:
    """Return the organs with a post of 公证 or 执法监督 on a day that have no part in a draw and are not its escrow."""
    posts = Post.objects.filter(role__in=policies.SECOND_ORGANS, valid_from__lte=on).exclude(valid_to__lt=on)
    organs = set(posts.values_list("department_id", flat=True))
    escrows = set(draw.receiving_keys.filter(is_escrow=True).values_list("department_id", flat=True))
    return set(policies.organs_outside(draw, organs - escrows))


def stands_outside(draw: Draw, *, round_number: int, position: int, on: date) -> bool:
    """Tell whether somebody of an organ outside typed a value, so that it did come, though nobody agreed yet."""
    rows = draw.typed_values.filter(round_number=round_number, position=position, is_superseded=False)
    return rows.filter(department_id__in=outside(draw, on=on)).exists()
