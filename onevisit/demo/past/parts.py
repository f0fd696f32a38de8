"""Three departments look at car parts: nothing is found at two traders, and the third has closed."""

from collections.abc import Iterator
from datetime import datetime

from onevisit.demo.past import closing, visiting, walking
from onevisit.demo.past.stage import Stage
from onevisit.demo.past.words import words_of
from onevisit.stages.visits import services as visits

_STORY = "parts"


def story(stage: Stage) -> Iterator[datetime]:
    """Tell it from the plan to the public draw."""
    words = words_of(_STORY)
    walk = walking.Walk(words=words, lead="wang", others=("he", "zhou"))
    t0 = stage.moment(22, "15:00")
    yield from walking.planned(stage, walk, ago=33, starts=21, ends=19)
    yield from walking.offered(stage, walk, ago=32)
    yield from walking.approved(stage, walk, ago=32)
    yield from walking.to_the_draw(stage, walk, ago=32, t0=t0)
    *found, last = visiting.visits_of(walk.draw)
    for visit in found:
        for part in visiting.parts_of(visit):
            yield visiting.sent_at(part)
            visiting.inspect(stage, part, manager=words["manager"])
    for part in visiting.parts_of(last):
        yield visiting.sent_at(part)
        visiting.find_closed(stage, part, note=words["closed_note"])
    yield stage.moment(18, "10:10")
    for part in visiting.parts_of(last):
        visits.follow_up(inspection=part, words=words["follow_up"], actor=stage.clerk(part.department), at=stage.at)
    yield from closing.reviewed(stage, walk, ago=17)
    yield from closing.published(stage, walk, ago=16)
