"""Subjects of the verbs on problems."""

from onevisit.stages.findings.models import Finding
from tests import finding_scenes
from tests.cast import Cast


def _finding(people: Cast) -> Finding:
    known = Finding.objects.first()
    return known or finding_scenes.found(people)


SUBJECTS = {"finding": _finding}
