"""Subjects of the verbs on campaigns: one of 市商务局, organised by the coordination office."""

from onevisit.stages.plans.models import Campaign, PlanNote
from onevisit.support.identity.models import Department
from tests import scenes
from tests.cast import Cast


def _organ(people: Cast) -> Department:
    return people.departments["市商务局"]


def _campaign(people: Cast) -> Campaign:
    return Campaign.objects.first() or scenes.settled(people).campaign


def _note(people: Cast) -> PlanNote:
    """A remark of 市商务局 on its own campaign."""
    return PlanNote(campaign=_campaign(people), department=people.departments["市商务局"])


SUBJECTS = {"campaign": _campaign, "plan_note": _note, "campaign.start": _organ, "plan_entry": _campaign}
