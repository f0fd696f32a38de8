"""Why the officers did not suffice: the certificate of an infeasible assignment, in names that a person can act on."""

from collections import Counter
from dataclasses import dataclass

from onevisit.core.draw import forms
from onevisit.core.draw.officers import Infeasible
from onevisit.stages.draws.models import Draw, Pseudonym
from onevisit.stages.draws.pool import naming
from onevisit.stages.registers.lookup import by_code


@dataclass(frozen=True, kw_only=True)
class ShortTarget:
    """One drawn target and how many officers of each department the certificate's places ask for."""

    object_id: str
    name: str
    places: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class ShortOfficer:
    """One officer who could go to some of these places, and to how many at most."""

    name: str
    department: str
    room: int


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """The smallest set of places with the greatest shortage; `short` places of it must stay empty.

    `round_number` is 0 when nobody is sent at all, else the replacement round whose substitutes wait for officers.
    """

    round_number: int
    short: int
    places: int
    targets: tuple[ShortTarget, ...]
    officers: tuple[ShortOfficer, ...]


def count_of(draw: Draw) -> int:
    """Return how many places must stay empty, 0 when everybody is assigned."""
    certificate = _certificate(draw)
    return certificate.short if certificate else 0


def of_draw(draw: Draw) -> Shortage | None:
    """Return the certificate with names; its targets are sealed as long as the draw is."""
    certificate = _certificate(draw)
    if certificate is None:
        return None
    return Shortage(
        round_number=short_round_of(draw) or 0,
        short=certificate.short,
        places=len(certificate.slots),
        targets=_targets(draw, certificate),
        officers=_officers(draw, certificate),
    )


def short_round_of(draw: Draw) -> int | None:
    """Return the round whose assignment is infeasible, None when there is none; no round follows one."""
    if draw.is_infeasible:
        return 0
    return draw.rounds.filter(is_infeasible=True).values_list("number", flat=True).first()


def _certificate(draw: Draw) -> Infeasible | None:
    number = short_round_of(draw)
    if number is None or draw.receipt is None:
        return None
    assignment = forms.parse_receipt(data=bytes(draw.receipt)).results[number].result.assignment
    return assignment if isinstance(assignment, Infeasible) else None


def _targets(draw: Draw, certificate: Infeasible) -> tuple[ShortTarget, ...]:
    departments = {item.item: item.department.short_name for item in draw.items.select_related("department")}
    wanted: dict[str, Counter[str]] = {}
    for visit, slot in certificate.slots:
        wanted.setdefault(visit, Counter())[departments[slot.partition(":")[0]]] += 1
    found = {visit: by_code(visit) for visit in wanted}
    return tuple(
        ShortTarget(
            object_id=visit,
            name=target.name if (target := found[visit]) else visit,
            places=tuple(sorted(places.items())),
        )
        for visit, places in sorted(wanted.items())
    )


def _officers(draw: Draw, certificate: Infeasible) -> tuple[ShortOfficer, ...]:
    rows = Pseudonym.objects.filter(draw=draw).select_related("inspector__officer", "inspector__department")
    inspectors = {row.inspector_id: row.inspector for row in rows}
    people = {name: inspectors[pk] for name, pk in naming.people_of(draw).items()}
    return tuple(
        ShortOfficer(name=people[pseudonym].officer.name, department=people[pseudonym].department.short_name, room=room)
        for pseudonym, room in certificate.officers
        if pseudonym in people
    )
