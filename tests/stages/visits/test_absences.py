"""The order of a round says, per place, how many of those who could be drawn are known not to come that day."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, Swap
from onevisit.stages.registers.models import InspectionTarget, Leave
from onevisit.stages.visits.models import Inspection, TeamMember, Visit
from onevisit.stages.visits.selectors import absences
from onevisit.support import clock
from onevisit.support.jobs import services as jobs
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import T0, Beacon, Log
from tests.stages.draws.test_infeasible import _more_inspectors
from tests.stages.visits.test_swaps import ASKED_AT, MORE, ask, confirm, member_of


@pytest.fixture
def swap(people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Swap:
    """A swap that is agreed to and waits for its order; 市商务局 has more people than go."""
    cache.clear()
    _more_inspectors(people, *MORE)
    draw = draw_scenes.sealed_with_beacon(people, Log(tmp_path / "log"), Beacon(monkeypatch))
    jobs.run_now(at=T0)
    monkeypatch.setattr(clock, "now", lambda: ASKED_AT)
    return confirm(people, ask(people, member_of(draw)))


def _visit(swap: Swap) -> Visit:
    return Visit.objects.get(draw=swap.draw, target=swap.slot.target)


def _send_elsewhere(inspector: object, visit: Visit, *, hours: int = 0) -> None:
    """Put an inspector into the team of a visit that no draw made, some hours after another one."""
    target = InspectionTarget.objects.exclude(pk=visit.target_id).order_by("object_id")[0]
    other = Visit.objects.create(
        number=f"350200-2026-V9{hours:03d}",
        target=target,
        title="专项检查",
        state="dispatched",
        starts_at=visit.starts_at + timedelta(hours=hours),
        ends_at=visit.ends_at + timedelta(hours=hours),
        created_at=AT,
    )
    part = Inspection.objects.create(visit=other, department=Swap.objects.get().department)
    TeamMember.objects.create(inspection=part, inspector_id=inspector)


def test_leave_and_other_visits_at_these_hours_are_counted_once_each(people: Cast, swap: Swap) -> None:
    visit = _visit(swap)
    eligible = sorted(draws.agreed_eligible(swap.draw)[swap.pk])
    day = timezone.localtime(visit.starts_at).date()
    (before,) = absences.places_to_fill(swap.draw)
    assert (before.target, before.department, before.choice) == (swap.slot.target.name, "市商务局", len(eligible))
    assert before.on_leave == 0
    TeamMember.objects.exclude(inspection__visit=visit).update(replaced_at=ASKED_AT)

    for inspector in eligible[:2]:
        Leave.objects.create(inspector_id=inspector, from_on=day, to_on=day, reason="年休假")
    Leave.objects.create(
        inspector_id=eligible[2], from_on=day - timedelta(9), to_on=day - timedelta(1), reason="年休假"
    )
    _send_elsewhere(eligible[1], visit)
    _send_elsewhere(eligible[2], visit, hours=24)
    _send_elsewhere(eligible[3], visit, hours=1)

    (place,) = absences.places_to_fill(swap.draw)
    assert (place.on_leave, place.elsewhere, place.away) == (2, 2, 3)


def test_the_organiser_reads_it_on_the_form_of_the_order_and_nobody_else(people: Cast, swap: Swap) -> None:
    day = timezone.localtime(_visit(swap).starts_at).date()
    TeamMember.objects.exclude(inspection__visit=_visit(swap)).update(replaced_at=ASKED_AT)
    client, path = Client(), f"/draws/{swap.draw_id}/replacements"
    client.force_login(people.officers["陈"].user)  # type: ignore[arg-type]  # the cast has accounts
    assert "，没有已知当天不能去的" in client.get(path).content.decode()

    Leave.objects.create(
        inspector_id=min(draws.agreed_eligible(swap.draw)[swap.pk]), from_on=day, to_on=day, reason="年休假"
    )

    page = client.get(path).content.decode()
    assert "其中 1 人已知当天不能去（休假或证件失效 1 人，同时段另有检查 0 人）" in page
    assert "须再申请换人" in page
    assert "只要有一个岗位抽不到人，整轮人员都不派出" in page
    client.force_login(people.officers["林"].user)  # type: ignore[arg-type]
    assert "已知当天不能去" not in client.get(path).content.decode()


def test_a_draw_whose_swaps_wait_for_nobody_has_no_place_to_fill(people: Cast, swap: Swap) -> None:
    Swap.objects.update(round_number=1)

    assert absences.places_to_fill(Draw.objects.get(pk=swap.draw_id)) == []
