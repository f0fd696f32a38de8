"""Subjects of the verbs on the registers: records of 市商务局."""

from onevisit.stages.registers.models import Expert, ImportRun, InspectionItem, InspectionTarget, Inspector, Letter
from onevisit.support.identity.models import Department
from tests.cast import AT, Cast
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


def _drafted_letter(people: Cast) -> Letter:
    """A letter of 市商务局 that its head has not seen."""
    return Letter(sender=people.departments["市商务局"], receiver=people.departments["市市监局"])


def _letter(people: Cast) -> Letter:
    """A letter of 市商务局 to 市市监局, let go by its head."""
    return Letter(sender=people.departments["市商务局"], receiver=people.departments["市市监局"], sent_at=AT)


def _expert(people: Cast) -> Expert:
    return Expert(department=people.departments["市商务局"])


def _item(people: Cast) -> InspectionItem:
    return InspectionItem(department=people.departments["市商务局"])


SUBJECTS = {
    "complaint": _organ,
    "supply": _organ,
    "letter": _letter,
    "letter.draft": _organ,
    "letter.send": _drafted_letter,
    "letter.send_back": _drafted_letter,
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
