"""Verification of a register: no number left out, one manifest and one order of each, nothing that came to nothing.

What binds it to its ledger (R7 and R8) stands in `verify_seen`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from onevisit.core.draw import grammar, verify_seen
from onevisit.core.draw.documents import Mode, VoidRecord
from onevisit.core.draw.logged import EVERY_SINCE
from onevisit.core.draw.register import (
    COMMITTED,
    DRAWN,
    LAPSED,
    OPENED,
    ORDERED,
    REPLACED,
    VOIDED,
    Entry,
    Register,
    parse_register,
    parts_of_number,
)
from onevisit.core.draw.verify import Given, Status, read_given
from onevisit.core.draw.verify_seen import CLOCKS
from onevisit.core.refusals import Refused

BEFORE_SEED, AFTER_SEED, BEFORE_COMMITMENT = "before-seed", "after-seed", "before-commitment"
GRACE = 86_400
"""How many seconds after `t0` a commitment may stand without its result or void record."""
ORDER_GRACE = 2 * GRACE
"""The same of an order: a value may come for a day after its `t0`, and the round lapses when it did not."""
LONGEST = 180 * 86_400
"""How many seconds after it was written an order or a withheld draw is due at the latest."""


@dataclass(frozen=True)
class RegisterCheck:
    """One check of a register and what it found."""

    number: int
    status: Status
    text: str

    @property
    def line(self) -> str:
        return f"R{self.number} {self.status} {self.text}"


def verify_register(
    *, register: Given, earlier: Given | None = None, policy: Given | None = None, now: str = ""
) -> tuple[RegisterCheck, ...]:
    """Check a register, against an earlier copy too where one was kept; the first failed check is the last.

    Args:
        policy: the reader's own policy file, in place of the one that comes with the register.
        now: the reader's own clock; without it the register says how old it is, and he has to look.
    """
    return tuple(_until_failed(register, earlier, policy, now))


def _until_failed(given: Given, earlier: Given | None, policy: Given | None, now: str) -> Iterator[RegisterCheck]:
    number = 0
    try:
        register = parse_register(data=read_given(given))
        count = len(register.entries)
        _check_date(register)
        yield RegisterCheck(0, Status.OK, f"register of {register.organiser} at {register.at}, {count} entries")
        found = verify_seen.seen_of(register=register, policy=policy, now=now)
        latest = verify_seen.latest(register=register, found=found)
        outcomes = partial(_check_outcomes, latest=latest)
        for check in (_check_numbers, _check_single, _check_documents, outcomes, _check_chain):
            number += 1
            yield RegisterCheck(number, Status.OK, check(register))
        number += 1
        if earlier is None:
            yield RegisterCheck(number, Status.SKIPPED, "no earlier copy given")
        else:
            text = _check_earlier(register, parse_register(data=read_given(earlier)))
            yield RegisterCheck(number, Status.OK, text)
        number += 1
        yield RegisterCheck(number, *verify_seen.bound(found=found))
        number += 1
        yield RegisterCheck(number, *verify_seen.counted(register=register, newest=latest))
    except Refused as refused:
        yield RegisterCheck(number, Status.FAILED, str(refused))


def _check_date(register: Register) -> None:
    """See that a register is not dated before what it holds: what is overdue is counted from its date."""
    latest = max((entry.at for entry in register.entries if entry.at), key=grammar.unix, default="")
    if latest and grammar.unix(register.at) + CLOCKS < grammar.unix(latest):
        raise Refused("E_ORDER", f"the register is dated {register.at}, its latest entry {latest}")


def _check_numbers(register: Register) -> str:
    """Every number from 1 on has an entry, or is said to be in preparation."""
    years: dict[int, set[int]] = defaultdict(set)
    for number in {entry.draw for entry in register.entries} | set(register.prepared):
        organiser, year, sequence = parts_of_number(number=number)
        if organiser != register.organiser:
            raise Refused("E_DRAW", f"{number} is no draw of {register.organiser}")
        years[year].add(sequence)
    for year, sequences in sorted(years.items()):
        missing = set(range(1, max(sequences) + 1)) - sequences
        if missing:
            raise Refused("E_GAP", f"number {register.organiser}-{year}-{min(missing):04d} is missing")
    count = sum(map(len, years.values()))
    return f"{count} numbers without a gap, {len(register.prepared)} in preparation"


def _check_single(register: Register) -> str:
    """One commitment a number, one result, one void; an order only after the result of the round before."""
    orders = 0
    for number, entries in _by_draw(register).items():
        events = [entry.event for entry in entries]
        for event, what in ((COMMITTED, "manifest"), (DRAWN, "result"), (OPENED, "opening"), (VOIDED, "void record")):
            if events.count(event) > 1 + (event == VOIDED and _is_corrected(entries)):
                raise Refused("E_DUPLICATE", f"draw {number} has a second {what} at index {_second(entries, event)}")
        orders += _orders(number, entries)
        if (DRAWN in events or OPENED in events) and COMMITTED not in events:
            raise Refused("E_ORDER", f"draw {number} has a result without a commitment")
        if DRAWN in events and events.index(DRAWN) < events.index(COMMITTED):
            raise Refused("E_ORDER", f"draw {number} was drawn before its commitment")
    commitments = sum(entry.event == COMMITTED for entry in register.entries)
    return f"{commitments} commitments, each with one manifest; {orders} orders, one a round"


def _is_corrected(entries: list[Entry]) -> bool:
    """Tell whether a void record that no quorum saw before `t0` is followed by the one that says so."""
    stages = [entry.stage for entry in entries if entry.event == VOIDED]
    return stages[:2] == [BEFORE_SEED, AFTER_SEED]


def _orders(number: str, entries: list[Entry]) -> int:
    """Count the orders; each waits for its round alone, and none follows a round that lapsed."""
    waiting = lapsed = False
    for entry in entries:
        if entry.event == ORDERED:
            if waiting:
                raise Refused("E_DUPLICATE", f"draw {number} has a second order of one round at index {entry.index}")
            if lapsed:
                raise Refused("E_DUPLICATE", f"draw {number} has an order after a lapsed round at index {entry.index}")
            waiting = True
        if entry.event in (REPLACED, LAPSED):
            if not waiting:
                raise Refused("E_ORDER", f"draw {number} has a replacement without an order at index {entry.index}")
            waiting, lapsed = False, entry.event == LAPSED
    return sum(entry.event == ORDERED for entry in entries)


def _check_documents(register: Register) -> str:
    """Each manifest and void record given is the one in the entry, and belongs to its number."""
    entries = {(entry.event, entry.digest): entry for entry in register.entries}
    documents = [(COMMITTED, digest, manifest.draw) for digest, manifest in register.manifests.items()]
    documents += [(VOIDED, digest, void.draw) for digest, void in register.voids.items()]
    for event, digest, draw in documents:
        entry = entries.get((event, digest))
        if entry is None or entry.draw != draw:
            raise Refused("E_MISMATCH", f"the document {digest} of draw {draw} stands in no entry {event}")
    commitments = {entry.draw: entry for entry in register.entries if entry.event == COMMITTED}
    for digest, void in register.voids.items():
        commitment = commitments.get(void.draw)
        _check_void(void, entries[VOIDED, digest], commitment.digest if commitment else "")
    _check_withheld(register, commitments)
    for number, own in _by_draw(register).items():
        _check_given(register, own, commitments.get(number))
    committed = [entry for entry in register.entries if entry.event == COMMITTED]
    hidden = sum(entry.digest not in register.manifests for entry in committed)
    return f"{len(register.manifests)} manifests, {len(register.voids)} void records, {hidden} manifests not public yet"


def _check_void(void: VoidRecord, entry: Entry, commitment: str) -> None:
    """A void record says what its entry says, of the manifest that was committed."""
    if void.stage != entry.stage:
        said = entry.stage or "nothing"
        raise Refused("E_MISMATCH", f"the void record of {void.draw} says {void.stage}, its entry says {said}")
    if void.basis != commitment:
        raise Refused("E_MISMATCH", f"the void record of {void.draw} is not of the manifest that was committed")


def _check_given(register: Register, entries: list[Entry], commitment: Entry | None) -> None:
    """What tells of a draw that has ended is in the file: who leaves a manifest out would choose what is checked."""
    for entry in entries:
        if entry.event == VOIDED:
            _check_stage(entry, commitment)
    if commitment is None:
        return
    manifest, t0 = register.manifests.get(commitment.digest), _t0_of(register, commitment)
    if t0 and commitment.t0 != t0 and (commitment.t0 or grammar.unix(t0) >= grammar.unix(EVERY_SINCE)):
        said = commitment.t0 or "nothing"
        raise Refused("E_MISMATCH", f"the commitment of {commitment.draw} says {said} of its t0, which is {t0}")
    ends = {entry.event: entry for entry in entries if entry.event in (DRAWN, OPENED, VOIDED)}
    if manifest is None and (OPENED in ends or (ends and commitment.draw not in register.withheld)):
        raise Refused("E_FILE", f"draw {commitment.draw} has ended and its manifest is not given")
    if VOIDED in ends and ends[VOIDED].digest not in register.voids:
        raise Refused("E_FILE", f"draw {commitment.draw} was given up and its void record is not given")
    for entry in entries:
        if entry.event == VOIDED and entry.stage == BEFORE_SEED:
            _check_before(entry, t0)


def _check_stage(entry: Entry, commitment: Entry | None) -> None:
    """A committed draw is given up before the seed or after it, with a record; any other before its commitment."""
    if commitment is None and entry.stage == BEFORE_COMMITMENT:
        return
    if commitment is None or commitment.index > entry.index:
        raise Refused("E_ORDER", f"the void of {entry.draw} at index {entry.index} has no commitment before it")
    if entry.stage not in (BEFORE_SEED, AFTER_SEED) or not entry.digest:
        said = entry.stage or "nothing"
        raise Refused("E_MISMATCH", f"the void of {entry.draw} at index {entry.index} says {said} after its commitment")


def _check_before(entry: Entry, t0: str) -> None:
    """A void is before the seed only if its entry was written before `t0`; the witnesses' clock is `verify --void`."""
    if not entry.at:
        raise Refused("E_FIELD", f"the void of {entry.draw} at index {entry.index} does not say when it was written")
    if grammar.unix(entry.at) >= grammar.unix(t0):
        raise Refused(
            "E_LATE", f"the void of {entry.draw} says {BEFORE_SEED} and was written at {entry.at}, t0 is {t0}"
        )


def _check_withheld(register: Register, commitments: Mapping[str, Entry]) -> None:
    """Only a committed draw has a manifest to withhold, and none is withheld and shown."""
    for draw in register.withheld:
        if draw not in commitments:
            raise Refused("E_MISMATCH", f"the manifest of {draw} is said to be withheld, and none was committed")
        if commitments[draw].digest in register.manifests:
            raise Refused("E_MISMATCH", f"the manifest of {draw} is said to be withheld, and is given")


def _t0_of(register: Register, commitment: Entry) -> str:
    """Return the moment of a draw: of its manifest, or as it is said of a withheld one; empty when neither tells."""
    manifest = register.manifests.get(commitment.digest)
    return manifest.t0 if manifest is not None else register.withheld.get(commitment.draw, "")


def _check_outcomes(register: Register, latest: int) -> str:
    """A commitment ends in a result or a void record, and so does an order, or in a round that lapsed.

    Args:
        latest: the moment up to which something may be overdue.
    """
    pending, lapsed = [], []
    for number, entries in _by_draw(register).items():
        events = [entry.event for entry in entries]
        is_ended = VOIDED in events or DRAWN in events
        if COMMITTED in events and not is_ended:
            _refuse_overdue(register, latest, entries[events.index(COMMITTED)])
            pending.append(number)
        if COMMITTED in events and DRAWN in events and not {OPENED, VOIDED} & set(events):
            _refuse_hidden(register, latest, entries[events.index(COMMITTED)])
        if LAPSED in events:
            lapsed.append(number)
        rounds = events.count(REPLACED) + events.count(LAPSED)
        if events.count(ORDERED) > rounds and VOIDED not in events:
            _refuse_overdue_order(latest, [entry for entry in entries if entry.event == ORDERED][-1])
            pending.append(number)
    return (
        "every commitment has its result or void record"
        + (f", not due: {','.join(pending)}" if pending else "")
        + (f", a round lapsed: {','.join(lapsed)}" if lapsed else "")
    )


def _refuse_hidden(register: Register, latest: int, entry: Entry) -> None:
    """Refuse a sealed draw that is not opened 180 days after its `t0` (section 12): what it holds is never seen.

    Of a draw whose manifest is withheld the commitment's own moment counts, from which `t0` is 180 days at most.
    """
    manifest = register.manifests.get(entry.digest)
    if manifest is not None and manifest.mode is not Mode.SEALED:
        return
    since = manifest.t0 if manifest is not None else entry.at
    longest = LONGEST if manifest is not None else 2 * LONGEST
    if since and latest > grammar.unix(since) + longest + GRACE:
        raise Refused("E_OUTCOME", f"draw {entry.draw} is sealed and was not opened within 180 days of its t0")


def _refuse_overdue_order(latest: int, order: Entry) -> None:
    """Refuse an order that came to nothing two days after its own `t0`, which lies no more than 180 days ahead."""
    if not order.at:
        raise Refused("E_FIELD", f"the order of {order.draw} at index {order.index} does not say when it was made")
    longest = grammar.unix(order.at) + LONGEST
    due = min(grammar.unix(order.t0), longest) if order.t0 else longest
    if latest > due + ORDER_GRACE:
        raise Refused("E_OUTCOME", f"draw {order.draw} has an order without result or void at index {order.index}")


def _refuse_overdue(register: Register, latest: int, entry: Entry) -> None:
    """Refuse a commitment that came to nothing a day after its `t0`.

    Only a draw for officers only may keep its manifest back, and then the register says its `t0`, which counts up to
    180 days after the commitment. Of any other it was public with the commitment: left out, the draw is due a day
    after that.
    """
    manifest = register.manifests.get(entry.digest)
    if manifest is None and any(other.event == COMMITTED and other.index > entry.index for other in register.entries):
        raise Refused("E_OUTCOME", f"draw {entry.draw} has neither result nor void, and another was begun since")
    t0 = manifest.t0 if manifest is not None else register.withheld.get(entry.draw, "")
    if not (since := t0 or entry.at):
        raise Refused("E_FIELD", f"draw {entry.draw} has no manifest, and its commitment does not say when it was made")
    due_at = grammar.unix(since)
    if manifest is None and entry.at:
        due_at = min(due_at, grammar.unix(entry.at) + LONGEST)
    if latest > due_at + GRACE:
        is_due = t0 and due_at == grammar.unix(t0)
        due = f"was due at {t0}" if is_due else f"was committed at {entry.at}, its manifest is not given,"
        raise Refused("E_OUTCOME", f"draw {entry.draw} {due} and has neither result nor void")


def _check_chain(register: Register) -> str:
    """Each manifest names the latest record of the draw that was committed before it."""
    before: Entry | None = None
    unknown = 0
    for entry in register.entries:
        if entry.event != COMMITTED:
            continue
        manifest = register.manifests.get(entry.digest)
        if manifest is None:
            unknown += 1
        elif before is None:
            if manifest.prev:
                raise Refused("E_PREV", f"draw {entry.draw} is the first and names a record before it")
        else:
            unknown += not _is_following(register, before, entry, manifest.prev)
        before = entry
    return "each draw names the record before it" + (
        f", {unknown} not to be told before the opening" if unknown else ""
    )


def _is_following(register: Register, before: Entry, here: Entry, prev: str) -> bool:
    """Tell whether `prev` is the last word on the draw before, or refuse; False while that one cannot be told.

    A void counts as it stands in the end: the record `before-seed` that another one corrected is no word any more.
    Of a sealed draw the register shows the digest of the first result alone, and that at the opening.
    """
    entries = _by_draw(register)[before.draw]
    voids = [entry for entry in entries if entry.event == VOIDED]
    results = [entry for entry in entries if entry.event in (DRAWN, REPLACED) and entry.index < here.index]
    if any(void.index < here.index for void in voids):
        return _named(before, here, prev, voids[-1])
    manifest = register.manifests.get(before.digest)
    if results and manifest is not None and manifest.mode is Mode.OPEN:
        return _named(before, here, prev, results[-1])
    openings = [entry for entry in entries if entry.event == OPENED]
    if results and results[-1].event == DRAWN and openings:
        return _named(before, here, prev, openings[-1])
    if not results or not prev:
        raise _unnamed(before, here)
    return False


def _named(before: Entry, here: Entry, prev: str, record: Entry) -> bool:
    if prev != record.digest:
        raise _unnamed(before, here)
    return True


def _unnamed(before: Entry, here: Entry) -> Refused:
    return Refused("E_PREV", f"draw {here.draw} does not name the record of {before.draw}")


def _check_earlier(register: Register, earlier: Register) -> str:
    """What was shown once still stands."""
    if earlier.organiser != register.organiser:
        raise Refused("E_MISMATCH", f"the earlier copy is of {earlier.organiser}")
    if grammar.unix(register.at) < grammar.unix(earlier.at):
        raise Refused("E_ORDER", f"the register is dated {register.at}, the earlier copy {earlier.at}")
    now = {entry.index: entry.leaf for entry in register.entries}
    for entry in earlier.entries:
        if now.get(entry.index) != entry.leaf:
            raise Refused("E_MISMATCH", f"the entry {entry.event} of {entry.draw} at index {entry.index} is gone")
    latest = earlier.entries[-1].index if earlier.entries else -1
    for entry in register.entries:
        if entry.index <= latest and all(entry.index != old.index for old in earlier.entries):
            raise Refused("E_MISMATCH", f"the entry at index {entry.index} was not shown before")
    commitments = {entry.draw: entry for entry in register.entries if entry.event == COMMITTED}
    for draw, t0 in earlier.withheld.items():
        if (found := _t0_of(register, commitments[draw]) if draw in commitments else "") != t0:
            raise Refused(
                "E_MISMATCH", f"the t0 of {draw} was {t0} in the earlier copy, now it is {found or 'not said'}"
            )
    return f"all {len(earlier.entries)} entries of the copy of {earlier.at} still stand"


def _by_draw(register: Register) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in register.entries:
        found.setdefault(entry.draw, []).append(entry)
    return found


def _second(entries: list[Entry], event: str) -> int:
    return [entry.index for entry in entries if entry.event == event][1]
