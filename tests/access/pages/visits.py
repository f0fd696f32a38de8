"""Pages of 一次查: 市商务局 and 市市监局 take part, 市消防支队 does not."""

import uuid

from onevisit.stages.draws.models import DrawItem
from onevisit.stages.visits.models import Submission, TeamMember, Visit
from tests import visit_scenes
from tests.access import Page
from tests.cast import AT, Cast


def _visit(people: Cast) -> dict[str, object]:
    return {"visit_id": visit_scenes.dispatched(people).pk}


def _inspection(people: Cast) -> dict[str, object]:
    return {"inspection_id": visit_scenes.part(visit_scenes.dispatched(people), "市商务局").pk}


def _member(people: Cast) -> dict[str, object]:
    draw, organ = visit_scenes.dispatched(people).draw, people.departments["市商务局"]
    assert draw is not None
    DrawItem.objects.create(draw=draw, item=organ.code, department=organ)
    return {"member_id": TeamMember.objects.get(inspector__officer__name="林二").pk}


def _submission(people: Cast, *, is_quarantined: bool = True) -> dict[str, object]:
    visit = visit_scenes.dispatched(people)
    kept = Submission.objects.create(
        pk=uuid.uuid4(),
        inspection=visit_scenes.part(visit, "市商务局"),
        officer=people.officers["林一"],
        kind="recusal",
        body={},
        body_sha256="",
        device="",
        sequence=1,
        recorded_at=AT,
        received_at=AT,
        receipt="8f21 04c7 aa10",
        is_quarantined=is_quarantined,
        quarantine_reason="已换下" if is_quarantined else "",
    )
    assert Visit.objects.count() == 1
    return {"submission_id": kept.pk}


def _asked(people: Cast) -> dict[str, object]:
    return _submission(people, is_quarantined=False)


PAGES = [
    Page("visit_list"),
    Page("visit_missing"),
    Page("business_keys", may="陈", other="林", other_status=403),
    Page("business_key_letters", method="POST", may="陈", other="林", ok=(422,), other_status=403),
    Page("visit_detail", build=_visit, other="周"),
    Page("visit_board", build=_visit, other="周"),
    Page("visit_report", build=_visit, other="周", method="POST", ok=(409,)),
    Page("visit_remind", build=_visit, other="周", method="POST", ok=(302, 409)),
    Page("inspection_follow_up", build=_inspection, other="周", method="POST", ok=(409,)),
    Page("draw_request_swap", build=_member, may="林局", other="周局", method="POST", ok=(409,)),
    Page("recusal_decline", build=_asked, may="林局", other="周局", method="POST", ok=(422,)),
    Page("submission_adopt", build=_submission, other="周", method="POST", ok=(422,)),
    Page("submission_dismiss", build=_submission, other="周", method="POST", ok=(422,)),
]
