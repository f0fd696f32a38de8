"""A draw that was given up because a key came too late, the same one drawn again, and its visits still under way."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from onevisit.demo.past import closing, visiting, walking
from onevisit.demo.past.stage import Stage
from onevisit.demo.past.words import words_of
from onevisit.stages.draws import services as draws

_STORY = "sales"
_LATE = ("wang",)


def story(stage: Stage) -> Iterator[datetime]:
    """Tell it from the plan over the void to the visits of these days."""
    words = words_of(_STORY)
    walk = walking.Walk(words=words, lead="lin", others=("wang", "zhou"))
    missed, t0 = stage.moment(14, "15:00"), stage.moment(3, "15:00")
    yield from walking.planned(stage, walk, ago=27, starts=1, ends=-5)
    yield from walking.offered(stage, walk, ago=26)
    yield from walking.approved(stage, walk, ago=25)
    yield from _given_up(stage, walk, t0=missed)
    yield from walking.to_the_draw(stage, walk, ago=13, t0=t0)
    *begun, _to_come = visiting.visits_of(walk.draw)
    for number, visit in enumerate(begun):
        for part in visiting.parts_of(visit):
            yield visiting.sent_at(part)
            visiting.inspect(stage, part, manager=words["manager"])
        if number == 0:
            yield visit.ends_at + timedelta(minutes=20)
            closing.review(stage, visiting.parts_of(visit)[0])


def _given_up(stage: Stage, walk: walking.Walk, *, t0: datetime) -> Iterator[datetime]:
    """The key of one department does not come, nor do its shares: in the last minute it is given up."""
    yield from walking.prepared(stage, walk, ago=25, t0=t0)
    yield from walking.committed(stage, walk, t0=t0)
    yield from walking.keyed(stage, walk, t0=t0, without=_LATE)
    yield t0 - timedelta(seconds=55)
    draws.lapse(draw=walk.draw, at=stage.at)
    yield t0 - timedelta(seconds=20)
    draws.void(draw=walk.draw, actor=stage.actor("notary"), at=stage.at)
