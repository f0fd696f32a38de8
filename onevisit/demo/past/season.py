"""An offer for the weeks to come that two departments have not answered yet."""

from collections.abc import Iterator
from datetime import datetime

from onevisit.demo.past import walking
from onevisit.demo.past.stage import Stage
from onevisit.demo.past.words import words_of
from onevisit.stages.offers import services as offers

_STORY = "season"


def story(stage: Stage) -> Iterator[datetime]:
    """Tell it from the plan to the offer."""
    words = words_of(_STORY)
    walk = walking.Walk(words=words, lead="wang", others=("lin", "zhou"))
    yield from walking.planned(stage, walk, ago=3, starts=-14, ends=-16)
    yield stage.moment(1, "10:30")
    clerk = stage.actor("wang")
    walk.offer = offers.draft(campaign=walk.campaign, actor=clerk, at=stage.at, message=words["message"])
    walk.offer = offers.send(offer=walk.offer, actor=clerk, at=stage.at)
