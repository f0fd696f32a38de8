"""What the matching answers: a cluster of departments, targets, items and laws, each with its reason."""

from dataclasses import dataclass
from datetime import date

from onevisit.core.matching.facts import BasisFact, DepartmentFact, ItemFact, TargetFact


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why something is in or out: the rule by its name, and the words an officer reads."""

    rule: str
    words: str


@dataclass(frozen=True, kw_only=True)
class MatchedTarget:
    """A target of the cluster; every rule that found it has a reason."""

    target: TargetFact
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class ExcludedTarget:
    """A target that a rule found and another rule took out; `code` names the exclusion."""

    target: TargetFact
    code: str
    words: str


@dataclass(frozen=True, kw_only=True)
class MatchedItem:
    """An item of the cluster with the legal bases valid on the day."""

    item: ItemFact
    reasons: tuple[Reason, ...]
    bases: tuple[BasisFact, ...]


@dataclass(frozen=True, kw_only=True)
class ExcludedItem:
    """An item that fits but may not be used on the day; `code` names why."""

    item: ItemFact
    code: str
    words: str


@dataclass(frozen=True, kw_only=True)
class MatchedDepartment:
    """A department of the cluster (or a candidate for it) with the items it answers for."""

    department: DepartmentFact
    is_initiator: bool
    item_codes: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class UnmatchedDepartment:
    """A department that the template names and that cannot take part on the day."""

    code: str
    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Two items of different departments on the same matter (R121)."""

    item_codes: tuple[str, str]
    words: str


@dataclass(frozen=True, kw_only=True)
class Orphan:
    """Something nobody answers for (R124): `kind` is `industry`, `item` or `licence`."""

    kind: str
    key: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The proposed cluster of one field on one day."""

    field: str
    day: date
    region_codes: tuple[str, ...]
    departments: tuple[MatchedDepartment, ...]
    candidates: tuple[MatchedDepartment, ...]
    unmatched: tuple[UnmatchedDepartment, ...]
    targets: tuple[MatchedTarget, ...]
    excluded_targets: tuple[ExcludedTarget, ...]
    items: tuple[MatchedItem, ...]
    excluded_items: tuple[ExcludedItem, ...]
    overlaps: tuple[Overlap, ...]
    orphans: tuple[Orphan, ...]
