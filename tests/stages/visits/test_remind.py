"""催: the teams that keep a visit waiting are told once, and not again at once."""

from datetime import timedelta

import pytest

from onevisit.stages.visits import reactions, services
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import visit_scenes
from tests.cast import AT, Cast


def test_those_who_are_late_are_told_and_nobody_else(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    visit_scenes.phone(people, visit, "市商务局").enter()
    at = visit.starts_at + timedelta(minutes=20)

    waiting = services.remind(visit=visit, actor=people.actor("林"), at=at)
    entry = LedgerEntry.objects.get(event="visit.reminded")
    reactions.tell_reminded(entry_id=str(entry.pk), at=at)
    reactions.tell_reminded(entry_id=str(entry.pk), at=at)

    assert [part.department.short_name for part in waiting] == ["市市监局"]
    told = Notice.objects.filter(title__startswith="检查已到时间").values_list("officer__name", flat=True)
    assert sorted(told) == ["王一", "王二"]


def test_nobody_is_reminded_before_the_start_nor_twice_at_once(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    actor = people.actor("陈")
    at = visit.starts_at + timedelta(minutes=1)

    with pytest.raises(VisitRefused, match="没有需要催的"):
        services.remind(visit=visit, actor=actor, at=visit.starts_at)
    services.remind(visit=visit, actor=actor, at=at)
    with pytest.raises(VisitRefused, match="30 分钟内不重复催"):
        services.remind(visit=visit, actor=actor, at=at + timedelta(minutes=29))
    assert services.remind(visit=visit, actor=actor, at=at + timedelta(minutes=31))


def test_a_department_outside_the_visit_reminds_nobody(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)

    with pytest.raises(MayNot):
        services.remind(visit=visit, actor=people.actor("周"), at=AT)
