"""A bundle held against the register of its organiser: what a bundle leaves out by itself stands there.

The register has the entries of the draw, so a second manifest, a round left out of the receipt or a void shows, and it
tells whether the record before, which `prev` names, is public: then `previous.json` may not be missing.
"""

from collections.abc import Mapping, Sequence

from onevisit.core.draw.documents import Mode
from onevisit.core.draw.register import COMMITTED, DRAWN, OPENED, REPLACED, VOIDED, Entry, Register
from onevisit.core.draw.results import Receipt
from onevisit.core.refusals import Refused

PREVIOUS = "previous.json"


def check_in_register(*, files: Mapping[str, bytes], receipt: Receipt, register: Register) -> str:
    """See that the register has the draw as the bundle shows it; return the words for the record before.

    Raises:
        Refused: E_MISMATCH, another manifest or other results; E_FILE, `previous.json` is missing though it is public.
    """
    draw = receipt.manifest.draw
    entries = [entry for entry in register.entries if entry.draw == draw]
    own = next((entry for entry in entries if entry.event == COMMITTED), None)
    if own is None:
        raise Refused("E_MISMATCH", f"the register of {register.at} has no commitment of {draw}")
    if own.digest != receipt.manifest.digest:
        raise Refused("E_MISMATCH", f"the register commits {draw} to another manifest, at index {own.index}")
    if any(entry.event == VOIDED for entry in entries):
        raise Refused("E_MISMATCH", f"the register says that {draw} was given up")
    _check_results(entries, receipt)
    return _before(files, receipt, register, own)


def _check_results(entries: Sequence[Entry], receipt: Receipt) -> None:
    """Each round's result stands in the register, and none there is missing here."""
    logged = [entry.digest for entry in entries if entry.event in (DRAWN, REPLACED)]
    shown = [one.seal or one.digest for one in receipt.results]
    for number, (there, here) in enumerate(zip(logged, shown, strict=False)):
        if there != here:
            raise Refused("E_MISMATCH", f"the register has another result of round {number}")
    if len(logged) > len(shown):
        raise Refused(
            "E_MISMATCH",
            f"the register has {len(logged)} results, the receipt {len(shown)}: a round is left out, or is newer than"
            " this bundle: load it again",
        )
    if len(logged) < len(shown):
        raise Refused(
            "E_MISMATCH", f"the register has {len(logged)} results, the receipt {len(shown)}: ask for a newer one"
        )


def _before(files: Mapping[str, bytes], receipt: Receipt, register: Register, own: Entry) -> str:
    """Tell what became of the record before, from the entries of the draw that was committed last before this one."""
    earlier = [entry for entry in register.entries if entry.event == COMMITTED and entry.index < own.index]
    if not receipt.manifest.prev:
        if earlier:
            raise Refused("E_PREV", f"the draw names no record before, the register has {earlier[-1].draw}")
        return "the first draw of its organiser"
    if not earlier:
        raise Refused("E_PREV", "the draw names a record before, the register has none")
    before = earlier[-1]
    if PREVIOUS in files:
        return f"it follows {before.draw}"
    if _is_public(register, before):
        raise Refused("E_FILE", f"{PREVIOUS} is missing: the record of {before.draw} is public, as the register shows")
    return f"the record of {before.draw}, which it follows, was not public at {register.at}"


def _is_public(register: Register, before: Entry) -> bool:
    """Tell whether everybody may read the record of a draw: a void at once, a sealed result at the opening."""
    events = {entry.event for entry in register.entries if entry.draw == before.draw}
    manifest = register.manifests.get(before.digest)
    is_open = manifest is not None and manifest.mode is Mode.OPEN and DRAWN in events
    return bool(events & {VOIDED, OPENED}) or is_open
