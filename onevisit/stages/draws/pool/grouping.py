"""Where the objects of a frame lie and what they are, as the register of targets says at the freeze: `groups.txt`.

The figures of fairness by district, office and size are counted from this file. Its digest stands in `conditions.json`,
which the ledger fixes at the freeze: nobody sorts the businesses anew once it is known who was drawn.
"""

import hashlib
import zlib

from onevisit.core.draw import whole
from onevisit.core.fairness.groups import encode_groups
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw
from onevisit.stages.registers import lookup


def of_ground(ground: Ground) -> bytes:
    """Write the file over every object that is in the frame now."""
    ids = sorted(row.object_id for row in ground.rows)
    return encode_groups(rows=((pk, tuple(values)) for pk, *values in lookup.places_of(ids)))


def stated(groups: bytes) -> dict[str, str]:
    """Return what the conditions of a draw say of the file."""
    return {whole.GROUPS_FIELD: hashlib.sha256(groups).hexdigest()}


def frozen(draw: Draw) -> bytes | None:
    """Return the file as it was at the freeze, None for a draw that was frozen before it had to be."""
    found = Draw.objects.filter(pk=draw.pk).values_list("groups", flat=True).first()
    return zlib.decompress(bytes(found)) if found is not None else None
