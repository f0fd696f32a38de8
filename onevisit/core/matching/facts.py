"""What the matching reads: plain facts about targets, items, departments and a template, without any database."""

from dataclasses import dataclass
from datetime import date


def is_between(day: date, start: date, end: date | None) -> bool:
    """Say whether `day` lies in a term whose end may be open."""
    return start <= day and (end is None or day <= end)


@dataclass(frozen=True, kw_only=True)
class LicenceFact:
    """One licence of a target."""

    kind: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, kw_only=True)
class TargetFact:
    """One inspection target. `id` is the caller's own key and is only handed back.

    Attributes:
        quiet_reason: why the target is on the 无事不扰 list on the day, empty if it is not.
    """

    id: str
    object_id: str
    name: str
    region_code: str
    industry_code: str
    industry_name: str = ""
    credit_risk_class: str = ""
    kind: str = ""
    kind_label: str = ""
    is_active: bool = True
    status_label: str = ""
    directory_keys: frozenset[str] = frozenset()
    licences: tuple[LicenceFact, ...] = ()
    quiet_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class BasisFact:
    """One legal basis of an item with the dates it holds."""

    id: str
    article_id: str
    words: str
    kind: str = ""
    valid_from: date
    valid_to: date | None = None
    is_verified: bool = False


@dataclass(frozen=True, kw_only=True)
class ItemFact:
    """One inspection item of one department."""

    id: str
    code: str
    title: str
    department_code: str
    fields: frozenset[str] = frozenset()
    industries: frozenset[str] = frozenset()
    licence_kinds: frozenset[str] = frozenset()
    is_active: bool = True
    is_published: bool = True
    is_market_supervision: bool = True
    is_exempt_from_quiet_list: bool = False
    valid_from: date
    valid_to: date | None = None
    bases: tuple[BasisFact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DepartmentFact:
    """One organ on the day of the match."""

    id: str
    code: str
    name: str
    short_name: str
    level: str = "city"
    region_code: str = ""
    can_inspect: bool = True


@dataclass(frozen=True, kw_only=True)
class TemplateFact:
    """What a campaign template asks for; the order of `participant_codes` is kept.

    Attributes:
        directories: pairs of key and name of the key-target directories that the template draws on.
        kinds: kinds of subjects whose whole register is the field, where no trade, directory or licence makes one.
    """

    key: str
    name: str
    field: str
    industries: frozenset[str] = frozenset()
    directories: tuple[tuple[str, str], ...] = ()
    licence_kinds: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    initiator_code: str = ""
    participant_codes: tuple[str, ...] = ()
