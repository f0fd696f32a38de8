"""That a second organ agreed to the small strata of a draw, held against the ledger: its entry before the commitment.

The manifest alone shows where chance has little room: a stratum under `LEAST`, one drawn whole without a rate of 100 %,
one of which nothing is drawn though the rate is not 0 (draw-protocol.md section 12). A row in the organiser's table for
the moment of the freeze is nobody's consent. How many places an entry covers it says itself; which ones it holds by
their digest only, since it covers pools of officers too.
"""

import re
from collections.abc import Iterator, Mapping

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


def name_of(*, number: int) -> str:
    """Name the proof of the entry of a consent; the first is 1."""
    return f"consent-{number}.tlog-proof"


def is_consent(name: str) -> bool:
    """Say whether a file is the proof of the entry of a consent."""
    return _NAME.fullmatch(name) is not None


def narrow_places(manifest: Manifest, *, least: int = LEAST) -> int:
    """Count the places among the strata that a second organ has to have agreed to; parts share their strata."""
    found = set()
    for item in manifest.items:
        for one in item.strata:
            if one.size < least:
                found.add(("few", one.id, one.size))
            if one.quota == one.size and one.basis_points != quotas.WHOLE:
                found.add(("all", one.id, one.size))
            if not one.quota and one.basis_points != 0:
                found.add(("none", one.id, one.size))
    return len(found)


def check_consents(
    *, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None, is_repeated: bool
) -> Iterator[tuple[str, str]]:
    """Hold the consents against the ledger; yield the name of each proof and what it shows.

    Args:
        is_repeated: only officers are drawn again; the objects stand with the consents of the draw before.

    Raises:
        Refused: E_MISMATCH or E_DRAW for the entry of something else, E_ORDER after the commitment, E_FILE none though
            the manifest has narrow strata, E_COUNT for fewer places than those.
    """
    wanted = 0 if is_repeated else narrow_places(receipt.manifest)
    names = sorted(filter(is_consent, files))
    if trusted is None:
        yield from ((name, "not held against the ledger: no ledger proofs given") for name in names)
        return
    agreed: dict[int, int] = {}
    for name in names:
        index, places = _held(files, name, receipt, trusted)
        agreed[index] = places
        yield name, f"a second organ agreed to {places} small strata and pools before the commitment"
    if sum(agreed.values()) >= wanted:
        return
    first = name_of(number=1)
    if grammar.unix(receipt.manifest.t0) < grammar.unix(SINCE):
        yield first, "not shown: an older bundle, nothing in it tells who agreed to its small strata"
    elif not announces(files=files) and sum(agreed.values()) >= narrow_places(receipt.manifest, least=0):
        yield first, f"not shown: committed by an older version, where a city could go below {LEAST} objects a stratum"
    elif not names:
        raise Refused("E_FILE", f"{first} is missing: the manifest has {wanted} narrow places in its strata")
    else:
        raise Refused("E_COUNT", f"{names[0]}: {sum(agreed.values())} places agreed to, the manifest has {wanted}")


def _held(files: Mapping[str, bytes], name: str, receipt: Receipt, trusted: Policy) -> tuple[int, int]:
    proof = tlog_proof.parse_proof(data=files[name])
    said = entry_of(payload=proof.payload, name=name)
    places = said.get("places")
    if said.get("event") != EVENT or not said.get("department"):
        raise Refused("E_MISMATCH", f"the entry of {name} is no consent of a second organ")
    if said.get("draw") != receipt.manifest.draw:
        raise Refused("E_DRAW", f"the entry of {name} is of another draw")
    if not isinstance(places, int) or isinstance(places, bool) or places < 1:
        raise Refused("E_TYPE", f"the entry of {name} covers no number of places")
    tlog_proof.check_entry(proof=proof, policy=trusted)
    check_before_commitment(files=files, name=name)
    return proof.index, places
