"""What the public asked about the draws, and what it was answered."""

from collections.abc import Iterator
from datetime import datetime

from onevisit.demo.past.stage import Stage
from onevisit.demo.past.words import words_of
from onevisit.stages.publication import requests
from onevisit.stages.publication.requests import Asked

_STORY = "voices"


def story(stage: Stage) -> Iterator[datetime]:
    """Tell of an enquiry and of a doubt, each with its answer."""
    words = words_of(_STORY)
    yield stage.moment(19, "20:15")
    asked = Asked(kind="enquiry", words=words["enquiry"], department_id=stage.organ("wang").pk)
    enquiry = requests.submit(asked=asked, at=stage.at)
    yield stage.moment(18, "09:05")
    requests.answer(request=enquiry, words=words["answer_enquiry"], actor=stage.actor("wang"), at=stage.at)
    yield stage.moment(12, "21:30")
    asked = Asked(kind="complaint", words=words["about_void"], department_id=stage.organ("lin").pk)
    doubt = requests.submit(asked=asked, at=stage.at)
    yield stage.moment(10, "11:15")
    requests.answer(request=doubt, words=words["answer_void"], actor=stage.actor("lin-head"), at=stage.at)
