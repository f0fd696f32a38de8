"""An officer is replaced only before anything is recorded, and nobody picks who comes next."""

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws.models import Recusal
from onevisit.stages.visits import services
from onevisit.stages.visits.models import TeamMember, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.roles import Role
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import cast, scenes, visit_scenes
from tests.cast import AT, Cast


def spare(people: Cast, *names: str) -> None:
    for name in names:
        people.officers[name] = cast.officer(
            name=name, department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
        )
        scenes.inspector(people=people, name=name)


def member(visit: Visit, name: str = "林二") -> TeamMember:
    return TeamMember.objects.get(inspection__visit=visit, inspector__officer__name=name)


def redispatch(
    people: Cast, visit: Visit, *, by: str = "林局", reason: str = "leave", words: str = "公差"
) -> TeamMember:
    return services.redispatch(member=member(visit), reason=reason, words=words, actor=people.actor(by), at=AT)


def test_the_successor_follows_from_the_draw_and_both_stand_with_the_reason(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    spare(people, "林三", "林四", "林五")
    order = services.successors(visit_scenes.part(visit, "市商务局"))

    successor = redispatch(people, visit)

    assert successor.inspector_id == order[0]
    assert member(visit).replaced_reason == "休假、公差：公差"
    entry = LedgerEntry.objects.get(event="visit.redispatched")
    assert entry.subject == str(visit.pk)
    jobs.run_now(at=AT)
    assert Notice.objects.filter(officer_id=successor.inspector.officer_id, kind="visit").count() == 1


def test_the_order_of_successors_is_always_the_same(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    spare(people, "林三", "林四", "林五", "林六")
    part = visit_scenes.part(visit, "市商务局")

    assert services.successors(part) == services.successors(part)
    assert len(services.successors(part)) == 4


def test_whom_the_draw_kept_away_from_the_target_does_not_come_as_a_substitute(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    spare(people, "林三", "林四")
    part = visit_scenes.part(visit, "市商务局")
    first, second = services.successors(part)
    Recusal.objects.create(
        draw=visit.draw, target=visit.target, inspector_id=first, reason="RELATIVE", added_by="x", added_at=AT
    )

    assert services.successors(part) == [second]
    assert redispatch(people, visit).inspector_id == second


def test_only_the_departments_own_head_replaces(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    spare(people, "林三")

    for name in ("林", "王局", "林一", "吴"):
        with pytest.raises(MayNot):
            redispatch(people, visit, by=name)


def test_after_the_first_record_nobody_is_replaced(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    spare(people, "林三")
    visit_scenes.phone(people, visit, "市商务局").enter()

    with pytest.raises(VisitRefused) as refusal:
        redispatch(people, visit)

    assert (refusal.value.code, refusal.value.status) == ("touched", 409)


def test_a_closed_visit_is_not_redispatched(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    Visit.objects.update(state="closed")

    with pytest.raises(WrongState):
        redispatch(people, visit)


def test_a_reason_is_asked_and_an_empty_pool_is_said(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)

    with pytest.raises(VisitRefused, match="事由"):
        redispatch(people, visit, reason="whim")
    with pytest.raises(VisitRefused, match="事由"):
        redispatch(people, visit, words=" ")
    with pytest.raises(VisitRefused, match="没有其他可派"):
        redispatch(people, visit)
