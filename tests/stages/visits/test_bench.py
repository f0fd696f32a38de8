"""Who replaces a drawn officer: the next of the draw's own tickets for that place; who is passed over is named."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.core.draw import forms
from onevisit.core.draw.officers import Assignment
from onevisit.stages.draws.models import Draw, DrawnSlot, Pseudonym
from onevisit.stages.registers.models import Inspector, Interest, Leave
from onevisit.stages.visits import services
from onevisit.stages.visits.models import TeamMember
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import T0, Log
from tests.stages.draws.test_infeasible import _more_inspectors

MORE = ("林三", "林四", "林五", "林六")


@pytest.fixture
def drawn(people: Cast, tmp_path: Path) -> Draw:
    """A sealed draw whose visits are sent; 市商务局 has six people in its pool, and two go to each target."""
    cache.clear()
    _more_inspectors(people, *MORE)
    draw = draw_scenes.sealed(people, Log(tmp_path / "log"))
    services.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    return draw


def _member(draw: Draw) -> TeamMember:
    rows = TeamMember.objects.filter(
        inspection__visit__draw=draw, inspection__department__short_name="市商务局", replaced_at__isnull=True
    )
    return rows.select_related("inspection__visit__target", "inspector").order_by("slot", "pk")[0]


def _by_hand(draw: Draw, member: TeamMember) -> list[Inspector]:
    """Order the pool as an outsider does, from the receipt alone with `sha256sum`."""
    result = json.loads(bytes(draw.receipt or b""))["results"][0]["result"]
    roster = json.loads(bytes(draw.roster or b""))
    visit = member.inspection.visit.target.object_id
    sent = {one["officer"] for one in result["assignment"]["slots"] if one["visit"] == visit}
    (pool,) = (one["officers"] for one in roster["pools"] if one["id"] == member.slot.partition(":")[0])
    seed = result["assignment"]["aseed"]
    left = sorted(
        (hashlib.sha256(f"srd1|asg|{seed}|{visit}|{member.slot}|{officer}".encode()).hexdigest(), officer)
        for officer in pool
        if officer not in sent
    )
    return [Pseudonym.objects.get(draw=draw, pseudonym=officer).inspector for _ticket, officer in left]


def _replace(people: Cast, member: TeamMember) -> TeamMember:
    return services.redispatch(member=member, reason="leave", words="急性阑尾炎住院", actor=people.actor("林局"), at=T0)


def test_the_next_comes_by_the_tickets_of_the_receipt(people: Cast, drawn: Draw) -> None:
    member = _member(drawn)
    expected = _by_hand(drawn, member)
    assert len(expected) == 4

    assert [one.inspector_id for one in services.candidates(member.inspection, slot=member.slot)] == [
        one.pk for one in expected
    ]
    free = [one.inspector_id for one in services.candidates(member.inspection, slot=member.slot) if not one.passed]
    successor = _replace(people, member)

    assert successor.inspector_id == free[0]
    assert successor.slot == member.slot
    receipt = forms.parse_receipt(data=bytes(drawn.receipt or b""))
    assert isinstance(receipt.results[0].result.assignment, Assignment)
    assert DrawnSlot.objects.get(draw=drawn, target=member.inspection.visit.target, slot=member.slot).inspector_id == (
        member.inspector_id
    ), "what was drawn stays what was drawn"


def test_whoever_is_passed_over_is_named_with_a_reason_that_nobody_typed(people: Cast, drawn: Draw) -> None:
    member = _member(drawn)
    TeamMember.objects.exclude(inspection=member.inspection).update(replaced_at=T0)
    first, second, third, _fourth = _by_hand(drawn, member)
    day = member.inspection.visit.starts_at.date()
    Leave.objects.create(inspector=first, from_on=day, to_on=day + timedelta(days=1), reason="病假")
    Interest.objects.create(inspector=second, target=member.inspection.visit.target, reason="亲属任职", declared_at=AT)

    order = services.candidates(member.inspection, slot=member.slot)
    assert [one.passed for one in order] == ["AWAY", "RECUSED", "", ""]
    successor = _replace(people, member)

    assert successor.inspector_id == third.pk
    payload = json.loads(bytes(LedgerEntry.objects.get(event="visit.redispatched").payload))
    assert payload["passed"] == [f"{first.pk}:AWAY", f"{second.pk}:RECUSED"]
    assert payload["slot"] == member.slot


def test_a_friend_entered_into_the_register_after_the_draw_never_comes(people: Cast, drawn: Draw) -> None:
    member = _member(drawn)
    people.officers["林友"] = cast.officer(
        name="林友", department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
    )
    friend = scenes.inspector(people=people, name="林友")
    TeamMember.objects.exclude(inspection=member.inspection).update(replaced_at=T0)

    for _again in range(4):
        current = TeamMember.objects.get(inspection=member.inspection, slot=member.slot, replaced_at__isnull=True)
        _replace(people, current)
    last = TeamMember.objects.get(inspection=member.inspection, slot=member.slot, replaced_at__isnull=True)
    with pytest.raises(VisitRefused, match="没有其他可派"):
        _replace(people, last)

    assert not TeamMember.objects.filter(inspector=friend).exists()
    came = TeamMember.objects.filter(inspection=member.inspection, slot=member.slot).exclude(pk=member.pk)
    assert set(came.values_list("inspector_id", flat=True)) == {one.pk for one in _by_hand(drawn, member)}


def test_the_head_sees_the_order_and_cannot_name_anybody(
    people: Cast, drawn: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: T0)
    member, client = _member(drawn), Client()
    user = people.officers["林局"].user
    assert user is not None
    client.force_login(user)
    order = services.candidates(member.inspection, slot=member.slot)
    free = next(one for one in order if not one.passed)

    page = client.get(f"/visits/members/{member.pk}/redispatch").content.decode()
    places = [page.index(f">{one.name}<") for one in order]
    assert places == sorted(places)
    assert f"由 {free.name} 接替" in page
    last = order[-1]
    form = {
        "reason": "leave",
        "words": "住院",
        "successor": str(last.inspector_id),
        "inspector": str(last.inspector_id),
    }
    client.post(f"/visits/members/{member.pk}/redispatch", form)

    current = TeamMember.objects.get(inspection=member.inspection, slot=member.slot, replaced_at__isnull=True)
    assert current.inspector_id == free.inspector_id
