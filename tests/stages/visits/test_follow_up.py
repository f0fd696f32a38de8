"""A team that could not inspect leaves something to follow, with a term, an owner and an entry."""

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.findings import services as findings
from onevisit.stages.visits import selectors, services
from onevisit.stages.visits.models import Inspection
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes
from tests.cast import AT, Cast


def _unable(people: Cast, reason: str) -> Inspection:
    visit = visit_scenes.dispatched(people)
    phone = visit_scenes.phone(people, visit, "市商务局")
    phone.send("unable", {"reason": reason, "note": "铁门上锁"})
    return visit_scenes.part(visit, "市商务局")


@pytest.mark.parametrize(("reason", "code"), [("closed", "10"), ("moved", "5"), ("not_found", "5"), ("refused", "7")])
def test_each_outcome_has_its_result_and_its_follow_up(people: Cast, reason: str, code: str) -> None:
    part = _unable(people, reason)

    (row,) = [row for row in selectors.board(part.visit, at=AT) if row.inspection.pk == part.pk]

    assert findings.codes_of(inspection=part, findings=[]) == [code]
    assert row.follow_up
    assert row.is_follow_up_due
    todo = next(todo for todo in selectors.todos(people.actor("林"), AT) if todo.verb == "inspection.follow_up")
    assert todo.due_at is not None
    assert [todo for todo in selectors.todos(people.actor("王"), AT) if todo.verb == "inspection.follow_up"] == []


def test_what_was_done_is_noted_once_and_ends_the_term(people: Cast) -> None:
    part = _unable(people, "moved")
    actor = people.actor("林")

    with pytest.raises(MayNot):
        services.follow_up(inspection=part, words="已核实", actor=people.actor("王"), at=AT)
    with pytest.raises(VisitRefused, match="请写明"):
        services.follow_up(inspection=part, words=" ", actor=actor, at=AT)
    services.follow_up(inspection=part, words="已到新址核实，提请列入异常名录", actor=actor, at=AT)

    assert not Deadline.objects.filter(rule_version__rule_id="visit.follow_up", closed_at=None).exists()
    entry = LedgerEntry.objects.get(event="inspection.followed_up")
    assert "异常名录" in entry.sentence
    assert "异常名录" not in bytes(entry.payload).decode()
    with pytest.raises(VisitRefused):
        services.follow_up(inspection=part, words="再来", actor=actor, at=AT)


def test_a_team_that_inspected_has_nothing_to_follow(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)

    with pytest.raises(WrongState):
        services.follow_up(inspection=visit_scenes.part(visit, "市商务局"), words="x", actor=people.actor("林"), at=AT)


def test_entering_after_all_ends_the_follow_up(people: Cast) -> None:
    part = _unable(people, "closed")

    visit_scenes.phone(people, part.visit, "市商务局").enter()

    assert not Deadline.objects.filter(rule_version__rule_id="visit.follow_up", closed_at=None).exists()
