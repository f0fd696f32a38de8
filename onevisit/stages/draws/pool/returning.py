"""A withdrawn object that still exists enters the next draw of its kind, drawn for certain (protocol, section 12).

Otherwise "not found" would be a way out: agreed to once, and never asked again. So would a visit that ends as 未能检查,
since the premises are said to be closed, moved or not there: no second organ is asked for that. Its kind is the
template of the plan, or the field where a plan has none; the object stands in a stratum of its own at `bp` 10000, until
a draw had it there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from onevisit.stages.draws.models import Draw, DrawItem, DrawRound, Replacement
from onevisit.stages.draws.pool import strata
from onevisit.stages.registers import lookup

if TYPE_CHECKING:
    from onevisit.stages.draws.documents import Ground
    from onevisit.stages.plans.models import Campaign
    from onevisit.stages.plans.recount import Recount

OVER = ("sealed", "opened")

Spared = Callable[[QuerySet[Draw], QuerySet[DrawItem], datetime], Iterable[tuple[UUID, str, str, datetime]]]
SPARED: list[Spared] = []
"""What else spared a drawn object without an inspection, as the app of the visits knows it.

Given are draws of the kind, items whose departments are asked for, and before when; returned are target, reason, number
of the draw, and when it was prepared.
"""


@dataclass(frozen=True, kw_only=True)
class Due:
    """One object that an earlier draw withdrew, or that was drawn and not inspected, and that no draw has had back."""

    target_id: UUID
    object_id: str
    name: str
    draw: str
    reason: str


def of_campaign(campaign: "Campaign") -> Q:
    """Return the condition on draws that are of the same kind as those of a plan."""
    if campaign.template_id:
        return Q(offer__campaign__template_id=campaign.template_id)
    return Q(offer__campaign__template__isnull=True, offer__campaign__field=campaign.field)


def due_of(draw: Draw) -> tuple[Due, ...]:
    """Return what must come back in a draw: withdrawn before it was prepared, active in the register, not back yet.

    A draw that is repeated after a void keeps what the first one had to take back, as it keeps its frame.
    """
    if draw.offer is None or draw.given_basis or draw.repeats_id:
        return ()
    since = _begun(draw)
    if since is None:
        return ()
    kind = of_campaign(draw.offer.campaign)
    drawn = DrawRound.objects.filter(draw=OuterRef("draw"), number=OuterRef("round_number"), drawn_at__lt=since)
    shared = DrawItem.objects.filter(draw=OuterRef("draw"), department__in=draw.items.values("department"))
    over, own = Draw.objects.filter(kind, state__in=OVER).exclude(pk=draw.pk), draw.items.all()
    rows = Replacement.objects.filter(Exists(drawn), Exists(shared), draw__in=over)
    went = [*rows.values_list("target_id", "reason", "draw__number", "draw__created_at")]
    went += [row for spared in SPARED for row in spared(over, own, since)]
    latest = {row[0]: row for row in sorted(went, key=lambda row: row[3])}
    if not latest:
        return ()
    back = _back_since(draw, kind, after=min(prepared for _pk, _reason, _number, prepared in latest.values()))
    found: dict[UUID, Due] = {}
    for pk, target in lookup.standing(latest).items():
        _pk, reason, number, prepared = latest[pk]
        if not any(held > prepared for held in back.get(target.object_id, ())):
            found[target.pk] = Due(
                target_id=target.pk, object_id=target.object_id, name=target.name, draw=number, reason=reason
            )
    return tuple(sorted(found.values(), key=lambda one: one.object_id))


def missing(ground: "Ground", found: "Recount") -> tuple[Due, ...]:
    """Return what must come back, fits the plan by the registers of today, and is not in the pool."""
    inside = {row.target_id for row in ground.rows}
    return tuple(one for one in ground.due if one.target_id not in inside and one.target_id in found.fitting)


def stated(ground: "Ground") -> dict[str, Any]:
    """Write what is published of the objects that come back; empty where there are none."""
    if not ground.due:
        return {}
    inside = {row.target_id for row in ground.rows}
    came = sum(one.target_id in inside for one in ground.due)
    return {"returned": {"n": came, "unfit": len(ground.due) - came}}


def _begun(draw: Draw) -> datetime | None:
    """Return when the first draw of this plan was prepared that ran into this one by voids alone."""
    if draw.offer is None:
        return None
    rows = Draw.objects.filter(Q(pk=draw.pk) | Q(state="void", commitment_entry__isnull=False))
    same = rows.filter(offer__campaign_id=draw.offer.campaign_id).order_by("created_at")
    return same.values_list("created_at", flat=True).first()


def _back_since(draw: Draw, kind: Q, *, after: datetime) -> dict[str, list[datetime]]:
    """Return for each object when committed draws were prepared that had it back."""
    found: dict[str, list[datetime]] = {}
    rows = Draw.objects.filter(kind, commitment_entry__isnull=False, created_at__gt=after)
    for held in rows.exclude(pk=draw.pk).exclude(state__in=("void", "voiding")).only("created_at", "manifest"):
        if f'"id":"{strata.BACK}'.encode() not in bytes(held.manifest or b""):
            continue
        frame = held.items.exclude(frame=None).values_list("frame", flat=True).first()
        for object_id in _returned_in(bytes(frame or b"").decode("ascii").splitlines()):
            found.setdefault(object_id, []).append(held.created_at)
    return found


def _returned_in(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        object_id, _sign, stratum = line.partition("|")
        if strata.is_back(stratum):
            yield object_id
