"""What follows from the void of a draw: nobody goes, codes are void, and nothing is published as its result."""

from datetime import timedelta
from pathlib import Path

import pytest

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.publication import services as publication
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.voided import DrawIsVoid
from onevisit.stages.visits import services
from onevisit.stages.visits.codes import valid_code
from onevisit.stages.visits.models import EntryCode, Inspection, Visit
from onevisit.stages.visits.packages import packages_of
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import draw_scenes, visit_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, T0, Log

WORDS = "抽取池漏列一家应检单位，已核实"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _void(draw: Draw, people: Cast) -> None:
    draws.propose_void(
        draw=draw, reason="FRAME_DEFECT", words=WORDS, evidence_sha256=EVIDENCE, actor=people.actor("陈"), at=T0
    )
    draws.void(draw=draw, actor=people.actor("公"), at=T0)


def test_the_void_of_a_draw_calls_its_visits_off_and_tells_everybody_who_was_sent(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    jobs.run_now(at=T0)
    jobs.run_now(at=T0)
    visit = Visit.objects.filter(draw=draw).earliest("starts_at")
    assert valid_code(code=EntryCode.objects.get(visit=visit).code, at=visit.starts_at)

    _void(draw, people)
    jobs.run_now(at=T0)
    jobs.run_now(at=T0)

    assert set(Visit.objects.filter(draw=draw).values_list("state", flat=True)) == {"withdrawn"}
    assert set(Inspection.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert valid_code(code=EntryCode.objects.get(visit=visit).code, at=visit.starts_at) is None
    sent = set(draw.slots.values_list("inspector__officer_id", flat=True))
    assert set(Notice.objects.filter(title__startswith="检查已撤回").values_list("officer_id", flat=True)) == sent
    assert all(packages_of(officer_id=officer, at=T0) == [] for officer in sent)
    assert not Deadline.objects.filter(subject_type="inspection", closed_at__isnull=True).exists()
    assert LedgerEntry.objects.filter(event="visit.withdrawn").count() == Visit.objects.filter(draw=draw).count()


def test_a_draw_whose_last_open_visit_is_called_off_is_opened(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    jobs.run_now(at=T0)
    jobs.run_now(at=T0)
    last = Visit.objects.filter(draw=draw).latest("starts_at")
    Visit.objects.filter(draw=draw).exclude(pk=last.pk).update(state="closed")

    services.withdraw(visit=last, reason="REPLACED", actor=SYSTEM, at=T0)
    jobs.run_now(at=T0)

    draw.refresh_from_db()
    assert draw.state == "opened"


def test_a_void_draw_sends_nobody(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    _void(draw, people)

    with pytest.raises(VisitRefused, match="已作废"):
        services.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    jobs.run_now(at=T0)

    assert not Visit.objects.exists()


def test_what_a_department_has_begun_is_kept_and_finished_but_not_published(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    phone = visit_scenes.phone(people, visit, "市商务局")
    phone.enter()
    Draw.objects.update(state="void")

    services.withdraw_draw(draw_id=visit.draw_id, actor=SYSTEM, at=AT)  # type: ignore[arg-type]
    services.withdraw_draw(draw_id=visit.draw_id, actor=SYSTEM, at=AT)  # type: ignore[arg-type]

    states = dict(Inspection.objects.values_list("department__short_name", "state"))
    assert states == {"市商务局": "in_progress", "市市监局": "withdrawn"}
    assert LedgerEntry.objects.filter(event="visit.withdrawn").count() == 1
    for item in visit_scenes.items_of(visit_scenes.part(visit, "市商务局")):
        phone.answer(item)
    with pytest.raises(DrawIsVoid):
        publication.prepare(visit_id=visit.pk, actor=SYSTEM, at=AT)


@pytest.mark.parametrize("departments", [("市商务局",), ("市商务局", "市市监局")])
def test_where_the_others_could_not_inspect_the_code_is_void_too(people: Cast, departments: tuple[str, ...]) -> None:
    visit = visit_scenes.dispatched(people)
    for department in departments:
        visit_scenes.phone(people, visit, department).send("unable", {"reason": "closed", "note": "大门紧闭"})
    Draw.objects.update(state="void")

    services.withdraw_draw(draw_id=visit.draw_id, actor=SYSTEM, at=AT)  # type: ignore[arg-type]
    services.withdraw_draw(draw_id=visit.draw_id, actor=SYSTEM, at=AT)  # type: ignore[arg-type]

    visit.refresh_from_db()
    assert visit.state == "unable"
    assert not EntryCode.objects.filter(visit=visit, revoked_at__isnull=True).exists()
    assert LedgerEntry.objects.filter(event="visit.withdrawn").count() == 1


def test_results_of_a_void_draw_are_withheld_before_and_taken_down_after_their_release(people: Cast) -> None:
    visit = visit_scenes.dispatched(people, targets=1)
    pending = Publication.objects.create(visit=visit, target=visit.target, state="pending", created_at=AT)
    other = Visit.objects.create(
        number="V2", target=visit.target, title="t", state="closed", starts_at=AT, ends_at=AT, created_at=AT
    )
    kept = Publication.objects.create(visit=other, target=visit.target, state="released", created_at=AT, released_at=AT)
    entry = _voided_entry(visit.draw, people)

    jobs.run_now(at=AT)
    jobs.run_now(at=AT + timedelta(minutes=1))

    pending.refresh_from_db()
    kept.refresh_from_db()
    assert (pending.state, pending.withheld_reason) == ("withheld", "draw_void")
    assert kept.state == "released"
    assert entry.event == "draw.voided"


def test_a_released_result_of_a_void_draw_is_taken_down_with_the_reason(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    shown = Publication.objects.create(
        visit=visit, target=visit.target, state="released", created_at=AT, released_at=AT
    )
    _voided_entry(visit.draw, people)

    jobs.run_now(at=AT)

    shown.refresh_from_db()
    assert shown.state == "withdrawn"
    assert "已作废" in shown.withdrawn_reason


def test_nobody_calls_a_visit_off_by_hand_nor_twice(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)

    with pytest.raises(MayNot):
        services.withdraw(visit=visit, reason="X", actor=people.actor("林"), at=AT)
    services.withdraw(visit=visit, reason="X", actor=SYSTEM, at=AT)
    services.withdraw(visit=visit, reason="X", actor=SYSTEM, at=AT)

    assert LedgerEntry.objects.filter(event="visit.withdrawn").count() == 1
    assert services.is_begun(visit_scenes.part(visit, "市商务局")), "nobody is swapped where nobody goes"


def test_what_a_phone_recorded_without_a_network_is_kept_apart_not_lost(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    phone = visit_scenes.phone(people, visit, "市商务局")
    services.withdraw(visit=visit, reason="X", actor=SYSTEM, at=AT)

    assert phone.enter().state == "quarantined"


def _voided_entry(draw: Draw | None, people: Cast) -> LedgerEntry:
    from onevisit.stages.draws import events
    from onevisit.support.ledger import services as ledger

    assert draw is not None
    Draw.objects.update(state="void")
    event = events.DrawVoided(
        subject=str(draw.pk), draw=draw.number, digest="", stage="after-seed", reason="FRAME_DEFECT"
    )
    return ledger.append(event, actor=people.actor("公"), at=AT)
