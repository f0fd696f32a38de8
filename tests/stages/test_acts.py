"""Every verb of campaigns, offers and parts: it works, refuses the wrong person and state, leaves its entry."""

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import Cast
from tests.stages.acts import CAMPAIGN_ACTS, OFFER_ACTS, PART_ACTS, Act

ACTS = [
    *CAMPAIGN_ACTS,
    *[pytest.param(act, marks=pytest.mark.requirement("R59"), id=act.verb) for act in OFFER_ACTS],
    *PART_ACTS,
]


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_it_works_leaves_one_entry_and_refuses_to_be_done_twice(people: Cast, act: Act) -> None:
    subject = act.build(people)
    before = LedgerEntry.objects.filter(event=act.event).count()

    act.do(people, subject, act.actor(people), act.at)

    entries = LedgerEntry.objects.filter(event=act.event).order_by("-at")
    assert entries.count() == before + 1
    assert entries[0].words.sentence
    if not act.is_repeatable:
        subject.refresh_from_db()
        with pytest.raises((WrongState, OfferRefused)):
            act.do(people, subject, act.actor(people), act.at)
        assert LedgerEntry.objects.filter(event=act.event).count() == before + 1


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_the_wrong_person_is_refused_and_nothing_is_written(people: Cast, act: Act) -> None:
    subject = act.build(people)
    before = LedgerEntry.objects.filter(event=act.event).count()

    with pytest.raises(MayNot):
        act.do(people, subject, people.actor(act.other), act.at)

    assert LedgerEntry.objects.filter(event=act.event).count() == before
