"""The documents of a draw as frozen records; `document` is the JSON they were read from, `digest` its digest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from onevisit.core.canonical import Parsed


class Mode(StrEnum):
    """Whether the receipt is public at once or after the visits."""

    OPEN = "open"
    SEALED = "sealed"


class Rule(StrEnum):
    """How the quotas of an item follow from its strata."""

    RATE = "rate"
    TOTAL = "total"


@dataclass(frozen=True)
class Stratum:
    """A stratum of an item: its size, what is drawn of it, and the rate if the rule is one."""

    id: str
    size: int
    quota: int
    basis_points: int | None


@dataclass(frozen=True)
class Exclusion:
    """How many objects of the register a reason kept out of the frame."""

    reason: str
    count: int
    list_sha256: str


@dataclass(frozen=True)
class Item:
    """An item of a draw: whose it is, its frame and its quotas."""

    item: str
    department: str
    namespace: str
    frame_sha256: str
    frame_root: str
    size: int
    registry_size: int
    excluded: tuple[Exclusion, ...]
    rule: Rule
    total: int | None
    strata: tuple[Stratum, ...]


@dataclass(frozen=True)
class DeclaredSource:
    """A source that a draw or an order names before its value exists."""

    type: str
    identity: tuple[str | int, ...]
    length: int | None


@dataclass(frozen=True)
class SourceValue:
    """What a source gave; `outcome` is the part of the line that nobody could know before."""

    type: str
    identity: tuple[str | int, ...]
    outcome: str
    signature: str
    document: Mapping[str, Parsed] = field(repr=False)


@dataclass(frozen=True)
class KeyCommitment:
    """What a party published about its key before the draw."""

    party: str
    commit: str


@dataclass(frozen=True)
class PartyKey:
    """A key as its party handed it over."""

    party: str
    key: str


@dataclass(frozen=True)
class Manifest:
    """Everything that is fixed before the seed exists."""

    draw: str
    plan: str
    prev: str
    mode: Mode
    t0: str
    items: tuple[Item, ...]
    sources: tuple[DeclaredSource, ...]
    keys: tuple[KeyCommitment, ...]
    roster: str
    max_rounds: int
    reasons: tuple[str, ...]
    swap_reasons: tuple[str, ...]
    digest: str
    document: Mapping[str, Parsed] = field(repr=False)


@dataclass(frozen=True)
class Officer:
    """An officer under the pseudonym of this draw; a cap of 0 has a reason."""

    id: str
    department: str
    cap: int
    reason: str


@dataclass(frozen=True)
class Pool:
    """Officers who may fill a kind of slot."""

    id: str
    officers: tuple[str, ...]


@dataclass(frozen=True)
class SlotRule:
    """Which pools fill the slots of an object drawn in a stratum of an item."""

    item: str
    stratum: str
    pools: tuple[str, ...]


@dataclass(frozen=True)
class Recusal:
    """An officer who stays away from an object."""

    object_id: str
    officer: str
    reason: str


@dataclass(frozen=True)
class Roster:
    """Who can be assigned to what; frozen with the frames."""

    slack: int
    officers: tuple[Officer, ...]
    pools: tuple[Pool, ...]
    slots: tuple[SlotRule, ...]
    recusals: tuple[Recusal, ...]
    digest: str
    document: Mapping[str, Parsed] = field(repr=False)


@dataclass(frozen=True)
class Grounds:
    """Why something is withdrawn or swapped, with evidence and two people."""

    reason: str
    evidence_sha256: str
    proposer: str
    confirmer: str


@dataclass(frozen=True)
class Withdrawal:
    """A drawn object that cannot be visited."""

    object_id: str
    grounds: Grounds


@dataclass(frozen=True)
class Swap:
    """A slot whose officer cannot go."""

    visit: str
    slot: str
    grounds: Grounds


@dataclass(frozen=True)
class Order:
    """A replacement round, bound before its own seed exists."""

    draw: str
    round_number: int
    prev: str
    t0: str
    sources: tuple[DeclaredSource, ...]
    withdrawn: tuple[Withdrawal, ...]
    swapped: tuple[Swap, ...]
    digest: str
    document: Mapping[str, Parsed] = field(repr=False)


@dataclass(frozen=True)
class OrderedRound:
    """An order and the values its sources gave."""

    order: Order
    sources: tuple[SourceValue, ...]


@dataclass(frozen=True)
class SourcesFile:
    """The values of round 0 as they come in a file."""

    draw: str
    sources: tuple[SourceValue, ...]


@dataclass(frozen=True)
class KeysFile:
    """The keys of the parties as they come in a file."""

    draw: str
    keys: tuple[PartyKey, ...]


@dataclass(frozen=True)
class ReplacementsFile:
    """The replacement rounds as they come in a file."""

    draw: str
    rounds: tuple[OrderedRound, ...]


@dataclass(frozen=True)
class VoidRecord:
    """A draw that was given up."""

    draw: str
    basis: str
    stage: str
    digest: str
