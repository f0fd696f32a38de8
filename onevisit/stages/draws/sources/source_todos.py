"""What waits for an organ outside a draw: a value that people type, which no insider may type alone."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from onevisit.core.draw.sources import LOCAL_TYPES
from onevisit.stages.draws.models import Draw, DrawRound
from onevisit.stages.draws.policies import SECOND_ORGANS
from onevisit.stages.draws.readiness import KEY_MARGIN
from onevisit.stages.draws.services import differing_typings, terms, valuing
from onevisit.stages.draws.services.valuing import Phase
from onevisit.stages.draws.sources import declaring, typists
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role

_TYPED = [*declaring.LOTTERIES, declaring.CLOSE]
_HEAVY = ("roster", "exclusions", "groups", "receipt")


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return the values of the room that a notary has to type, and the public ones that are due."""
    return [*_of_the_room(actor, at), *_public(actor, at)]


def _of_the_room(actor: Actor, at: datetime) -> list[Todo]:
    """Return the draws in whose room a notary has not typed: from three departments on nobody else of outside may."""
    capacity = actor.holds(Role.NOTARY)
    if capacity is None:
        return []
    rows = Draw.objects.filter(state="committed", source_types__overlap=sorted(LOCAL_TYPES))
    return [
        Todo(
            kind=_("抽取"),
            sentence=_("录入公证摇号：%(title)s") % {"title": draw.title},
            sender=draw.organiser.short_name,
            url=f"/draws/{draw.pk}/type",
            verb="draw.type",
            verb_label=_("录入"),
            subject_id=f"draw.type:{draw.pk}:room",
            department_id=capacity.department_id,
            due_at=draw.t0 - KEY_MARGIN if draw.t0 else None,
        )
        for draw in rows.select_related("organiser", "offer").defer(*_HEAVY)
        if valuing.wanted(draw, at=at) is not None
        and not valuing.has_typed(draw, actor=actor, at=at)
        and actor.may("draw.type", draw)
    ]


def _public(actor: Actor, at: datetime) -> list[Todo]:
    """Return the draws whose public value is due and may be typed by somebody of a second organ, who has not yet."""
    capacity = actor.holds(*SECOND_ORGANS)
    if capacity is None:
        return []
    in_round = Q(pk__in=DrawRound.objects.pending().filter(t0__lte=at).values("draw_id"))
    rows = Draw.objects.filter(Q(state__in=("keyed", "sourced"), t0__lte=at) | in_round, source_types__overlap=_TYPED)
    return [
        Todo(
            kind=_("抽取"),
            sentence=_("录入公开来源取值：%(title)s") % {"title": draw.title},
            sender=draw.organiser.short_name,
            url=f"/draws/{draw.pk}/type",
            verb="draw.type",
            verb_label=_("录入"),
            subject_id=f"draw.type:{draw.pk}:{phase.round_number}",
            department_id=capacity.department_id,
            due_at=phase.t0 + terms.SOURCE_TERM,
        )
        for draw in rows.select_related("organiser", "offer").defer(*_HEAVY)
        if (phase := valuing.phase_of(draw, at=at)) and _waits(draw, phase, actor) and actor.may("draw.type", draw)
    ]


def _waits(draw: Draw, phase: Phase, actor: Actor) -> bool:
    """Say whether a typed public value is missing that the actor has not typed, or may have to correct."""
    places = [n for n in phase.open_positions(draw) if typists.is_typed([str(phase.declared[n]["type"])])]
    own = draw.typed_values.filter(
        round_number=phase.round_number, position__in=places[:1], typed_by=actor.id, is_superseded=False
    )
    standing = list(own)
    return bool(places) and (not standing or differing_typings.to_correct(standing, actor=actor) is not None)
