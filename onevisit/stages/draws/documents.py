"""The documents of a draw, written from the settled offer, its cluster and the registers."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import frame, quotas
from onevisit.stages.draws import measure
from onevisit.stages.draws.computing.software import software
from onevisit.stages.draws.models import DepartmentKey, Draw, Recusal
from onevisit.stages.draws.pool import eligibility, returning, standing, strata
from onevisit.stages.draws.pool.eligibility import Places, Pool
from onevisit.stages.draws.pool.returning import Due
from onevisit.stages.draws.rounds import swap_reasons
from onevisit.stages.draws.sources import declaring
from onevisit.stages.offers import selectors as offers
from onevisit.stages.offers.selectors import SettledOffer, SettledPart
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans.selectors import ExcludedRow, FrameRow
from onevisit.stages.registers import availability, stations
from onevisit.stages.registers.availability import Nominee
from onevisit.stages.registers.conflicts import conflicts

SLACK = 1
REPLACE_REASONS = ("CLOSED", "DEREGISTERED", "LAW_EXCLUDED", "MOVED", "NOT_FOUND")
"""Why a drawn target may be replaced (DS-17); the manifest closes the list."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a draw stands on: the settled offer, its parts, the frame, what was kept out, and who can go."""

    offer: SettledOffer
    parts: tuple[SettledPart, ...]
    rows: tuple[FrameRow, ...]
    excluded: tuple[ExcludedRow, ...]
    nominees: Mapping[UUID, Nominee]
    slots: Mapping[str, int]
    strata_by: str
    quota: Mapping[str, object]
    modes: Mapping[str, str] = field(default_factory=dict)
    due: tuple[Due, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, frozenset[UUID]] = field(default_factory=dict)
    """Where only the officer half of a draw is repeated: the stratum of each object, and who stood in a pool."""

    def nominated(self, part: SettledPart) -> list[Nominee]:
        """Return the nominated inspectors of a part, barred ones too."""
        return [self.nominees[pk] for pk in part.inspector_ids if pk in self.nominees]

    def available(self, part: SettledPart) -> list[Nominee]:
        """Return those who can be drawn: certificate valid on all days, not on leave."""
        return [nominee for nominee in self.nominated(part) if not nominee.barred]

    def pools(self, part: SettledPart, stratum: str) -> tuple[Pool, ...]:
        """Return the pool of each place of a part at the targets of a stratum."""
        return eligibility.pools_of(
            code=part.department_code,
            mode=self.mode_of(part),
            slots=self.slots.get(part.department_code, 2),
            stratum=stratum,
            by=self.strata_by,
            serving=self.serving(part, stratum),
        )

    def serving(self, part: SettledPart, stratum: str) -> frozenset[str]:
        """Return the marks of the 所 in which a part has somebody; a repetition keeps what the draw before had."""
        if self.kept:
            own = {f"{part.department_code}.{place}.{stratum}" for place in ("suo", "wai")} & set(self.kept)
            return frozenset({eligibility.station_of(stratum, by=self.strata_by)} if own else ())
        return frozenset(stations.key_of(nominee.station) for nominee in self.available(part) if nominee.station)

    def places(self, part: SettledPart, stratum: str) -> tuple[Places, ...]:
        """Return the places of a part at the targets of a stratum, by pool, with who can be drawn."""
        able = self.available(part)
        found = eligibility.grouped(self.pools(part, stratum), able)
        if not self.kept:
            return found
        known = frozenset(nominee.id for nominee in able)
        return tuple(
            replace(one, people=one.people | (self.kept.get(one.pool.id, frozenset()) & known)) for one in found
        )

    def mode_of(self, part: SettledPart) -> str:
        """Return how the officers of a part are drawn."""
        return self.modes.get(part.department_code, eligibility.MIXED)

    @property
    def sizes(self) -> dict[str, int]:
        return dict(sorted(Counter(self.stratum_of(row) for row in self.rows).items()))

    def stratum_of(self, row: FrameRow) -> str:
        """Return the stratum of a target under the rule of this draw, that of what comes back where it does."""
        if row.object_id in self.fixed:
            return self.fixed[row.object_id]
        if row.target_id in self.returned:
            return strata.back_of(row, by=self.strata_by)
        return strata.stratum_of(row, by=self.strata_by)

    @cached_property
    def unit(self) -> str:
        return measure.unit_of_ids(row.object_id for row in self.rows)

    @cached_property
    def returned(self) -> frozenset[UUID]:
        """Return what an earlier draw withdrew and this one must draw."""
        return frozenset(one.target_id for one in self.due)


def settled(draw: Draw) -> SettledOffer:
    """Return the settled offer of a draw."""
    if draw.offer is None:
        raise ValueError("a draw without an offer has no ground")
    return offers.settled_offer(offer_id=draw.offer.pk)


def ground_of(draw: Draw) -> Ground:
    """Read what a draw stands on now; the freeze fixes it."""
    offer = settled(draw)
    assert draw.offer is not None  # refused above
    parts = offers.settled_parts(draw.offer)
    found = availability.nominees(
        department_ids=[part.department_id for part in parts], starts_on=offer.starts_on, ends_on=offer.ends_on
    )
    again = standing.stands(draw.repeats) if draw.repeats else None
    rows = plans.rows_of(offer.cluster_id, again.strata) if again else plans.frame_of(offer.cluster_id)
    return Ground(
        offer=offer,
        parts=tuple(parts),
        rows=tuple(rows),
        excluded=() if again else tuple(plans.exclusions_of(offer.cluster_id)),
        fixed=again.strata if again else {},
        kept=again.pools if again else {},
        nominees={nominee.id: nominee for nominee in found},
        slots=dict(draw.items.values_list("item", "slots")),
        modes=dict(draw.items.values_list("item", "officer_mode")),
        strata_by=draw.strata_by,
        quota=draw.quota or offer.quota,
        due=returning.due_of(draw),
    )


def strata_of(ground: Ground) -> list[dict[str, Json]]:
    """Return the strata with sizes and quotas as the manifest wants them."""
    rates = rates_of(ground)
    sizes = ground.sizes
    if rates is None:
        shares = quotas.by_total(total=total_of(ground), sizes=sizes)
        return [{"id": stratum, "N": size, "n": shares[stratum]} for stratum, size in sizes.items()]
    return [
        {
            "id": stratum,
            "N": size,
            "bp": rates.get(stratum, 0),
            "n": quotas.by_rate(size=size, basis_points=rates.get(stratum, 0)),
        }
        for stratum, size in sizes.items()
    ]


def rates_of(ground: Ground) -> dict[str, int] | None:
    """Return the rate of each stratum, None when the quota states a total."""
    return strata.rates_of(ground.quota, by=ground.strata_by, sizes=ground.sizes)


def total_of(ground: Ground) -> int:
    """Return how many a quota by total draws, at most the frame."""
    return min(int(str(ground.quota.get("total") or 0)), len(ground.rows))


def drawn_count(ground: Ground) -> int:
    """Return how many targets will be drawn."""
    return sum(int(str(stratum["n"])) for stratum in strata_of(ground))


def chosen_count(ground: Ground) -> int:
    """Return how many targets the quota draws, without those that come back."""
    return sum(int(str(one["n"])) for one in strata_of(ground) if not strata.is_back(str(one["id"])))


def cap_of(draw: Draw, ground: Ground) -> int:
    """Return to how many targets an officer goes at most: the draw's own limit, else as many as are drawn."""
    drawn = max(drawn_count(ground), 1)
    return min(draw.officer_cap, drawn) if draw.officer_cap else drawn


def plan_items(ground: Ground) -> list[dict[str, Json]]:
    """Return the items as the plan entry announces them."""
    rates = rates_of(ground)
    named: list[Json] = [
        {"id": stratum} if rates is None else {"id": stratum, "bp": rates.get(stratum, 0)} for stratum in ground.sizes
    ]
    more: dict[str, Json] = {"total": total_of(ground)} if rates is None else {}
    return [
        {
            "item": part.department_code,
            "department": part.department_code,
            "ns": "obj",
            "rule": "total" if rates is None else "rate",
            "strata": named,
            **more,
        }
        for part in sorted(ground.parts, key=lambda part: part.department_code)
    ]


def frame_file(ground: Ground) -> bytes:
    """Write the one frame that all items share."""
    return frame.frame_bytes(rows=((row.object_id, ground.stratum_of(row)) for row in ground.rows))


def exclusions(ground: Ground, *, salt: str) -> tuple[list[Json], bytes]:
    """Write the exclusions of the manifest, and the salted lists that they commit to."""
    lists = {reason: exclusion_list(rows, salt=salt) for reason, rows in excluded_by_reason(ground).items()}
    stated: list[Json] = [
        {"reason": reason, "n": text.count("\n"), "list_sha256": list_digest(text)} for reason, text in lists.items()
    ]
    return stated, canonical.encode(value=lists)


def excluded_by_reason(ground: Ground) -> dict[str, list[ExcludedRow]]:
    """Return what is kept out under the reasons as the manifest names them, by reason."""
    found: dict[str, list[ExcludedRow]] = {}
    for row in ground.excluded:
        found.setdefault(row.code.upper().replace(" ", "_"), []).append(row)
    return dict(sorted(found.items()))


def exclusion_list(rows: Sequence[ExcludedRow], *, salt: str) -> str:
    """Write one list of exclusions; the salt of each line keeps it from being guessed."""
    lines = (f"{row.object_id}|{_hash(salt, 'exclusion', row.object_id)[:32]}\n" for row in rows)
    return "".join(sorted(lines))


def list_digest(text: str) -> str:
    """Return what the manifest states of a list of exclusions."""
    return hashlib.sha256(text.encode()).hexdigest()


def declared_sources(draw: Draw) -> list[Json]:
    """Return what a draw declares as its sources, in the order of the seed."""
    if draw.t0 is None:
        raise ValueError("the draw has no moment yet")
    return declaring.declared(
        types=draw.source_types,
        number=draw.number,
        round_number=0,
        t0=draw.t0,
        length=draw.ceremony_length,
        issues=draw.issues,
    )


def manifest_document(
    draw: Draw,
    ground: Ground,
    *,
    number: str,
    roster_digest: str,
    keys: Sequence[DepartmentKey],
    salt: str,
    sources: Sequence[Json] | None = None,
) -> dict[str, Json]:
    """Write the manifest of a draw under a number, which is a TEST number in a preview."""
    data = frame_file(ground)
    digest, root = frame.frame_sha256(data=data), frame.frame_root(data=data)
    stated, _lists = exclusions(ground, salt=salt)
    size, kept_out = len(ground.rows), len(ground.excluded)
    more: dict[str, Json] = {"total": total_of(ground)} if rates_of(ground) is None else {}
    items: list[Json] = [
        {
            "item": part.department_code,
            "department": part.department_code,
            "ns": "obj",
            "frame_sha256": digest,
            "frame_root": root,
            "n": size,
            "registry_n": size + kept_out,
            "excluded": stated,
            "rule": "total" if more else "rate",
            "strata": strata_of(ground),
            **more,
        }
        for part in sorted(ground.parts, key=lambda part: part.department_code)
    ]
    return {
        "v": "srd1",
        "kind": "manifest",
        "alg": "sha256",
        "draw": number,
        "plan": ground.offer.campaign_number,
        "prev": draw.previous_digest,
        "mode": draw.mode,
        "t0": moment_of(draw),
        "items": items,
        "sources": list(declared_sources(draw)) if sources is None else list(sources),
        "keys": [{"party": key.party, "commit": key.commitment} for key in keys],
        "roster": roster_digest,
        "replace": _replace(draw),
        "software": dict(software()),
    }


def _replace(draw: Draw) -> dict[str, Json]:
    rounds = declaring.max_rounds(draw.source_types, draw.max_rounds)
    return {
        "max_rounds": rounds,
        "reasons": list(REPLACE_REASONS) if rounds else [],
        "swap_reasons": list(swap_reasons.CODES) if rounds else [],
    }


def moment_of(draw: Draw) -> str:
    """Write `t0` as the protocol does."""
    if draw.t0 is None:
        raise ValueError("the draw has no moment yet")
    return timezone.localtime(draw.t0).isoformat(timespec="seconds")


def recused_pairs(draw: Draw, ground: Ground) -> dict[tuple[UUID, UUID], str]:
    """Return who stays away from which target, with the coarse reason: (target, inspector) to code.

    What the registers know counts without anybody registering it again.
    """
    registered = Recusal.objects.filter(draw=draw).values_list("target_id", "inspector_id", "reason")
    return {
        **known_conflicts(ground),
        **{(target_id, inspector_id): reason for target_id, inspector_id, reason in registered},
    }


def known_conflicts(ground: Ground) -> dict[tuple[UUID, UUID], str]:
    """Return who stays away from which target by what the registers know: relations, and who went there last."""
    people = [pk for part in ground.parts for pk in part.inspector_ids]
    return conflicts(inspector_ids=people, target_ids=[row.target_id for row in ground.rows])


def barred_by_target(draw: Draw, ground: Ground) -> dict[UUID, set[UUID]]:
    """Return for each target who stays away from it."""
    barred: dict[UUID, set[UUID]] = {}
    for target, inspector in recused_pairs(draw, ground):
        barred.setdefault(target, set()).add(inspector)
    return barred


def roster_document(draw: Draw, ground: Ground, *, names: Mapping[UUID, str]) -> dict[str, Json]:
    """Write the roster: the pools of each department by its rule, every officer under his pseudonym of this draw."""
    cap = cap_of(draw, ground)
    officers = sorted(
        (names[nominee.id], part.department_code)
        for part in ground.parts
        for nominee in ground.available(part)
        if nominee.id in names
    )
    pools = {
        places.pool.id: sorted(names[pk] for pk in places.people if pk in names)
        for part in ground.parts
        for stratum in ground.sizes
        for places in ground.places(part, stratum)
    }
    objects = {row.target_id: row.object_id for row in ground.rows}
    recusals = sorted(
        (objects[target_id], names[inspector_id], reason)
        for (target_id, inspector_id), reason in recused_pairs(draw, ground).items()
        if inspector_id in names and target_id in objects
    )
    known = {pseudonym for pseudonym, _code in officers}
    document: dict[str, Json] = {
        "v": "srd1",
        "kind": "roster",
        "slack": SLACK,
        "officers": [{"id": name, "department": code, "cap": cap, "reason": ""} for name, code in officers],
        "pools": [{"id": code, "officers": list(pool)} for code, pool in sorted(pools.items())],
        "slots": [
            {
                "item": part.department_code,
                "stratum": stratum,
                "pools": [pool.id for pool in ground.pools(part, stratum)],
            }
            for part in sorted(ground.parts, key=lambda part: part.department_code)
            for stratum in ground.sizes
        ],
        "recusals": [
            {"object": target, "officer": officer, "reason": reason}
            for target, officer, reason in recusals
            if officer in known
        ],
    }
    return standing.added_to(draw.repeats, document) if draw.repeats else document


def _hash(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
