"""An inspection whose every part is approved: the coordination office can number its draw now."""

from collections.abc import Iterator
from datetime import datetime

from onevisit.demo.past import walking
from onevisit.demo.past.stage import Stage
from onevisit.demo.past.words import words_of

_STORY = "clinics"


def story(stage: Stage) -> Iterator[datetime]:
    """Tell it from the plan to the approved form."""
    walk = walking.Walk(words=words_of(_STORY), lead="wang")
    yield from walking.planned(stage, walk, ago=4, starts=-10, ends=-12)
    yield from walking.offered(stage, walk, ago=3)
    yield from walking.approved(stage, walk, ago=2)
