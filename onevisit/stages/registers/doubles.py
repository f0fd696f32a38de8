"""Who may stand in the register of inspectors twice: one person under two personnel numbers.

The same number of a certificate tells it for certain; the same name with the same telephone makes it likely.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar
from uuid import UUID

from onevisit.stages.registers.models import Inspector

LEAST_DIGITS = 4
"""What has fewer is no number of a certificate."""
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Double:
    """Two entries of the register that may be one person, each as people name it."""

    first: UUID
    second: UUID
    words: tuple[str, str]
    certificate: str = ""
    """The number that both carry; empty where only name and telephone are the same."""


def person_key(*, name: str, phone: str) -> str:
    """Return what two entries of one person have in common, empty without a telephone."""
    digits = re.sub(r"[^0-9]", "", _plain(phone)).removeprefix("86")
    return f"{''.join(name.split())}|{digits}" if digits and name.strip() else ""


def certificate_keys(*numbers: str) -> frozenset[str]:
    """Return the numbers of certificates as they are compared: without spaces, in capitals.

    A sheet says 无 or / where there is none, and writes digits in full width.
    """
    keys = ("".join(_plain(number).split()).upper() for number in numbers)
    return frozenset(key for key in keys if sum(sign.isdigit() for sign in key) >= LEAST_DIGITS)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def among(inspector_ids: Iterable[UUID]) -> list[Double]:
    """Return every two of some entries that may be one person, in the order of their personnel numbers."""
    rows = Inspector.objects.filter(pk__in=list(inspector_ids)).select_related("officer", "department")
    found = {row.pk: row for row in rows.order_by("officer__personnel_number")}
    numbers = {pk: certificate_keys(row.certificate_no, row.second_certificate_no) for pk, row in found.items()}
    shared = _pairs(numbers)
    people = {pk: {person_key(name=row.officer.name, phone=row.officer.phone)} - {""} for pk, row in found.items()}
    likely = _pairs(people)
    order = {pk: place for place, pk in enumerate(found)}
    return [
        Double(
            first=first,
            second=second,
            words=(_words(found[first]), _words(found[second])),
            certificate=shared.get((first, second), ""),
        )
        for first, second in sorted(shared.keys() | likely.keys(), key=lambda pair: (order[pair[0]], order[pair[1]]))
    ]


def _pairs(keys: Mapping[Key, Iterable[str]]) -> dict[tuple[Key, Key], str]:
    """Return every two that share a key, in the order given, with one that they share."""
    holders: dict[str, list[Key]] = defaultdict(list)
    for one, own in keys.items():
        for key in sorted(own):
            holders[key].append(one)
    return {pair: key for key, ones in holders.items() for pair in combinations(ones, 2)}


def _words(row: Inspector) -> str:
    return f"{row.officer.name}（{row.department.short_name}，{row.officer.personnel_number}）"
