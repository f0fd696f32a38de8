"""The policy (C2SP tlog-policy): whose signatures a reader trusts, and when enough witnesses have signed."""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from hashlib import sha256

from onevisit.core.merkle.note import Key, KeyType, Malformed, parse_vkey
from onevisit.core.refusals import Refused

GREATEST_FILE = 262_144
MOST_OUTSIDERS = 16
THRESHOLD = re.compile(rb"[1-9][0-9]{0,5}")
FORBIDDEN = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
URL_BEGINNINGS = (b"http://", b"https://")
NONE = b"none"


@dataclass(frozen=True)
class Witness:
    """A key that cosigns checkpoints, under the name groups call it by, and where it listens (for the log only)."""

    name: bytes
    key: Key
    url: str = ""


@dataclass(frozen=True)
class Group:
    """A group is complete when `threshold` of its members are."""

    name: bytes
    threshold: int
    members: tuple[bytes, ...]


@dataclass(frozen=True)
class Policy:
    """A policy as it stands in its file; `digest` is the SHA-256 of that file."""

    digest: str
    logs: tuple[Key, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: bytes

    @property
    def is_unwitnessed(self) -> bool:
        return self.quorum == NONE

    def quorum_time(self, *, times: Mapping[bytes, int]) -> int | None:
        """Return the moment the quorum was complete, None if it was not.

        Args:
            times: the earliest good moment of each witness that signed, by the witness's name.
        """
        found = dict(times)
        for group in self.groups:  # members stand above their group, so one pass is enough
            signed = sorted(found[member] for member in group.members if member in found)
            if len(signed) >= group.threshold:
                found[group.name] = signed[group.threshold - 1]
        return found.get(self.quorum)

    def shares_outsider(self, *, own: frozenset[bytes]) -> bool:
        """Tell whether any two quorums share a witness that is not one of `own`.

        Two quorums without such a witness exist exactly if the outsiders can be split so that each half, with all of
        `own` on its side, is a quorum. One or two of them then let a log show two histories.

        Raises:
            Refused: E_POLICY, more outsiders than can be tried.
        """
        if self.is_unwitnessed:
            return False
        outsiders = [witness.name for witness in self.witnesses if witness.name not in own]
        if len(outsiders) > MOST_OUTSIDERS:
            raise _refused(f"more than {MOST_OUTSIDERS} witnesses from outside cannot be compared")
        for chosen in range(1 << max(len(outsiders) - 1, 0)):  # a split and its mirror image are one
            half = {name for place, name in enumerate(outsiders) if chosen >> place & 1}
            if self._is_quorum(half | own) and self._is_quorum(set(outsiders) - half | own):
                return False
        return True

    def _is_quorum(self, names: Set[bytes]) -> bool:
        return self.quorum_time(times=dict.fromkeys(names, 1)) is not None


def printable(*, name: bytes) -> str:
    """Write a name of a policy on one line of text, bytes outside 0x21-0x7E as % and two hex digits."""
    return "".join(chr(byte) if 0x21 <= byte <= 0x7E else f"%{byte:02X}" for byte in name)


def parse_policy(*, data: bytes) -> Policy:
    """Read a policy file.

    Raises:
        Refused: E_POLICY, with the line that breaks a rule.
    """
    if len(data) > GREATEST_FILE:
        raise _refused("larger than 262,144 bytes")
    if FORBIDDEN.search(data) or not data.endswith(b"\n"):
        raise _refused("a byte that may not stand in a policy, or no final LF")
    reader = _Reader()
    for number, items in _lines(data):
        reader.read(number, items)
    return reader.policy(digest=sha256(data).hexdigest())


def _lines(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    for number, line in enumerate(data[:-1].split(b"\n"), start=1):
        items = [item for item in re.split(rb"[ \t]+", line) if item]
        if items and not items[0].startswith(b"#"):
            yield number, items


def _refused(detail: str) -> Refused:
    return Refused("E_POLICY", detail)


class _Reader:
    """Collects the lines of one policy file and holds what they may not repeat."""

    def __init__(self) -> None:
        self.logs: list[Key] = []
        self.witnesses: list[Witness] = []
        self.groups: list[Group] = []
        self.quorum: bytes | None = None
        self.names: set[bytes] = set()
        self.members: set[bytes] = set()
        self.publics: set[bytes] = set()
        self.identities: set[tuple[str, bytes]] = set()

    def read(self, number: int, items: list[bytes]) -> None:
        """Take one line."""
        readers = {b"log": self._log, b"witness": self._witness, b"group": self._group, b"quorum": self._quorum}
        reader = readers.get(items[0])
        try:
            if reader is None:
                raise Malformed("unknown word")
            reader(items[1:])
        except Malformed as error:
            raise _refused(f"line {number}: {error}") from error

    def policy(self, *, digest: str) -> Policy:
        """Return the policy once all lines are read."""
        if not self.logs or self.quorum is None:
            raise _refused("a policy has a log and a quorum")
        return Policy(
            digest=digest,
            logs=tuple(self.logs),
            witnesses=tuple(self.witnesses),
            groups=tuple(self.groups),
            quorum=self.quorum,
        )

    def _log(self, items: list[bytes]) -> None:
        self.logs.append(self._key(items, kind=KeyType.ED25519))

    def _witness(self, items: list[bytes]) -> None:
        if not items:
            raise Malformed("a witness has a name")
        self._define(items[0])
        key = self._key(items[1:], kind=KeyType.COSIGNATURE)
        self.witnesses.append(Witness(name=items[0], key=key, url=b"".join(items[2:]).decode(errors="replace")))

    def _group(self, items: list[bytes]) -> None:
        if len(items) < 3:
            raise Malformed("a group has a name, a threshold and members")
        name, threshold, *members = items
        for member in members:
            if member not in self.names or member in self.members:
                raise Malformed("a member is undefined or already in a group")
            self.members.add(member)
        self.groups.append(Group(name=name, threshold=_threshold(threshold, len(members)), members=tuple(members)))
        self._define(name)

    def _quorum(self, items: list[bytes]) -> None:
        if self.quorum is not None or len(items) != 1 or (items[0] != NONE and items[0] not in self.names):
            raise Malformed("the quorum is one name defined above it, or none, and stands once")
        self.quorum = items[0]

    def _define(self, name: bytes) -> None:
        if name == NONE or name in self.names:
            raise Malformed("a name is taken")
        self.names.add(name)

    def _key(self, items: list[bytes], *, kind: KeyType) -> Key:
        if not items or len(items) > 2 or (len(items) == 2 and not items[1].startswith(URL_BEGINNINGS)):
            raise Malformed("a key, and at most a url after it")
        try:
            key = parse_vkey(text=items[0].decode(), kind=kind)
        except UnicodeDecodeError as error:
            raise Malformed("a key name is UTF-8") from error
        if key.public in self.publics or (key.name, key.id) in self.identities:
            raise Malformed("a key stands twice")
        self.publics.add(key.public)
        self.identities.add((key.name, key.id))
        return key


def _threshold(text: bytes, members: int) -> int:
    if text in (b"any", b"all"):
        return 1 if text == b"any" else members
    if not THRESHOLD.fullmatch(text) or int(text) > members:
        raise Malformed("a threshold is any, all or a number up to that of the members")
    return int(text)
