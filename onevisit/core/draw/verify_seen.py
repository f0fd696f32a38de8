"""What binds a register to its ledger: the newest checkpoint of the quorum (R7), and the ledger's own count (R8).

A register is a list that its organiser hands out. That nothing in it was invented, and how old it can be, is shown by
the newest checkpoint that the quorum cosigned: one proof leads from all its entries to the root. That nothing was left
out no proof of inclusion can show. So the ledger states every night how many entries each organiser has, and over which
leaves (`ledger.checked`): who leaves an entry out has to have left it out in the open ledger too, where it stands for
ever against everybody who holds a proof of that entry. See docs/adr/0029-register-and-checkpoint.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from onevisit.core import merkle
from onevisit.core.draw import grammar
from onevisit.core.draw.register import Register
from onevisit.core.draw.register_bound import Bound, Statement, digest_of
from onevisit.core.draw.verify import Given, Status, read_given
from onevisit.core.merkle import policy as policies
from onevisit.core.merkle import tlog_proof
from onevisit.core.merkle.checkpoint import Checkpoint
from onevisit.core.merkle.note import Malformed, decode_base64, parse_note
from onevisit.core.refusals import Refused

SINCE = "2027-01-01T00:00:00+08:00"
"""A register that is dated from this moment on carries its checkpoint; an earlier one may lack it."""
CLOCKS = 600
"""How many seconds the clocks of those who write entries and registers and of the witnesses may differ."""
FRESH = 2 * 86_400
"""How many seconds a register may be younger than its checkpoint, and the reader's clock later than that."""
COUNTED = 3 * 86_400
"""How many seconds a checkpoint may be younger than the nightly count; after that the count shows too little.

A city whose servers stood still has not lied: R8 is then skipped, which is no verification; the next night mends it.
"""
SLOW = 86_400
"""How many seconds an entry may wait for its place: what was written earlier is counted in a statement."""

_ZONE = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Seen:
    """What the checkpoint shows: when the quorum was complete (None: nobody witnessed it), and the words for it."""

    time: int | None
    words: str


def seen_of(*, register: Register, policy: Given | None, now: str) -> Seen | Refused | None:
    """Hold the register against its checkpoint; a refusal is kept for R7, which reports it.

    Args:
        policy: the reader's own policy file, in place of the one that comes along.
        now: the reader's own clock, empty where he gave none.
    """
    try:
        if register.bound is None:
            if grammar.unix(register.at) >= grammar.unix(SINCE):
                raise Refused("E_FIELD", f"no checkpoint: a register from {SINCE} on carries one")
            return None
        leaves = {entry.index: entry.leaf for entry in register.entries}
        if (stated := register.stated) is not None:
            if leaves.get(stated.index, stated.leaf) != stated.leaf:
                raise Refused("E_MISMATCH", f"two entries are said to stand at index {stated.index}")
            leaves[stated.index] = stated.leaf
        own = read_given(policy) if policy is not None else None
        return _seen(register, register.bound, leaves, own, now)
    except Refused as refused:
        return refused


def latest(*, register: Register, found: Seen | Refused | None) -> int:
    """Return the moment from which what is overdue is counted: when the quorum saw the entries, else the date."""
    return found.time if isinstance(found, Seen) and found.time is not None else grammar.unix(register.at)


def bound(*, found: Seen | Refused | None) -> tuple[Status, str]:
    """R7: the entries stand in the tree that the quorum saw, and the date fits; raise what does not hold."""
    if isinstance(found, Refused):
        raise found
    if found is None:
        said = "an older register without a checkpoint: its entries may be invented, and its date earlier than they are"
        return Status.SKIPPED, said
    return (Status.SKIPPED if found.time is None else Status.OK), found.words


def counted(*, register: Register, newest: int) -> tuple[Status, str]:
    """R8: the entries are those that the ledger counted; raise what does not hold.

    Args:
        newest: when the quorum saw the checkpoint, or the date of the register.
    """
    if register.bound is None or register.stated is None:
        said = "the ledger's own count is not shown: an entry may be left out"
        return Status.SKIPPED, said
    leaves = [(entry.index, entry.leaf, entry.at) for entry in register.entries]
    said = _check_statement(register.stated, leaves)
    if newest > grammar.unix(register.stated.at) + COUNTED:
        return Status.SKIPPED, f"the newest count is of {register.stated.at}: what came since may be left out"
    return Status.OK, said


def _seen(register: Register, carried: Bound, leaves: Mapping[int, str], own: bytes | None, now: str) -> Seen:
    """Hold every leaf, by its place, against the checkpoint, and the date against the time of the quorum."""
    trusted = policies.parse_policy(data=own if own is not None else _decoded(carried.policy, "policy", "E_POLICY"))
    try:
        note = parse_note(data=_decoded(carried.note, "note", "E_PROOF"))
    except Malformed as error:
        raise Refused("E_PROOF", f"checkpoint.note: {error}") from error
    sizes: list[int] = []

    def leads(signed: Checkpoint) -> bool:
        sizes.append(signed.size)
        known = {index: bytes.fromhex(leaf) for index, leaf in leaves.items()}
        if beyond := [index for index in known if index >= signed.size]:
            raise Refused("E_PROOF", f"the entry at index {min(beyond)} stands in no tree of {signed.size}")
        hashes = [bytes.fromhex(one) for one in carried.hashes]
        if merkle.covered_root(leaves=known, size=signed.size, hashes=hashes) != signed.root:
            raise Refused("E_PROOF", "the entries do not lead to the root: one of them stands otherwise in the ledger")
        return True

    found = tlog_proof.check_note(note=note, policy=trusted, leads=leads)
    _check_age(found.quorum_time, at=register.at, now=now)
    said = f"{len(register.entries)} entries in the tree of {sizes[0]}, {_witnessed(found.quorum_time)}"
    named = f"policy {trusted.digest} quorum {policies.printable(name=trusted.quorum)}"
    return Seen(time=found.quorum_time, words=f"{said}; {named} log {policies.printable(name=found.log_name.encode())}")


def _witnessed(time: int | None) -> str:
    if time is None:
        return "signed by the log alone, nobody witnessed when"
    return f"which the quorum saw at {_moment(time)}"


def _check_age(time: int | None, *, at: str, now: str) -> None:
    """See that the date fits the time of the quorum, and that both fit the reader's own clock."""
    dated = grammar.unix(at)
    if time is not None and dated + CLOCKS < time:
        raise Refused("E_ORDER", f"the register is dated {at}, the quorum saw its checkpoint {time - dated} s later")
    if time is not None and dated > time + FRESH:
        raise Refused("E_LATE", f"the register is dated {at}, its newest checkpoint is of {_moment(time)}")
    if now and grammar.unix(now) > (dated if time is None else time) + FRESH:
        oldest = at if time is None else _moment(time)
        raise Refused("E_LATE", f"it is {now}, and what the register shows is of {oldest}: ask for a new one")


def _check_statement(stated: Statement, leaves: Sequence[tuple[int, str, str]]) -> str:
    """Hold place, leaf and moment of every entry, in their order, against what the ledger counted."""
    if len(leaves) < stated.count:
        raise Refused("E_MISMATCH", f"the ledger counted {stated.count} entries at {stated.at}, {len(leaves)} are here")
    if digest_of(leaves=[leaf for _index, leaf, _at in leaves[: stated.count]]) != stated.digest:
        raise Refused(
            "E_MISMATCH", f"not all of the {stated.count} entries that the ledger counted at {stated.at} are here"
        )
    for index, _leaf, at in leaves[stated.count :]:
        if index < stated.index and at and grammar.unix(at) + SLOW < grammar.unix(stated.at):
            raise Refused(
                "E_MISMATCH", f"the entry at index {index} is of {at}, the ledger did not count it at {stated.at}"
            )
    return f"the {stated.count} entries that the ledger counted at {stated.at}, {len(leaves) - stated.count} came since"


def _decoded(text: str, name: str, code: str) -> bytes:
    try:
        return decode_base64(text)
    except Malformed as error:
        raise Refused(code, f"checkpoint.{name}: {error}") from error


def _moment(time: int) -> str:
    return datetime.fromtimestamp(time, tz=UTC).astimezone(_ZONE).isoformat()
