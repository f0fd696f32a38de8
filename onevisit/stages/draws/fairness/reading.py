"""What pages show of the statistics: the stored report, the people behind it, and what is still sealed."""

from dataclasses import dataclass
from typing import cast

from onevisit.stages.draws.fairness.counting import KEY
from onevisit.stages.draws.fairness.people import People
from onevisit.stages.draws.models import Draw, FairnessReport
from onevisit.stages.draws.public import open_record


@dataclass(frozen=True)
class Waiting:
    """A drawn batch that is sealed: how many, and nothing about whom."""

    number: str
    title: str
    frame_count: int
    drawn_count: int


def report_file() -> bytes | None:
    """Return the report over all public draws, None before the first look."""
    found = FairnessReport.objects.filter(key=KEY).values_list("document", flat=True).first()
    return bytes(found) if found else None


def people() -> People | None:
    """Return what is counted of inspectors by who they are; a page shows it to who may see it."""
    found = FairnessReport.objects.filter(key=KEY).values_list("people", flat=True).first()
    return cast("People", found) if found else None


def waiting() -> list[Waiting]:
    """Return the sealed draws in counts, which their manifests made public before they were drawn."""
    numbers = (
        Draw.objects.filter(state="sealed", mode="sealed").order_by("t0", "number").values_list("number", flat=True)
    )
    found = (open_record.open_draw(number) for number in numbers)
    return [Waiting(one.number, one.title, one.frame_count, one.drawn_count) for one in found if one is not None]
