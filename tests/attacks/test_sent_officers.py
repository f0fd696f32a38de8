"""Attacks on who goes: officers exchanged in the tables behind a result that every public check finds right."""

from pathlib import Path

import pytest
from django.db import transaction

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot, Pseudonym
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import drawing
from onevisit.stages.registers.lookup import InspectionTarget
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import TeamMember, Visit
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight import rulebook
from onevisit.watch.oversight import services as oversight
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import T0, Log


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _two(draw: Draw) -> tuple[DrawnSlot, DrawnSlot]:
    """Return two slots of one department at different targets with different officers."""
    rows = list(DrawnSlot.objects.filter(draw=draw).select_related("inspector").order_by("target__object_id", "slot"))
    return next(
        (one, other)
        for one in rows
        for other in rows
        if one.department_id == other.department_id
        and one.target_id != other.target_id
        and one.inspector_id != other.inspector_id
    )


def test_officers_exchanged_in_the_table_after_the_draw_are_not_sent_and_raise_an_alert(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    one, other = _two(draw)
    DrawnSlot.objects.filter(pk=one.pk).update(inspector_id=other.inspector_id)

    for _try in range(2):
        assert visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0) == []

    assert not Visit.objects.filter(draw=draw).exists()
    assert LedgerEntry.objects.get(event="draw.officers_differ").is_public
    raised = oversight.look(actor=SYSTEM, at=T0, keys=rulebook.OF_MINUTES)
    assert [(alert.rule_id, alert.department_id) for alert in raised] == [("alert.source_differs", draw.organiser_id)]
    DrawnSlot.objects.filter(pk=one.pk).update(inspector_id=one.inspector_id)
    visits.follow_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    members = TeamMember.objects.filter(inspection__visit__draw=draw, inspection__visit__target=one.target_id)
    assert members.get(slot=one.slot).inspector_id == one.inspector_id


def test_a_target_that_the_receipt_does_not_name_is_not_visited(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    spared = InspectionTarget.objects.exclude(pk__in=draw.slots.values("target_id"))[0]
    gone = DrawnSlot.objects.filter(draw=draw).order_by("pk")[0].target_id
    DrawnSlot.objects.filter(draw=draw, target_id=gone).update(target_id=spared.pk)

    assert visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0) == []


def test_names_exchanged_past_the_check_send_the_same_people(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing asks the table who stands behind a pseudonym: it is made again of the salt and the officer."""
    draw = draw_scenes.keyed(people, log)
    first, second = Pseudonym.objects.filter(draw=draw).order_by("pseudonym")[:2]
    for pk, name in ((first.pk, "P"), (second.pk, first.pseudonym), (first.pk, second.pseudonym)):
        Pseudonym.objects.filter(pk=pk).update(pseudonym=name)
    monkeypatch.setattr(drawing, "must_be_as_named", lambda _draw: None)

    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert draws.sends_as_drawn(draw.pk, at=T0)


def test_an_officer_put_in_the_place_of_a_nominated_one_stops_the_draw(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed(people, log)
    drawn = [row.inspector_id for row in _honest(draw, people)]
    Pseudonym.objects.filter(draw=draw, inspector_id=drawn[0]).delete()

    with pytest.raises(DrawRefused, match="化名与冻结时的不符"):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert LedgerEntry.objects.filter(event="draw.officers_differ").count() == 1


def _honest(draw: Draw, people: Cast) -> list[DrawnSlot]:
    """Draw, look, and take it back: what an insider does who has the keys and the values."""
    with transaction.atomic():
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
        rows = list(DrawnSlot.objects.filter(draw=draw).order_by("target__object_id", "slot"))
        transaction.set_rollback(True)
    draw.refresh_from_db()
    return rows
