"""Subjects of the verbs on visits, parts and what phones sent: 市商务局 organises and takes part."""

import uuid

from onevisit.stages.visits.models import EntryCode, Inspection, Submission, Visit
from tests import visit_scenes
from tests.cast import AT, Cast


def _visit(people: Cast) -> Visit:
    made = Visit.objects.filter(draw__number="350200-2026-0118").first()
    return made or visit_scenes.dispatched(people)


def _inspection(people: Cast) -> Inspection:
    return visit_scenes.part(_visit(people), "市商务局")


def _submission(people: Cast) -> Submission:
    return Submission.objects.create(
        pk=uuid.uuid4(),
        inspection=_inspection(people),
        officer=people.officers["林一"],
        kind="answer",
        body={},
        body_sha256="",
        device="",
        sequence=1,
        recorded_at=AT,
        received_at=AT,
        receipt="",
        is_quarantined=True,
    )


def _code(people: Cast) -> EntryCode:
    return EntryCode.objects.get(visit=_visit(people))


SUBJECTS = {
    "badge_key": lambda _people: None,
    "business_key": lambda _people: None,
    "inspection.dispute_signature": _code,
    "inspection.sign_as_party": _code,
    "visit": _visit,
    "inspection": _inspection,
    "field": _inspection,
    "submission": _submission,
}
