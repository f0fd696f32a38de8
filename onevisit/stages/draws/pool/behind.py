"""Which rows of the registers stand behind a draw's pseudonyms and object ids: the freeze fixes them.

A pseudonym is made of the key of a row of the register, an id of the frame is found in one. Who exchanged the officers
of two such rows, or the ids of two targets, would choose who goes or who is visited, and no receipt would show it.

One line a row: `pseudonym|inspector|officer|personnel number|certificate`, `object id|target|digest of name and
address`. Only what identifies is compared: certificates are renewed, businesses move. The rest says later who it was.
The digests stand in the entry `draw.frozen`, under the draw's salt. A draw whose entry names none was frozen before.
"""

import hashlib
from collections.abc import Iterable, Mapping
from uuid import UUID

from onevisit.core import canonical
from onevisit.stages.draws import events
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw, FixedRows
from onevisit.stages.registers import availability, lookup
from onevisit.support.ledger import selectors as ledger_state

NAMES, IDS = "behind_names", "behind_ids"


def fix(draw: Draw, ground: Ground, *, names: Mapping[UUID, str]) -> tuple[str, str]:
    """Write down what stands behind pseudonyms and ids now; return both digests for the entry of the freeze."""
    people, targets = _people_file(ground, names), _targets_file(ground)
    FixedRows.objects.update_or_create(draw=draw, defaults={"people": people, "targets": targets})
    return digest_of(draw, NAMES, people), digest_of(draw, IDS, targets)


def loosen(draw: Draw) -> None:
    """Forget what an undone freeze fixed."""
    FixedRows.objects.filter(draw=draw).delete()


def digest_of(draw: Draw, name: str, data: bytes) -> str:
    """Return the digest of a file under the salt of its draw."""
    return hashlib.sha256(f"{draw.salt}|{name}|".encode() + data).hexdigest()


def officers_of(draw: Draw) -> dict[UUID, UUID] | None:
    """Return the officer of each inspector at the freeze; nothing when what stands is not what the entry holds.

    None of a draw that was frozen before this was fixed.
    """
    lines = _fixed(draw, NAMES)
    return None if lines is None else {UUID(line[1]): UUID(line[2]) for line in lines}


def targets_of(draw: Draw) -> dict[str, UUID] | None:
    """Return the row of the register of each object id at the freeze; the rest as `officers_of`."""
    lines = _fixed(draw, IDS)
    return None if lines is None else {line[0]: UUID(line[1]) for line in lines}


def have_officers_changed(draw: Draw, *, among: Iterable[UUID] | None = None) -> bool:
    """Tell whether another person stands behind an inspector of the roster, or behind one of some.

    Of the whole roster nobody may be missing in the table of pseudonyms either.
    """
    if among is not None:
        return bool(changed_officers(draw, among=among))
    fixed, named = officers_of(draw), set(draw.pseudonyms.values_list("inspector_id", flat=True))
    return fixed is not None and (set(fixed) != named or bool(changed_officers(draw, among=named)))


def changed_officers(draw: Draw, *, among: Iterable[UUID]) -> set[UUID]:
    """Return the inspectors of some behind whom another person stands than at the freeze, none for an older draw."""
    fixed = officers_of(draw)
    if fixed is None:
        return set()
    wanted = set(among)
    now = availability.officer_ids(wanted)
    return {pk for pk in wanted if pk not in fixed or now.get(pk) != fixed[pk]}


def have_targets_changed(draw: Draw) -> bool:
    """Tell whether another row of the register stands behind an id of the frame."""
    fixed = targets_of(draw)
    if fixed is None:
        return False
    now = lookup.object_ids(list(fixed.values()))
    return not fixed or any(now.get(pk) != object_id for object_id, pk in fixed.items())


def _people_file(ground: Ground, names: Mapping[UUID, str]) -> bytes:
    nominees = {one.id: one for part in ground.parts for one in ground.nominated(part) if one.id in names}
    lines = (
        f"{names[pk]}|{pk}|{one.officer_id}|{one.personnel_number}|{one.certificate_no}\n"
        for pk, one in nominees.items()
    )
    return "".join(sorted(lines)).encode()


def _targets_file(ground: Ground) -> bytes:
    lines = (f"{row.object_id}|{row.target_id}|{_who(f'{row.name}|{row.address}')}\n" for row in ground.rows)
    return "".join(lines).encode()


def _who(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _fixed(draw: Draw, name: str) -> list[list[str]] | None:
    said = _said(draw).get(name)
    if not said:
        return None
    column = "people" if name == NAMES else "targets"
    held = bytes(FixedRows.objects.filter(draw=draw).values_list(column, flat=True).first() or b"")
    if digest_of(draw, name, held) != said:
        return []
    return [line.split("|") for line in held.decode().split("\n") if line]


def _said(draw: Draw) -> dict[str, canonical.Parsed]:
    """Return the entry of the freeze that was committed to, else of the latest one; later ones say nothing."""
    wanted = (events.DrawFrozen.name, events.DrawCommitted.name)
    entries = ledger_state.timeline("draw", draw.pk).filter(event__in=wanted, subject=str(draw.pk)).order_by("ordinal")
    found: dict[str, canonical.Parsed] = {}
    for entry in entries:
        if entry.event == events.DrawCommitted.name:
            break
        found = canonical.parse(data=bytes(entry.payload))
    return found
