"""The trace: from any number to every responsible person; opening it is an act; a missing act is a gap."""

from collections.abc import Callable, Iterable

import pytest
from django.db.models import QuerySet
from django.test import Client

from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight import services, trace
from onevisit.watch.oversight.chain import chain_of
from tests import scenes
from tests.cast import AT, Cast


@pytest.mark.parametrize("what", ["offer", "campaign"])
def test_any_number_leads_to_the_whole_chain(people: Cast, what: str) -> None:
    offer = scenes.settled(people)
    number = offer.number if what == "offer" else offer.campaign.number

    chain = chain_of(number)

    assert chain is not None
    assert chain.campaign == offer.campaign
    assert {part.department.short_name for part in chain.parts} >= {"市商务局", "市消防支队"}


@pytest.mark.parametrize("reference", ["", "没有这个号", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_number_leads_nowhere(people: Cast, reference: str) -> None:
    assert chain_of(reference) is None


def test_the_page_says_that_a_number_is_unknown(people: Cast, client: Client) -> None:
    user = people.officers["司"].user
    assert user is not None
    client.force_login(user)

    answer = client.get("/oversight/trace", {"ref": "没有这个号"})

    assert answer.status_code == 404
    assert "没有找到，或者不在您的查看范围内。" in answer.content.decode()


def test_every_person_stands_with_capacity_and_stage(people: Cast) -> None:
    offer = scenes.settled(people)
    chain = chain_of(offer.number)
    assert chain is not None

    found = services.open_trace(chain=chain, reference=offer.number, actor=people.actor("司"), at=AT)

    people_by_name = {person.name: person for person in found.people}
    assert people_by_name["陈"].capacity == "领导小组办公室 · 协调处"
    assert people_by_name["林局"].stages == ("计划专项",)
    assert people_by_name["周"].stages == ("要约与审批",)
    assert LedgerEntry.objects.filter(event="trace.opened").count() == 1


def test_who_looks_back_is_not_one_of_those_who_acted(people: Cast) -> None:
    offer = scenes.settled(people)
    chain = chain_of(offer.number)
    assert chain is not None
    supervisor = people.actor("司")
    first = services.open_trace(chain=chain, reference=offer.number, actor=supervisor, at=AT)
    services.write_opinion(chain=chain, words="请补充", actor=supervisor, at=AT)

    again = services.open_trace(chain=chain, reference=offer.number, actor=supervisor, at=AT)

    assert again.people == first.people
    assert "司" not in {person.name for person in again.people}


def _without(event: str) -> Callable[[Iterable[tuple[str, object]]], QuerySet[LedgerEntry]]:
    whole = ledger.timeline_of
    return lambda subjects: whole(subjects).exclude(event=event)


def test_an_act_that_is_missing_is_named_as_a_gap(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = scenes.settled(people)
    chain = chain_of(offer.number)
    assert chain is not None
    sound = trace.trace_of(chain)
    assert not [gap for stage in sound.stages if stage.key == "plans" for gap in stage.gaps]

    monkeypatch.setattr(ledger, "timeline_of", _without("campaign.approved"))
    broken = trace.trace_of(chain)

    assert {stage.key: stage.gaps for stage in broken.stages}["plans"] == ("批准方案",)
    assert broken.has_gaps


def test_a_department_outside_the_inspection_learns_nothing(people: Cast) -> None:
    offer = scenes.settled(people)
    chain = chain_of(offer.number)
    assert chain is not None

    assert people.actor("王").may("trace.open", chain)
    with pytest.raises(MayNot):
        services.open_trace(chain=chain, reference=offer.number, actor=people.actor("公"), at=AT)
    assert not people.actor("吴").may("trace.open", chain)
