"""Three departments visit three shops; one of them has an old balance, which is put right and published."""

from collections.abc import Iterator
from datetime import datetime

from onevisit.demo.past import closing, visiting, walking
from onevisit.demo.past.stage import Stage
from onevisit.demo.past.words import words_of

_STORY = "markets"


def story(stage: Stage) -> Iterator[datetime]:
    """Tell it from the plan to the public draw."""
    words = words_of(_STORY)
    walk = walking.Walk(words=words, lead="wang", others=("lin", "zhou"))
    t0 = stage.moment(26, "15:00")
    yield from walking.planned(stage, walk, ago=38, starts=25, ends=23)
    yield from walking.offered(stage, walk, ago=37)
    yield from walking.approved(stage, walk, ago=36)
    yield from walking.to_the_draw(stage, walk, ago=36, t0=t0)
    is_found = False
    for visit in visiting.visits_of(walk.draw):
        for part in visiting.parts_of(visit):
            yield visiting.sent_at(part)
            is_here = not is_found and stage.name_of(part.department) == "wang"
            visiting.inspect(
                stage,
                part,
                manager=words["manager"],
                problem=words["problem"] if is_here else "",
                item=words["problem_item"],
            )
            is_found = is_found or is_here
    yield from closing.ordered(stage, walk, ago=22, due=12)
    yield from closing.reviewed(stage, walk, ago=21)
    yield from closing.published(stage, walk, ago=20)
    yield from closing.corrected(stage, walk, proved=15, closed=14)
