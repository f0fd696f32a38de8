"""Subjects of the verbs on the registers: records of 市商务局."""

from onevisit.stages.registers.models import ImportRun, InspectionTarget, Inspector
from tests.cast import Cast
from tests.stages.registers import records


def _target(people: Cast) -> InspectionTarget:
    return records.target(people)


def _inspector(people: Cast) -> Inspector:
    return records.inspector(people)


def _import(people: Cast) -> ImportRun:
    return records.run(people)


def _nothing(_people: Cast) -> None:
    return None


SUBJECTS = {
    "target": _target,
    "inspector": _inspector,
    "import": _import,
    "city": _nothing,
    "directory": _nothing,
    "item": _nothing,
    "law": _nothing,
}
