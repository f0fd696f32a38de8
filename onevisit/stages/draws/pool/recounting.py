"""The register's own count beside the organiser's, and the difference to the last frame (protocol, section 12).

`registry_n` of the manifest is the organiser's: frame and exclusions of its cluster. A business that is dropped from
both is missing from it and from nothing else, so the registers are asked again on the day of the freeze.
"""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import returning
from onevisit.stages.plans.recount import Recount, recount


@dataclass(frozen=True, kw_only=True)
class Count:
    """What the registers count under the plan's conditions, and how the organiser's pool differs."""

    counted: int
    stated: int
    missing: int
    beyond: int
    unit: str

    @property
    def is_equal(self) -> bool:
        return not self.missing and not self.beyond

    @property
    def words(self) -> str:
        """Say it in one line."""
        return _(
            "名录库按同样条件现有 %(counted)s %(unit)s，抽取池与排除名单共 %(stated)s %(unit)s："
            "少列 %(missing)s %(unit)s，多列 %(beyond)s %(unit)s"
        ) % {
            "counted": self.counted,
            "stated": self.stated,
            "missing": self.missing,
            "beyond": self.beyond,
            "unit": self.unit,
        }


def recounted(ground: Ground) -> Recount:
    """Return what the registers answer today under the conditions of the draw's plan."""
    return recount(campaign_id=ground.offer.campaign_id)


def count_of(ground: Ground, found: Recount) -> Count:
    """Hold the pool and what was kept out of it against the registers, target by target."""
    stated = {row.target_id for row in ground.rows} | {row.target_id for row in ground.excluded}
    return Count(
        counted=len(found.all),
        stated=len(stated),
        missing=len(found.all - stated),
        beyond=len(stated - found.all),
        unit=ground.unit,
    )


def last_frame(draw: Draw) -> Draw | None:
    """Return the organiser's committed draw of the same template, or field, that was frozen last.

    The frame of given targets is one task's list, so there is nothing to compare it with.
    """
    if draw.offer is None or draw.given_basis:
        return None
    rows = Draw.objects.filter(
        returning.of_campaign(draw.offer.campaign),
        organiser_id=draw.organiser_id,
        commitment_entry__isnull=False,
        manifest__isnull=False,
        given_basis="",
        repeats__isnull=True,
    )
    return rows.exclude(pk=draw.pk).order_by("-year", "-sequence").first()


def stated(draw: Draw, ground: Ground, found: Recount) -> dict[str, Any]:
    """Write what is published of both counts beside the manifest; nothing of an officer half, whose frame was drawn."""
    if draw.repeats_id:
        return {}
    count = count_of(ground, found)
    register = {
        "counted": count.counted,
        "stated": count.stated,
        "missing": count.missing,
        "beyond": count.beyond,
    }
    before = last_frame(draw)
    return {"register": register, **({"last_frame": _compared(before, ground)} if before else {})}


def _compared(before: Draw, ground: Ground) -> dict[str, Any]:
    first = json.loads(bytes(before.manifest or b""))["items"][0]
    item = before.items.exclude(frame=None).first()
    data = bytes(item.frame) if item and item.frame else b""
    then = {line.partition("|")[0] for line in data.decode("ascii").splitlines()}
    now = {row.object_id for row in ground.rows}
    return {
        "draw": before.number,
        "registry_n": first["registry_n"],
        "n": first["n"],
        "added": len(now - then),
        "removed": len(then - now),
    }
