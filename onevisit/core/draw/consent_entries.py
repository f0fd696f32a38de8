"""That a second organ agreed to the small strata of a draw, held against the ledger: its entry before the commitment.

The manifest alone shows where chance has little room: a stratum under `LEAST`, one drawn whole without a rate of 100 %,
one of which nothing is drawn though the rate is not 0 (draw-protocol.md section 12). A row in the organiser's table for
the moment of the freeze is nobody's consent. How many places an entry covers it says itself; which ones it holds by
their digest, since it covers pools of officers too that are not public yet. Once the draw is open `consent-<n>.json`
gives these places, and each small stratum of the manifest must be among them.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from onevisit.core import canonical
from onevisit.core.draw import grammar, quotas
from onevisit.core.draw.documents import Manifest
from onevisit.core.draw.logged import announces, check_before_commitment, entry_of
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

EVENT = "draw.narrow_consented"
LEAST = 5
"""A stratum with fewer objects is a small one: the figure of section 12, below which no city's own rule may go."""
SINCE = "2027-01-01T00:00:00+08:00"
"""A draw whose `t0` is this moment or later brings the proofs; the bundles of earlier ones may lack them."""
_NAME = re.compile(r"consent-[1-9][0-9]{0,2}\.tlog-proof")


_PLACES = re.compile(r"consent-([1-9][0-9]{0,2})\.json")


@dataclass(frozen=True)
class Consented:
    """What an entry says: which organ agreed to how many places of which draw, and the digest of these places."""

    draw: str
    department: str
    places: int
    digest: str


@dataclass(frozen=True)
class _Agreed:
    """One consent: how many places it covers, and which, None where nothing opens its digest."""

    count: int
    places: frozenset[str] | None


def name_of(*, number: int) -> str:
    """Name the proof of the entry of a consent; the first is 1."""
    return f"consent-{number}.tlog-proof"


def is_consent(name: str) -> bool:
    """Say whether a file is the proof of the entry of a consent."""
    return _NAME.fullmatch(name) is not None


def places_name(*, number: int) -> str:
    """Name the file with the places that a consent covers."""
    return f"consent-{number}.json"


def places_number(name: str) -> int:
    """Return of which consent a file gives the places, 0 for another file."""
    found = _PLACES.fullmatch(name)
    return int(found[1]) if found else 0


def places_file(*, places: Iterable[str]) -> bytes:
    """Write the places of a consent; the SHA-256 of these bytes is the digest in its entry."""
    return canonical.encode(value={"places": sorted(places)})


def parse_places(*, data: bytes) -> frozenset[str]:
    """Read the places that a consent covers.

    Raises:
        Refused: a code of section 2.
    """
    found = canonical.parse(data=data).get("places")
    if not isinstance(found, list):
        raise Refused("E_FIELD", "places is no list")
    places = [one for one in found if isinstance(one, str)]
    if len(places) < len(found):
        raise Refused("E_TYPE", "a place is a text")
    return frozenset(places)


def parse_entry(*, payload: bytes, name: str) -> Consented:
    """Read the entry of a consent out of a proof.

    Raises:
        Refused: E_JSON, E_MISMATCH for the entry of something else, E_TYPE for one that covers no number of places.
    """
    said = entry_of(payload=payload, name=name)
    texts = [said.get(field) for field in ("draw", "department", "digest")]
    draw, department, digest = (one if isinstance(one, str) else "" for one in texts)
    if said.get("event") != EVENT or not department:
        raise Refused("E_MISMATCH", f"the entry of {name} is no consent of a second organ")
    count = said.get("places")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise Refused("E_TYPE", f"the entry of {name} covers no number of places")
    return Consented(draw=draw, department=department, places=count, digest=digest)


def narrow_places(manifest: Manifest, *, least: int = LEAST) -> set[str]:
    """Return the places among the strata that a second organ has to have agreed to; parts share their strata."""
    found = set()
    for item in manifest.items:
        for one in item.strata:
            if one.size < least:
                found.add(f"few:{one.id}:{one.size}")
            if one.quota == one.size and one.basis_points != quotas.WHOLE:
                found.add(f"all:{one.id}:{one.size}")
            if not one.quota and one.basis_points != 0:
                found.add(f"none:{one.id}:{one.size}")
    return found


def check_consents(
    *, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None, is_repeated: bool
) -> Iterator[tuple[str, str]]:
    """Hold the consents against the ledger; yield the name of each file and what it shows.

    Args:
        is_repeated: only officers are drawn again; the objects stand with the consents of the draw before.

    Raises:
        Refused: E_MISMATCH or E_DRAW for the entry or the places of something else, or of an organ with part in the
            draw, E_ORDER after the commitment, E_FILE none, or not which places, though the manifest has narrow
            strata, E_COUNT for one of these that no consent covers, or fewer places than there are.
    """
    names = sorted(filter(is_consent, files))
    if trusted is None:
        given = sorted(filter(places_number, files))
        yield from ((name, "not held against the ledger: no ledger proofs given") for name in [*names, *given])
        return
    agreed: dict[int, _Agreed] = {}
    for name in names:
        index, one = _held(files, name, receipt, trusted)
        agreed[index] = one
        yield name, f"a second organ agreed to {one.count} small strata and pools before the commitment"
        if one.places is not None:
            yield _places_of(name), "the places whose digest the entry holds"
    if not is_repeated:
        yield from _covered(files, receipt, names, list(agreed.values()))


def _places_of(name: str) -> str:
    return f"{name.removesuffix('.tlog-proof')}.json"


def _covered(
    files: Mapping[str, bytes], receipt: Receipt, names: list[str], agreed: list[_Agreed]
) -> Iterator[tuple[str, str]]:
    """See that every narrow place of the manifest is among those that were agreed to; by their number where older."""
    manifest, first = receipt.manifest, name_of(number=1)
    wanted, is_new = narrow_places(manifest), announces(files=files, t0=manifest.t0)
    is_asked = grammar.unix(manifest.t0) >= grammar.unix(SINCE)
    closed = [name for name in names if _places_of(name) not in files]
    if closed and wanted and is_asked and is_new:
        raise Refused("E_FILE", f"{_places_of(closed[0])} is missing: nothing tells which places {closed[0]} covers")
    if not _lacking(wanted, agreed, is_counted=bool(closed)):
        if closed and wanted:
            yield _places_of(closed[0]), "not shown: an older bundle, only the number of the places is held"
        return
    if not is_asked and not (is_new and names and not closed):  # places that are shown are held whatever the date
        yield first, "not shown: an older bundle, nothing in it tells who agreed to its small strata"
    elif not is_new and not _lacking(narrow_places(manifest, least=0), agreed, is_counted=bool(closed)):
        yield first, f"not shown: committed by an older version, where a city could go below {LEAST} objects a stratum"
    elif not names:
        raise Refused("E_FILE", f"{first} is missing: the manifest has {len(wanted)} narrow places in its strata")
    else:
        lacking = _lacking(wanted, agreed, is_counted=bool(closed))
        raise Refused("E_COUNT", f"{names[0]}: no consent covers {lacking} of the manifest's {len(wanted)} places")


def _lacking(wanted: set[str], agreed: list[_Agreed], *, is_counted: bool) -> str:
    """Name what is agreed to nowhere: a place, or how many where only numbers are known; empty for nothing."""
    if is_counted:
        return str(max(0, len(wanted) - sum(one.count for one in agreed)) or "")
    return min(wanted - {place for one in agreed for place in one.places or ()}, default="")


def _held(files: Mapping[str, bytes], name: str, receipt: Receipt, trusted: Policy) -> tuple[int, _Agreed]:
    proof = tlog_proof.parse_proof(data=files[name])
    said = parse_entry(payload=proof.payload, name=name)
    if said.draw != receipt.manifest.draw:
        raise Refused("E_DRAW", f"the entry of {name} is of another draw")
    if announces(files=files, t0=receipt.manifest.t0) and said.department in _insiders(receipt.manifest):
        raise Refused("E_MISMATCH", f"{name} is of {said.department}, which organises the draw or takes part in it")
    count = said.places
    tlog_proof.check_entry(proof=proof, policy=trusted)
    check_before_commitment(files=files, name=name)
    if _places_of(name) not in files:
        return proof.index, _Agreed(count, None)
    data = files[_places_of(name)]
    if hashlib.sha256(data).hexdigest() != said.digest:
        raise Refused("E_MISMATCH", f"{_places_of(name)} is not what the entry of {name} has the digest of")
    places = parse_places(data=data)
    if len(places) != count:
        raise Refused("E_COUNT", f"{_places_of(name)} has {len(places)} places, the entry of {name} says {count}")
    return proof.index, _Agreed(count, places)


def _insiders(manifest: Manifest) -> set[str]:
    """Return the codes of who has part in a draw: its number begins with the organiser's, items are the parties'."""
    return {manifest.draw.rsplit("-", 2)[0], *(item.item for item in manifest.items)}
