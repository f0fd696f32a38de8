"""Attacks on the registers behind a frozen draw: another person behind a drawn row, another business behind an id.

A pseudonym is made of the key of a row, an id of the frame is found in one. The freeze fixes both, its entry holds the
digests; so what the registers say at the draw decides nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from onevisit.project import replay
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot, FixedRows
from onevisit.stages.draws.pool import behind
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import drawing
from onevisit.stages.registers import merges
from onevisit.stages.registers.models import InspectionTarget, Inspector
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import TeamMember, Visit
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.models import Officer
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight import rulebook
from onevisit.watch.oversight import services as oversight
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import EVIDENCE, T0, Beacon, Log
from tests.stages.draws.test_infeasible import _short
from tests.stages.draws.test_restaffing import AGAIN, _again, _nominate, _walked, fresh_keys

__all__ = ["fresh_keys"]
Exchange = Callable[[Draw, Cast], None]
OFFICERS, TARGETS = "draw.officers_differ", "draw.targets_differ"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _exchange(model: Any, field: str, rows: Any, *, free: Any) -> None:
    """Exchange a unique field of two rows, as three statements of SQL do; done once more it is put back."""
    first, second = rows
    mine, theirs = getattr(first, field), getattr(second, field)
    for row, value in ((first, free), (second, mine), (first, theirs)):
        model.objects.filter(pk=row.pk).update(**{field: value})


def _officers(draw: Draw, people: Cast) -> None:
    rows = Inspector.objects.filter(department=people.departments["市商务局"]).order_by("pk")[:2]
    _exchange(Inspector, "officer_id", rows, free=Officer.objects.filter(inspector=None)[0].pk)


def _targets(draw: Draw, people: Cast) -> None:
    """Exchange the ids of one object that is drawn and one that is not."""
    drawn = {slot.target_id for slot in draw.slots.all()} or _honest(draw, people)
    frame = InspectionTarget.objects.filter(pk__in=[row.target_id for row in documents.ground_of(draw).rows])
    rows = (frame.filter(pk__in=drawn).order_by("pk")[0], frame.exclude(pk__in=drawn).order_by("pk")[0])
    _exchange(InspectionTarget, "object_id", rows, free="X")


EXCHANGES = pytest.mark.parametrize(("exchange", "event"), [(_officers, OFFICERS), (_targets, TARGETS)])


def _honest(draw: Draw, people: Cast) -> set[UUID]:
    """Draw, look, and take it back: what an insider does who has the keys and the values."""
    with transaction.atomic():
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
        found = set(DrawnSlot.objects.filter(draw=draw).values_list("target_id", flat=True))
        transaction.set_rollback(True)
    draw.refresh_from_db()
    return found


def _is_told(draw: Draw, event: str) -> None:
    """One public entry, and an alert of it."""
    assert LedgerEntry.objects.get(event=event, subject=str(draw.pk)).is_public
    raised = oversight.look(actor=SYSTEM, at=T0, keys=rulebook.OF_MINUTES)
    assert [(alert.rule_id, alert.department_id) for alert in raised] == [("alert.source_differs", draw.organiser_id)]


def _named(kind: str = "draw") -> set[str]:
    nouns = tuple(noun for noun in replay.NOUNS if noun.name == kind)
    return {one.field for one in replay.replay(nouns=nouns)}


@EXCHANGES
def test_rows_exchanged_between_freeze_and_draw_draw_nobody(
    people: Cast, log: Log, exchange: Exchange, event: str
) -> None:
    draw = draw_scenes.keyed(people, log)
    wanted = _honest(draw, people)
    before = _named()
    exchange(draw, people)

    for _try in range(2):
        with pytest.raises(DrawRefused) as refused:
            draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert f"draw.{refused.value.code}" == event
    assert len(_named() - before) == 1
    _is_told(draw, event)
    exchange(draw, people) if event == OFFICERS else _put_back(draw)
    drawn = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    assert {slot.target_id for slot in drawn.slots.all()} == wanted


def _put_back(draw: Draw) -> None:
    """Give the rows of the frame the ids that the freeze fixed."""
    fixed = behind.targets_of(draw) or {}
    for form in ("free-{}", "{}"):
        for object_id, pk in fixed.items():
            InspectionTarget.objects.filter(pk=pk).update(object_id=form.format(object_id))


@EXCHANGES
def test_rows_exchanged_between_draw_and_dispatch_send_nobody(
    people: Cast, log: Log, exchange: Exchange, event: str
) -> None:
    draw = draw_scenes.sealed(people, log)
    exchange(draw, people)

    for _try in range(2):
        assert visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0) == []

    assert not Visit.objects.filter(draw=draw).exists()
    _is_told(draw, event)
    _officers(draw, people) if event == OFFICERS else _put_back(draw)
    assert visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)


def test_ids_exchanged_past_the_check_visit_the_same_businesses(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing asks the register of the day which row an id of the frame is."""
    draw = draw_scenes.keyed(people, log)
    wanted = _honest(draw, people)
    _targets(draw, people)
    monkeypatch.setattr(drawing, "must_be_as_named", lambda _draw: None)

    drawn = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert {slot.target_id for slot in drawn.slots.all()} == wanted


@pytest.mark.parametrize(("column", "event"), [("people", OFFICERS), ("targets", TARGETS)])
def test_what_the_freeze_fixed_is_believed_only_as_its_entry_holds_it(
    people: Cast, log: Log, column: str, event: str
) -> None:
    """Who exchanges the rows and writes the table of the freeze anew to fit them is refused, and named at night."""
    draw = draw_scenes.keyed(people, log)
    held = FixedRows.objects.get(draw=draw)
    lines = bytes(getattr(held, column)).decode().splitlines(keepends=True)
    FixedRows.objects.filter(draw=draw).update(**{column: "".join(lines[1:]).encode()})

    with pytest.raises(DrawRefused) as refused:
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert f"draw.{refused.value.code}" == event
    assert column in _named()
    held.delete()
    with pytest.raises(DrawRefused):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


@EXCHANGES
def test_rows_exchanged_for_an_order_are_refused(
    people: Cast, log: Log, exchange: Exchange, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, Beacon(monkeypatch))
    at = T0 + timedelta(hours=1)
    slot = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").order_by("target__object_id")[0]
    asked = draws.request_replacement(
        draw=draw,
        target_id=slot.target_id,
        reason="NOT_FOUND",
        words="登记住所为空置商铺，邻居称半年前已搬走",
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=at,
    )
    draws.confirm_replacement(request=asked, actor=people.actor("公"), at=at)
    exchange(draw, people)

    with pytest.raises(DrawRefused) as refused:
        draws.order(draw=draw, t0=at + timedelta(hours=1), actor=people.actor("陈"), at=at)

    assert f"draw.{refused.value.code}" == event
    assert LedgerEntry.objects.filter(event=event, subject=str(draw.pk)).count() == 1
    assert not draw.rounds.exists()


@EXCHANGES
def test_rows_exchanged_before_the_officer_half_is_repeated_freeze_nothing(
    people: Cast, log: Log, exchange: Exchange, event: str
) -> None:
    """A repetition finds the drawn objects by their ids: they are the rows that the draw before fixed."""
    short = _short(people, log)
    made = _again(short, people)
    drawn = documents.ground_of(made).rows
    at = AGAIN - timedelta(hours=2)
    for item in draw_scenes.items_of(made):
        draw_scenes.commit_key(item, people, at=at)
    draw_scenes.approve_pool(made, people, at=at)
    if event == OFFICERS:
        exchange(made, people)
    else:
        spared = InspectionTarget.objects.exclude(pk__in=[row.target_id for row in drawn]).order_by("pk")[0]
        rows = (InspectionTarget.objects.get(pk=drawn[0].target_id), spared)
        _exchange(InspectionTarget, "object_id", rows, free="X")

    with pytest.raises(DrawRefused) as refused:
        draws.freeze(draw=made, actor=people.actor("陈"), at=at)

    assert f"draw.{refused.value.code}" == event
    assert LedgerEntry.objects.filter(event=event, subject=str(made.pk)).count() == 1


def test_honest_corrections_of_the_registers_stop_nothing(people: Cast, log: Log) -> None:
    """Certificates are renewed, codes, names and addresses corrected, doubles merged: the same rows and people."""
    draw = draw_scenes.keyed(people, log)
    for one in Inspector.objects.all():
        Inspector.objects.filter(pk=one.pk).update(certificate_no=f"新{one.certificate_no}", status="suspended")
    Officer.objects.update(phone="13800000000")
    drawn = InspectionTarget.objects.filter(pk__in=_honest(draw, people)).order_by("pk")
    drawn.update(uscc="", name="更名后的加油站", address="搬迁后的地址")
    kept = InspectionTarget.objects.create(
        object_id="site:kept", name="更名后的加油站", address="搬迁后的地址", region_code="350203", industry_code="5265"
    )
    before = _named()

    sealed = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    merges.merge(kept=kept, dropped=drawn[0], rule="same_place", actor=people.actor("陈"), at=T0)

    assert visits.dispatch_draw(draw_id=sealed.pk, actor=SYSTEM, at=T0)
    assert not LedgerEntry.objects.filter(event__in=(OFFICERS, TARGETS)).exists()
    assert _named() == before == set()


def test_a_repetition_whose_officers_and_objects_stand_is_drawn_and_sent(
    people: Cast, log: Log, fresh_keys: None
) -> None:
    short = _short(people, log)
    made = _again(short, people)
    _nominate(made, people, "林五", "林六")

    sealed = _walked(made, people, log)

    assert visits.dispatch_draw(draw_id=sealed.pk, actor=SYSTEM, at=AGAIN)
    assert TeamMember.objects.filter(inspection__visit__draw=sealed).exists()


def test_an_undone_freeze_fixes_nothing_and_the_next_one_fixes_the_rows_of_its_day(people: Cast, log: Log) -> None:
    draw = draw_scenes.frozen(people)
    at = draw_scenes.FREEZE_AT
    back = draws.unfreeze(draw=draw, reason="执法人员名录有误，改正后重新冻结", actor=people.actor("陈"), at=at)
    assert not FixedRows.objects.exists()
    _officers(back, people)

    again = draws.freeze(draw=back, actor=people.actor("陈"), at=at)

    assert not behind.have_officers_changed(again)
    assert _named() == set()


def test_a_draw_frozen_before_its_entry_said_so_is_drawn_by_the_registers_of_the_day(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind, "fix", lambda _draw, _ground, *, names: ("", ""))
    draw = draw_scenes.keyed_with(people, log, ("ceremony",))
    monkeypatch.undo()
    assert not FixedRows.objects.exists()

    sealed = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert visits.dispatch_draw(draw_id=sealed.pk, actor=SYSTEM, at=T0)
    _officers(sealed, people)
    assert draws.sends_as_drawn(sealed.pk, at=T0)
