"""The preview of a draw: what would be frozen, in figures, and a test draw that counts for nothing."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms, receipt, seeds
from onevisit.core.draw.officers import Assignment, FilledSlot
from onevisit.stages.draws import documents, modes, readiness
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import DepartmentKey, Draw
from onevisit.stages.draws.pool import choosing, directed, expected, naming, reconciling, strata
from onevisit.stages.draws.pool.expected import OfficerLoad, PlaceChoice
from onevisit.stages.draws.pool.reconciling import ExcludedGroup
from onevisit.stages.draws.readiness import Readiness
from onevisit.stages.draws.sources import declaring
from onevisit.stages.offers.selectors import SettledPart
from onevisit.stages.plans.directing import Direction

TEST = "TEST-"


@dataclass(frozen=True, kw_only=True)
class StratumFigures:
    """One stratum: how many stand in it and how many are drawn."""

    id: str
    label: str
    size: int
    drawn: int
    rate: int | None

    @property
    def percent(self) -> float:
        return round(100 * self.drawn / self.size, 1)


@dataclass(frozen=True, kw_only=True)
class PartFigures:
    """One department: nominated, available, needed for each target, recused; and its key."""

    code: str
    name: str
    nominated: int
    available: int
    per_target: int
    recusals: int
    has_key: bool
    expected_load: float
    least_choice: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """All a person should see before the freeze."""

    registered: int
    excluded: tuple[ExcludedGroup, ...]
    pooled: int
    direction: Direction
    strata_by: str
    strata: tuple[StratumFigures, ...]
    parts: tuple[PartFigures, ...]
    loads: tuple[OfficerLoad, ...]
    places: tuple[PlaceChoice, ...]
    readiness: Readiness

    @property
    def excluded_count(self) -> int:
        return sum(group.count for group in self.excluded)

    @property
    def drawn(self) -> int:
        return sum(stratum.drawn for stratum in self.strata)

    @property
    def keys(self) -> int:
        return sum(part.has_key for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a test draw gave; nothing of it is kept."""

    number: str
    targets: int
    slots: int
    most_load: int
    least_width: int
    is_feasible: bool
    loads: Mapping[UUID, int]


def of_draw(draw: Draw, *, at: datetime) -> Preview:
    """Count what a freeze would fix now."""
    ground = documents.ground_of(draw)
    held = set(draw.keys.values_list("party", flat=True))
    barred = documents.barred_by_target(draw, ground)
    drawn = documents.drawn_count(ground)
    return Preview(
        registered=len(ground.rows) + len(ground.excluded),
        excluded=reconciling.groups_of(draw, ground),
        pooled=len(ground.rows),
        direction=directed.of_ground(ground),
        strata_by=str(strata.LABELS[ground.strata_by]),
        strata=tuple(_stratum(stratum, by=ground.strata_by) for stratum in documents.strata_of(ground)),
        parts=tuple(
            PartFigures(
                code=part.department_code,
                name=part.department_name,
                nominated=len(part.inspector_ids),
                available=len(ground.available(part)),
                per_target=ground.slots.get(part.department_code, 2),
                recusals=sum(len(people & set(part.inspector_ids)) for people in barred.values()),
                has_key=part.department_code in held,
                expected_load=_load(ground, part, drawn),
                least_choice=choosing.least_choice(ground, part, barred),
            )
            for part in ground.parts
        ),
        loads=expected.loads(ground, barred),
        places=expected.places(ground, barred),
        readiness=readiness.of_draw(draw, ground, at=at),
    )


def _load(ground: Ground, part: SettledPart, drawn: int) -> float:
    """Return to how many targets each officer of a department goes on average."""
    people = len(ground.available(part))
    return round(drawn * ground.slots.get(part.department_code, 2) / people, 1) if people else 0.0


def trial(draw: Draw, *, entropy: str) -> Trial:
    """Draw once under a TEST number with keys and a value made from `entropy`; nothing is stored.

    Raises:
        Refused: the pool cannot be drawn yet; the preview's blockers say why.
    """
    ground = documents.ground_of(draw)
    number = TEST + draw.number
    files = _files(draw, ground, number=number, entropy=entropy)
    drawn = receipt.draw(
        manifest=files["manifest"],
        frames={part.department_code: files["frame"] for part in ground.parts},
        sources=files["sources"],
        keys=files["keys"],
        roster=files["roster"],
    )
    result = drawn.results[0].result
    assignment = result.assignment
    filled = assignment.slots if isinstance(assignment, Assignment) else ()
    return Trial(
        number=number,
        targets=sum(len(stratum.selected) for stratum in result.items[0].strata),
        slots=len(filled),
        most_load=max(Counter(slot.officer for slot in filled).values(), default=0),
        least_width=min((slot.width for slot in filled), default=0),
        is_feasible=isinstance(assignment, Assignment),
        loads=_loads(draw, ground, filled),
    )


def _loads(draw: Draw, ground: Ground, filled: Sequence[FilledSlot]) -> dict[UUID, int]:
    """Count to how many targets each officer went in a trial."""
    counts = Counter(slot.officer for slot in filled)
    return {pk: counts[name] for pk, name in _names(draw, ground).items()}


def _files(draw: Draw, ground: Ground, *, number: str, entropy: str) -> dict[str, bytes]:
    codes = [] if modes.is_open(draw) else sorted(part.department_code for part in ground.parts)
    keys = {code: hashlib.sha256(f"{entropy}|{code}".encode()).hexdigest() for code in codes}
    roster = canonical.encode(value=_roster(draw, ground))
    commitments = [
        DepartmentKey(draw=draw, party=code, commitment=seeds.key_commitment(draw=number, party=code, key=key))
        for code, key in keys.items()
    ]
    # Nobody can make up a value of the beacon: a trial always runs on digits of its own.
    declared: Json = {"type": declaring.CEREMONY, "protocol": f"{number}-GZ", "length": draw.ceremony_length}
    manifest = documents.manifest_document(
        draw,
        ground,
        number=number,
        roster_digest=forms.parse_roster(data=roster).digest,
        keys=commitments,
        salt=entropy,
        sources=[declared],
    )
    value: dict[str, Json] = {
        "type": declaring.CEREMONY,
        "protocol": f"{number}-GZ",
        "digits": f"{int(entropy, 16) % 10**draw.ceremony_length:0{draw.ceremony_length}d}",
        "evidence_sha256": hashlib.sha256(entropy.encode()).hexdigest(),
        "typed_by": ["TEST-1", "TEST-2"],
    }
    opened: list[Json] = [{"party": code, "key": key} for code, key in keys.items()]
    return {
        "frame": documents.frame_file(ground),
        "roster": roster,
        "manifest": canonical.encode(value=manifest),
        "sources": canonical.encode(value={"v": "srd1", "kind": "sources", "draw": number, "sources": [value]}),
        "keys": canonical.encode(value={"v": "srd1", "kind": "keys", "draw": number, "keys": opened}),
    }


def _roster(draw: Draw, ground: Ground) -> dict[str, Json]:
    return documents.roster_document(draw, ground, names=_names(draw, ground))


def _names(draw: Draw, ground: Ground) -> dict[UUID, str]:
    return {
        nominee.id: naming.pseudonym_of(salt=draw.salt, inspector_id=nominee.id)
        for part in ground.parts
        for nominee in ground.available(part)
    }


def _stratum(stratum: dict[str, Json], *, by: str) -> StratumFigures:
    rate = stratum.get("bp")
    return StratumFigures(
        id=str(stratum["id"]),
        label=strata.label_of(str(stratum["id"]), by=by),
        size=int(str(stratum["N"])),
        drawn=int(str(stratum["n"])),
        rate=int(str(rate)) if rate is not None else None,
    )
