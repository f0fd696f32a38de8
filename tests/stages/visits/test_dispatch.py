"""A drawn assignment becomes one visit with one part per department, sent to the officers' posts."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from onevisit.stages.draws.models import Draw
from onevisit.stages.visits import checklists, entry_codes, services
from onevisit.stages.visits.models import Inspection, TeamMember, Visit
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import scenes, visit_scenes
from tests.cast import AT, Cast


def test_one_visit_holds_one_part_per_department_with_its_own_team_items_and_number(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)

    parts = list(visit.inspections.order_by("department__code"))
    assert visit.state == "dispatched"
    assert [part.department.short_name for part in parts] == ["市市监局", "市商务局"]
    assert [part.members.count() for part in parts] == [2, 2]
    assert [part.notice_number for part in parts] == ["厦市监检通〔2026〕1号", "厦商务检通〔2026〕1号"]
    assert all(part.checklist_sha256 == checklists.digest(checklists.items_of(part.checklist)) for part in parts)
    assert [part.members.filter(is_leader=True).count() for part in parts] == [1, 1]


def test_a_second_call_makes_nothing_and_the_entry_stands_once(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    assert visit.draw is not None

    assert services.dispatch_draw(draw_id=visit.draw.pk, actor=SYSTEM, at=AT) == []
    assert LedgerEntry.objects.filter(event="visit.dispatched", subject=str(visit.pk)).count() == 1


def test_a_clerk_of_another_department_cannot_dispatch(people: Cast) -> None:
    draw = visit_scenes.drawn(people)

    with pytest.raises(MayNot):
        services.dispatch_draw(draw_id=draw.pk, actor=people.actor("周"), at=AT)
    assert not Visit.objects.exists()
    assert len(services.dispatch_draw(draw_id=draw.pk, actor=people.actor("林"), at=AT)) == 1


def test_every_drawn_officer_has_the_task_on_his_post_within_a_minute(people: Cast) -> None:
    visit_scenes.dispatched(people)

    jobs.run_now(at=AT + timedelta(seconds=30))

    told = Notice.objects.filter(kind="visit").select_related("officer")
    assert {notice.officer.name for notice in told} == {"林一", "林二", "王一", "王二"}
    assert all(notice.created_at - AT < timedelta(minutes=1) for notice in told)
    assert all(notice.url.startswith("/field/visits/") for notice in told)
    assert ProcrastinateJob.objects.filter(task_name="push", status="todo").count() == 4
    assert not TeamMember.objects.filter(notified_at__isnull=True).exists()


def test_the_sealed_draws_event_makes_the_visits(people: Cast) -> None:
    from onevisit.support.jobs.tasks import react

    draw = visit_scenes.drawn(people, mode="sealed")
    entry = LedgerEntry.objects.create(
        payload=b"{}", event="draw.sealed", subject_type="draw", subject=str(draw.pk), actor="system", at=AT
    )
    react.defer(entry_id=str(entry.pk), function="onevisit.stages.visits.reactions.make_visits")

    jobs.run_now(at=AT)

    visit = Visit.objects.get(draw=draw)
    assert visit.address_opens_at == visit.starts_at - timedelta(hours=2)


def test_nobody_is_in_two_places_at_once(people: Cast) -> None:
    draw = visit_scenes.drawn(people, targets=3)

    visits = services.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=AT)

    windows = [(visit.starts_at, visit.ends_at) for visit in visits]
    assert len(windows) == len(set(windows)) == 3


def test_the_items_come_from_the_approved_forms_of_the_offer(people: Cast) -> None:
    offer = scenes.ready(people)
    draw = visit_scenes.drawn(people)
    draw.offer = offer
    draw.save(update_fields=["offer"])
    draw.slots.update(item_ids=[])

    visit = services.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=AT)[0]

    part = visit_scenes.part(visit, "市市监局")
    assert visit_scenes.items_of(part, with_shared=False) == [
        str(item) for item in scenes.part_of(offer, people, "市市监局").item_ids
    ]
    assert visit.starts_at.date() == scenes.STARTS_ON


@pytest.mark.requirement("R138")
def test_all_teams_of_a_department_work_with_one_version_of_the_checklist(people: Cast) -> None:
    draw = visit_scenes.drawn(people, targets=3)
    services.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=AT)

    versions = Inspection.objects.filter(department__short_name="市市监局").values_list("checklist_sha256", flat=True)
    assert len(set(versions)) == 1


def test_the_term_for_the_results_starts_with_the_end_of_the_visit(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)

    deadlines = Deadline.objects.filter(rule_version__rule_id="inspection.submit")
    assert deadlines.count() == 2
    assert {deadline.opened_at for deadline in deadlines} == {visit.ends_at}


def test_the_entry_code_is_checked_without_a_network(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    code = visit.codes.get()
    key = entry_codes.public_key()

    assert entry_codes.check(code.token, public_key=key, at=visit.starts_at)
    assert not entry_codes.check(code.token, public_key=key, at=visit.ends_at + timedelta(minutes=1))
    assert not entry_codes.check(code.token, public_key=key, at=visit.starts_at - timedelta(minutes=1))
    assert not entry_codes.check(code.token[:-4] + "AAAA", public_key=key, at=visit.starts_at)
    assert not entry_codes.check("x.y", public_key=key, at=visit.starts_at)
    assert len(code.code) == 16


def test_a_draw_without_an_offer_and_without_slots_makes_nothing(people: Cast) -> None:
    draw = Draw.objects.create(
        number="1", sequence=1, year=2026, organiser=people.departments["市商务局"], title="空", created_at=AT
    )

    assert services.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=AT) == []
