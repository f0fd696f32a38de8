"""Subjects of the verbs on campaigns: one of 市商务局, organised by the coordination office."""

from onevisit.stages.plans.models import Campaign
from onevisit.support.identity.models import Department
from tests import scenes
from tests.cast import Cast


def _organ(people: Cast) -> Department:
    return people.departments["市商务局"]


def _campaign(people: Cast) -> Campaign:
    return Campaign.objects.first() or scenes.settled(people).campaign


SUBJECTS = {"campaign": _campaign, "campaign.start": _organ, "plan_entry": _campaign}
