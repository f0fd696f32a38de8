"""Attacks on who goes once the visits are there: rows of a team changed without a round that swapped anybody."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.core import canonical
from onevisit.project import replay
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.public import organ_figures
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.registers.models import Inspector
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import Submission, TeamMember
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.selectors import teams
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.models import Officer
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight import rulebook
from onevisit.watch.oversight import services as oversight
from tests import draw_scenes, visit_scenes
from tests.cast import Cast
from tests.draw_scenes import T0, Beacon, Log
from tests.stages.draws.test_infeasible import _more_inspectors as more_inspectors
from tests.stages.visits import test_swaps as swaps

SHORT = "市商务局"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Beacon:
    return Beacon(monkeypatch)


@pytest.fixture
def sent(people: Cast, log: Log, own: Beacon) -> Draw:
    """A sealed draw whose visits are dispatched; 市商务局 has seven people to choose from."""
    cache.clear()
    more_inspectors(people, *swaps.MORE)
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    return draw


def _team(draw: Draw) -> list[TeamMember]:
    """Return the two officers of one department at one target."""
    first = swaps.member_of(draw, SHORT)
    rows = TeamMember.objects.filter(inspection=first.inspection, replaced_at__isnull=True).order_by("slot")
    return list(rows.select_related("inspection__visit__target", "inspector__officer"))


def _wanted(draw: Draw, team: list[TeamMember]) -> DrawnSlot:
    """Return a slot of somebody of the department who does not go to this target."""
    inside = [member.inspector_id for member in team]
    rows = DrawnSlot.objects.filter(draw=draw, department__short_name=SHORT).exclude(inspector_id__in=inside)
    return rows.order_by("pk")[0]


def _phone(people: Cast, member: TeamMember) -> visit_scenes.Phone:
    visit = member.inspection.visit
    return visit_scenes.Phone(
        people=people, name=member.inspector.officer.name, inspection=member.inspection, now=visit.starts_at
    )


def _named(draw: Draw) -> set[str]:
    nouns = tuple(noun for noun in replay.NOUNS if noun.name == "draw")
    return {one.field.partition(" ")[0] for one in replay.replay(nouns=nouns)}


def test_an_officer_exchanged_after_the_dispatch_is_not_let_in_and_everybody_is_told(
    client: Client, people: Cast, sent: Draw
) -> None:
    stays, leaves = _team(sent)
    drawn = leaves.inspector_id
    assert teams.differing(draw_id=sent.pk) == []
    TeamMember.objects.filter(pk=leaves.pk).update(inspector_id=_wanted(sent, [stays, leaves]).inspector_id)

    for _try in range(2):
        with pytest.raises(VisitRefused, match="与抽取结果不符") as refused:
            _phone(people, stays).enter()
        assert refused.value.code == "team_differs"

    assert not Submission.objects.exists()
    stays.inspection.refresh_from_db()
    assert stays.inspection.state == "dispatched"
    entry = LedgerEntry.objects.get(event="draw.team_differs")
    assert entry.is_public
    assert stays.inspection.visit.number not in bytes(entry.payload).decode()
    raised = oversight.look(actor=SYSTEM, at=T0 + timedelta(days=1), keys=rulebook.OF_MINUTES)
    assert [(alert.rule_id, alert.department_id) for alert in raised] == [("alert.source_differs", sent.organiser_id)]
    assert [one.changed_rows for one in organ_figures.organ_figures()] == [1]
    assert "曾发现 1 个部门的检查队伍与抽取结果不符" in client.get(f"/open/draws/{sent.number}").content.decode()
    assert "与登记不符" in client.get("/open/draws/figures").content.decode()
    assert _named(sent) == {"team"}
    TeamMember.objects.filter(pk=leaves.pk).update(inspector_id=drawn)
    assert _phone(people, stays).enter().state == "accepted"
    assert _named(sent) == set()


def test_people_exchanged_behind_their_rows_during_the_visit_are_not_let_in(people: Cast, sent: Draw) -> None:
    """The register names another person for the drawn row while the visit lasts, and the right one again at night."""
    stays, _leaves = _team(sent)
    other = DrawnSlot.objects.filter(draw=sent, department__short_name=SHORT).exclude(inspector_id=stays.inspector_id)[
        0
    ]
    own, its = stays.inspector.officer_id, other.inspector.officer_id
    spare = Officer.objects.exclude(pk__in=Inspector.objects.values("officer_id"))[0]
    for row, officer in ((stays.inspector_id, spare.pk), (other.inspector_id, own), (stays.inspector_id, its)):
        Inspector.objects.filter(pk=row).update(officer_id=officer)

    assert teams.differing(draw_id=sent.pk) != []
    with pytest.raises(VisitRefused, match="与抽取结果不符") as refused:
        _phone(people, TeamMember.objects.get(pk=stays.pk)).enter()

    assert refused.value.code == "team_differs"
    assert LedgerEntry.objects.get(event="draw.team_differs").is_public


@pytest.mark.parametrize("act", ["taken_off", "deleted", "added", "of_another_part", "renamed_slot"])
def test_whatever_is_changed_of_a_team_the_look_of_every_few_minutes_publishes_it(
    people: Cast, sent: Draw, act: str
) -> None:
    stays, leaves = _team(sent)
    rows, other = TeamMember.objects.filter(pk=leaves.pk), _wanted(sent, [stays, leaves])
    elsewhere = TeamMember.objects.filter(inspection__department__short_name="市市监局")[0]
    changes: dict[str, Callable[[], object]] = {
        "taken_off": lambda: rows.update(replaced_at=T0, replaced_reason="休假"),
        "deleted": rows.delete,
        "added": lambda: TeamMember.objects.create(inspection=stays.inspection, inspector_id=other.inspector_id),
        "of_another_part": lambda: rows.update(inspection_id=elsewhere.inspection_id),
        "renamed_slot": lambda: rows.update(slot=stays.slot),
    }
    visits.hold_teams(at=T0)
    assert not LedgerEntry.objects.filter(event="draw.team_differs").exists()

    changes[act]()

    for _look in range(2):
        visits.hold_teams(at=T0)
    departments = {
        json.loads(bytes(payload))["department"]
        for payload in LedgerEntry.objects.filter(event="draw.team_differs").values_list("payload", flat=True)
    }
    assert people.departments[SHORT].code in departments
    assert LedgerEntry.objects.filter(event="draw.team_differs").count() == len(departments)


def test_a_receipt_changed_with_slots_and_team_is_not_the_one_that_the_ledger_holds(people: Cast, sent: Draw) -> None:
    """All three tables tell the same story; the digest in the ledger tells another."""
    stays, leaves = _team(sent)
    wanted = _wanted(sent, [stays, leaves])
    names = dict(sent.pseudonyms.values_list("inspector_id", "pseudonym"))
    receipt = json.loads(bytes(sent.receipt or b""))
    slots = receipt["results"][0]["result"]["assignment"]["slots"]
    visit = leaves.inspection.visit.target.object_id
    (slot,) = [one for one in slots if (one["visit"], one["slot"]) == (visit, leaves.slot)]
    assert slot["officer"] == names[leaves.inspector_id]
    slot["officer"] = names[wanted.inspector_id]
    Draw.objects.filter(pk=sent.pk).update(receipt=canonical.encode(value=receipt) + b"\n")
    sent.slots.filter(target=leaves.inspection.visit.target, slot=leaves.slot).update(inspector_id=wanted.inspector_id)
    TeamMember.objects.filter(pk=leaves.pk).update(inspector_id=wanted.inspector_id)

    assert not draws.sends_as_drawn(sent.pk, at=T0)
    with pytest.raises(VisitRefused, match="与抽取结果不符"):
        _phone(people, stays).enter()
    assert "receipt" in _named(sent)


def test_no_round_stands_on_a_result_that_the_ledger_does_not_hold(people: Cast, sent: Draw) -> None:
    swaps.confirm(people, swaps.ask(people, _team(sent)[0]))
    receipt = json.loads(bytes(sent.receipt or b""))
    receipt["results"][0]["result"]["assignment"]["slots"][0]["width"] += 1
    Draw.objects.filter(pk=sent.pk).update(receipt=canonical.encode(value=receipt) + b"\n")

    with pytest.raises(DrawRefused, match="与留痕里的指纹不符") as refused:
        draws.order(draw=sent, t0=swaps.ROUND_T0, actor=people.actor("陈"), at=swaps.ASKED_AT)

    assert refused.value.code == "receipt_differs"
    assert LedgerEntry.objects.filter(event="draw.officers_differ").count() == 1


def test_whom_a_round_swapped_may_go_in_and_whom_it_took_off_may_not(people: Cast, sent: Draw, own: Beacon) -> None:
    leaves, stays = _team(sent)
    swaps.confirm(people, swaps.ask(people, leaves))
    swaps.run_round(sent, people, own)
    assert teams.differing(draw_id=sent.pk) == [], "the team has not followed the round yet"
    visits.follow_draw(draw_id=sent.pk, actor=SYSTEM, at=swaps.ROUND_T0)
    assert teams.differing(draw_id=sent.pk) == []
    successor = TeamMember.objects.get(inspection=leaves.inspection, slot=leaves.slot, replaced_at__isnull=True)

    TeamMember.objects.filter(pk=successor.pk).update(inspector_id=leaves.inspector_id)
    with pytest.raises(VisitRefused):
        _phone(people, stays).enter()
    assert _named(sent) == {"team"}
    TeamMember.objects.filter(pk=successor.pk).update(inspector_id=successor.inspector_id)

    assert _phone(people, stays).enter().state == "accepted"
