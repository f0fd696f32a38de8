"""Which organs outside a draw can type a public value that people read: one of the two typists is of them."""

from datetime import date
from uuid import UUID

from onevisit.stages.draws import policies
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.sources import declaring
from onevisit.support.identity.models import Post


def is_typed(types: list[str]) -> bool:
    """Say whether some public value is typed; the beacon's proves itself."""
    return any(type_ != declaring.DRAND and not declaring.is_local(type_) for type_ in types)


def outside(draw: Draw, *, on: date) -> set[UUID]:
    """Return the organs with a post of 公证 or 执法监督 on a day that have no part in a draw and are not its escrow."""
    posts = Post.objects.filter(role__in=policies.SECOND_ORGANS, valid_from__lte=on).exclude(valid_to__lt=on)
    organs = set(posts.values_list("department_id", flat=True))
    escrows = set(draw.receiving_keys.filter(is_escrow=True).values_list("department_id", flat=True))
    return set(policies.organs_outside(draw, organs - escrows))
