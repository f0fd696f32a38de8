"""Subjects of the verbs on the registers: records of 市商务局."""

from onevisit.stages.registers.models import Expert, ImportRun, InspectionItem, InspectionTarget, Inspector, Letter
from onevisit.support.identity.models import Department
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


def _organ(people: Cast) -> Department:
    return people.departments["市商务局"]


def _letter(people: Cast) -> Letter:
    """A letter of 市商务局 to 市市监局."""
    return Letter(sender=people.departments["市商务局"], receiver=people.departments["市市监局"])


def _expert(people: Cast) -> Expert:
    return Expert(department=people.departments["市商务局"])


def _item(people: Cast) -> InspectionItem:
    return InspectionItem(department=people.departments["市商务局"])


SUBJECTS = {
    "complaint": _organ,
    "supply": _organ,
    "letter": _letter,
    "letter.send": _organ,
    "expert": _expert,
    "expert.register": _organ,
    "item.edit": _item,
    "item.suspend": _item,
    "item.resume": _item,
    "target": _target,
    "inspector": _inspector,
    "import": _import,
    "city": _nothing,
    "directory": _nothing,
    "item": _nothing,
    "law": _nothing,
}
