"""Whether a bundle is whole: a file that is left out would otherwise pass as one that was never made.

What a draw has follows from its receipt: the manifest names plan and exclusions, and every draw has its conditions, its
values and the proofs of its commitment, orders and results. What a bundle holds beyond what is checked is named, so
that nobody takes it for checked.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping

from onevisit.core.draw import (
    approval_entries,
    attested_entries,
    beside,
    bundle,
    consent_entries,
    forms,
    grammar,
    key_entries,
    lodging,
    lodgings,
    room_values,
)
from onevisit.core.draw.logged import announces
from onevisit.core.draw.results import Receipt
from onevisit.core.refusals import Refused

RECEIPT, MANIFEST, SOURCES, PREVIOUS = "receipt.json", "manifest.json", "sources.json", "previous.json"
GROUPS, GROUPS_FIELD = "groups.txt", "groups_sha256"
UNBOUND = {GROUPS: "counted from the register of businesses for the figures of fairness, no entry binds it"}


def check_whole(*, files: Mapping[str, bytes], receipt: Receipt) -> Iterator[tuple[str, str]]:
    """See that nothing is left out which every bundle of such a draw holds, and name what nothing is held against.

    Bundles of draws from before `SINCE` may lack some of it.

    Raises:
        Refused: E_FILE for the first file that is missing, E_MISMATCH for other values than those of the receipt.
    """
    is_new = grammar.unix(receipt.manifest.t0) >= grammar.unix(room_values.SINCE)
    if is_new and not any(name.endswith(".tlog-proof") for name in files):
        raise Refused("E_FILE", "no proof is in the bundle: it was made before the log had signed, download it again")
    missing = [name for name in _wanted(receipt) if name not in files]
    if is_new and missing:
        raise Refused("E_FILE", f"{missing[0]} is missing: a bundle of this draw holds it")
    if SOURCES in files:
        _check_sources(files[SOURCES], receipt)
        yield SOURCES, "the values of the receipt"
    fixed = _groups_digest(files, receipt.manifest.t0)
    if fixed:
        yield GROUPS, _check_groups(files, fixed)
    for name in sorted(files.keys() - _known(receipt) - ({GROUPS} if fixed else set())):
        if not _is_checked(name, files):
            yield name, f"not held against anything{f': {UNBOUND[name]}' if name in UNBOUND else ''}"


def _groups_digest(files: Mapping[str, bytes], t0: str) -> str:
    """Return the digest that the conditions give of the groups, empty for an older draw."""
    try:
        fixed = json.loads(files.get(beside.CONDITIONS, b"{}")).get(GROUPS_FIELD, "")
    except (ValueError, AttributeError, RecursionError):
        raise Refused("E_TYPE", f"{beside.CONDITIONS} cannot be read") from None
    if not isinstance(fixed, str):
        raise Refused("E_TYPE", f"{beside.CONDITIONS} {GROUPS_FIELD}")
    if not fixed and announces(files=files, t0=t0):
        raise Refused(
            "E_FIELD", f"{beside.CONDITIONS} does not fix {GROUPS}, though the commitment is of a new version"
        )
    return fixed


def _check_groups(files: Mapping[str, bytes], fixed: str) -> str:
    if GROUPS not in files:
        raise Refused("E_FILE", f"{GROUPS} is missing: {beside.CONDITIONS} fixes it")
    if hashlib.sha256(files[GROUPS]).hexdigest() != fixed:
        raise Refused("E_MISMATCH", f"{GROUPS} is not the one that {beside.CONDITIONS} fixed at the freeze")
    return f"as {beside.CONDITIONS} fixed it at the freeze"


def _wanted(receipt: Receipt) -> Iterator[str]:
    yield from (MANIFEST, SOURCES, lodgings.POLICY, "manifest.tlog-proof")
    for number in range(len(receipt.results)):
        yield f"result-{number}.tlog-proof"
    for number in range(1, len(receipt.orders) + 1):
        yield f"order-{number}.tlog-proof"
    yield from (beside.CONDITIONS, beside.CONDITIONS_PROOF)
    if receipt.manifest.plan:
        yield from (beside.PLAN, beside.PLAN_PROOF)
    for item in receipt.manifest.items:
        yield f"{item.item}.txt"
        for one in item.excluded:
            yield beside.excluded_name(reason=one.reason)


def _known(receipt: Receipt) -> set[str]:
    """Return the names of what some check looks at."""
    known = {RECEIPT, PREVIOUS, bundle.SUMS, bundle.FIELDS, beside.BATCHES, beside.BATCHES_PROOF}
    known |= {beside.REPEATED, beside.REPEATED_PROOF, beside.REPEATED_RESULT_PROOF, *beside.ANCHOR}
    known |= {key_entries.name_of(party=key.party) for key in receipt.manifest.keys}
    lists = {one.reason for item in receipt.manifest.items for one in item.excluded}
    known |= {approval_entries.name_of(reason=reason) for reason in lists}
    known |= {room_values.SOURCED_PROOF, lodgings.POLICY_PROOF, beside.PLAN, beside.PLAN_PROOF}
    return known | set(_wanted(receipt))


def _is_checked(name: str, files: Mapping[str, bytes]) -> bool:
    """Tell whether a file is one of those of which a draw has as many as there are."""
    return (
        lodging.is_receipt_name(name)
        or _is_lodged(name)
        or consent_entries.is_consent(name)
        or _is_of_consent(name, files)
        or attested_entries.is_attested(name)
        or room_values.value_of_name(name) is not None
    )


def _is_of_consent(name: str, files: Mapping[str, bytes]) -> bool:
    """Tell whether a file gives the places of a consent whose entry is there too."""
    number = consent_entries.places_number(name)
    return bool(number) and consent_entries.name_of(number=number) in files


def _is_lodged(name: str) -> bool:
    """Tell whether a file is the proof that belongs to a receipt of a witness."""
    return name.endswith(".tlog-proof") and lodging.is_receipt_name(f"{name.removesuffix('.tlog-proof')}.note")


def _check_sources(data: bytes, receipt: Receipt) -> None:
    given = forms.parse_sources(data=data)
    if given.draw != receipt.manifest.draw or given.sources != receipt.sources:
        raise Refused("E_MISMATCH", f"{SOURCES} has other values than {RECEIPT}")
