"""Two people typed different values: which typing is set aside, and who corrects his own."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from onevisit.stages.draws.models import Draw, TypedValue
from onevisit.stages.draws.sources import source_events, typists
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import services as ledger


def set_aside(
    draw: Draw, both: tuple[TypedValue, TypedValue], *, is_local: bool, position: int, actor: Actor, at: datetime
) -> bool:
    """Set two different typings aside, of a public value only the one from inside; tell whether the other one stays.

    Who knows the keys knows what a public value gives: his typing must not keep away what an organ outside read.

    Args:
        position: where they differ first, counted from 1; never the digit.
    """
    outside = set() if is_local else typists.outside(draw, on=timezone.localtime(at).date())
    inside = [typing for typing in both if typing.department_id not in outside]
    gone = inside if len(inside) == 1 else list(both)
    TypedValue.objects.filter(pk__in=[typing.pk for typing in gone]).update(is_superseded=True)
    event = source_events.TypingsDiffered(
        subject=str(draw.pk),
        draw=draw.number,
        position=position,
        typings=tuple(str(typing.pk) for typing in gone),
        organs=tuple(typing.department.code if typing.department else "" for typing in both),
    )
    ledger.append(event, actor=actor, at=at)
    return len(gone) == 1


def to_correct(standing: Sequence[TypedValue], *, actor: Actor) -> TypedValue | None:
    """Return the actor's own standing typing of a public value that another one has differed from, else None."""
    own = next((typing for typing in standing if typing.typed_by == actor.id), None)
    if own is None:
        return None
    rows = own.draw.typed_values.filter(round_number=own.round_number, position=own.position, is_superseded=True)
    return own if rows.filter(typed_at__gte=own.typed_at).exclude(typed_by=own.typed_by).exists() else None


def withdraw(draw: Draw, own: TypedValue, *, actor: Actor, at: datetime, capacity: Capacity) -> None:
    """Set a typing aside for the one with which its author corrects it."""
    TypedValue.objects.filter(pk=own.pk).update(is_superseded=True)
    event = source_events.TypingWithdrawn(subject=str(draw.pk), draw=draw.number, typing=str(own.pk))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
