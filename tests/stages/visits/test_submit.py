"""A part counts as submitted when every byte is here; the visit when every part is; it closes them all at once."""

import uuid
from typing import Any

import pytest

from onevisit.stages.visits import services
from onevisit.stages.visits.models import Inspection, Submission, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.services import progress
from onevisit.support.attachments import selectors as attachments
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes
from tests.cast import Cast
from tests.visit_scenes import Phone


@pytest.fixture
def leader(people: Cast) -> Phone:
    """The leader's phone of 市商务局, entered, everything answered and signed."""
    phone = visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")
    phone.enter()
    phone.answer_all()
    phone.sign_all()
    return phone


def fresh(phone: Phone) -> Inspection:
    return Inspection.objects.select_related("visit").get(pk=phone.inspection.pk)


def events_of(phone: Phone) -> list[str]:
    entries = LedgerEntry.objects.filter(subject=str(phone.inspection.pk))
    return list(entries.values_list("event", flat=True))


def test_a_whole_part_is_submitted_with_its_term_closed_and_its_review_open(leader: Phone) -> None:
    leader.submit()

    part = fresh(leader)
    assert part.state == "submitted"
    assert part.submitted_at == leader.now
    assert {"inspection.handed_in", "inspection.submitted"} <= set(events_of(leader))
    open_terms = Deadline.objects.filter(subject=str(part.pk), closed_at__isnull=True)
    assert [term.rule_version.rule_id for term in open_terms] == ["inspection.review"]


def test_while_a_photo_is_on_its_way_the_part_is_incomplete(leader: Phone) -> None:
    photo = uuid.uuid4()

    leader.submit(files=[photo])
    assert fresh(leader).state == "incomplete"
    assert services.missing_files(fresh(leader)) == [photo]
    assert "inspection.submitted" not in events_of(leader)

    leader.file(file_id=photo)
    jobs.run_now(at=leader.now)

    assert fresh(leader).state == "submitted"


def test_a_file_of_another_part_is_no_file_of_this_one(leader: Phone) -> None:
    other = visit_scenes.phone(leader.people, leader.inspection.visit, "市市监局")
    theirs = other.file()

    leader.submit(files=[theirs])

    assert services.missing_files(fresh(leader)) == [theirs]
    assert fresh(leader).state == "incomplete"


def test_a_photo_named_by_an_answer_is_waited_for_though_the_submission_forgot_it(leader: Phone) -> None:
    photo = uuid.uuid4()
    item = visit_scenes.items_of(leader.inspection, with_shared=False)[0]
    leader.answer(item, "ok", files=[str(photo)], base_version=9)

    leader.submit()

    assert services.missing_files(fresh(leader)) == [photo]


@pytest.mark.requirement("R134")
def test_an_item_without_an_answer_is_named(people: Cast) -> None:
    phone = visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")
    phone.enter()
    for item in visit_scenes.items_of(phone.inspection)[1:]:
        phone.answer(item)

    with pytest.raises(VisitRefused, match="还有 1 项未查：营业执照") as refusal:
        phone.submit()

    assert refusal.value.code == "item_left"
    phone.answer(visit_scenes.items_of(phone.inspection)[0], "not_checked", skip_reason="site_not_ready")
    phone.sign_all()
    phone.submit()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"checklist_sha256": "0" * 64}, "checklist_changed"),
        ({"counts": {"ok": 99, "problem": 0, "not_applicable": 0, "not_checked": 0}}, "counts"),
        ({"counts": None}, "bad_message"),
    ],
)
def test_a_submission_that_does_not_agree_with_the_record_is_refused(
    leader: Phone, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(VisitRefused) as refusal:
        leader.submit(**changes)

    assert refusal.value.code == code
    assert fresh(leader).state == "in_progress"


def test_signatures_are_asked_for_and_a_refusal_needs_a_witness_or_a_recording(people: Cast) -> None:
    phone = visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")
    phone.enter()
    phone.answer_all()
    picture = str(phone.file(source="signature", mime="image/png"))

    with pytest.raises(VisitRefused, match="当事人签名"):
        phone.submit()
    with pytest.raises(VisitRefused, match="签字图样"):
        phone.sign(role="party")
    phone.sign(role="party", refused_reason="不认可检查结论")
    with pytest.raises(VisitRefused, match="见证人"):
        phone.submit()
    phone.sign(role="witness", name="社区工作人员", strokes_png_file=picture)
    with pytest.raises(VisitRefused, match="2 名执法人员签名"):
        phone.submit()
    for officer in phone.team():
        phone.sign(role="officer", officer_id=officer, strokes_png_file=picture)
    phone.submit()

    assert fresh(phone).state == "submitted"


def test_a_stranger_cannot_sign_as_an_officer(leader: Phone) -> None:
    stranger = str(leader.people.officers["周一"].pk)

    with pytest.raises(VisitRefused, match="不在本次派出"):
        leader.sign(role="officer", officer_id=stranger, strokes_png_file=str(uuid.uuid4()))


def test_an_objection_needs_words(leader: Phone) -> None:
    with pytest.raises(VisitRefused, match="异议内容"):
        leader.send("opinion", {"has_objection": True, "text": " "})


def test_what_comes_after_the_submission_is_kept_apart(leader: Phone) -> None:
    leader.submit()

    taken = leader.answer(visit_scenes.items_of(leader.inspection)[0], "problem")

    assert taken.state == "quarantined"
    assert Submission.objects.get(is_quarantined=True).quarantine_reason


def test_a_team_that_could_not_inspect_says_why(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    phone = visit_scenes.phone(people, visit, "市商务局")

    phone.send("unable", {"reason": "closed", "note": "大门紧闭，门上贴停业告示"})

    part = fresh(phone)
    assert (part.state, part.unable_reason) == ("unable", "closed")
    assert part.visit.state == "dispatched"
    visit_scenes.phone(people, visit, "市市监局").send("unable", {"reason": "closed", "note": ""})
    assert Visit.objects.get().state == "unable"
    assert LedgerEntry.objects.filter(event="visit.unable").count() == 1


def review(people: Cast, visit: Visit, short: str, head: str) -> None:
    services.mark_reviewed(
        inspection=visit_scenes.part(visit, short),
        result_codes=["1"],
        actor=people.actor(head),
        at=visit.ends_at,
    )


@pytest.mark.requirement("R132")
def test_one_visit_closes_every_departments_part(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    visit_scenes.submitted(people, visit, "市商务局")
    assert Visit.objects.get().state == "in_progress"
    visit_scenes.submitted(people, visit, "市市监局", problems=1)
    assert Visit.objects.get().state == "submitted"

    review(people, visit, "市商务局", "林局")
    assert Visit.objects.get().state == "submitted"
    review(people, visit, "市市监局", "王局")

    visit = Visit.objects.get()
    assert (visit.state, visit.closed_at) == ("closed", visit.ends_at)
    events = list(LedgerEntry.objects.filter(subject=str(visit.pk)).values_list("event", flat=True))
    assert events.count("visit.submitted") == events.count("visit.closed") == 1


@pytest.mark.requirement("R81")
def test_the_combined_report_holds_every_departments_results_and_waits_for_every_byte(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    visit_scenes.submitted(people, visit, "市商务局")
    with pytest.raises(VisitRefused, match="没有提交：市市监局"):
        services.make_report(visit_id=visit.pk, actor=SYSTEM, at=visit.ends_at)
    visit_scenes.submitted(people, visit, "市市监局", problems=1)

    jobs.run_now(at=visit.ends_at)

    report = Visit.objects.get().report
    assert report is not None
    assert attachments.read(report).startswith(b"%PDF")
    from onevisit.stages.visits import documents

    content = str(documents.report(Visit.objects.get(), on=visit.ends_at.date()).as_data())
    for words in ("厦门市商务局", "厦门市市场监督管理局", "进货台账缺 3 月记录", "发现问题已责令改正", "未发现问题"):
        assert words in content


def test_a_returned_part_opens_the_visit_again_and_can_be_submitted_again(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    for short in visit_scenes.DEPARTMENTS:
        visit_scenes.submitted(people, visit, short)

    services.return_part(
        inspection=visit_scenes.part(visit, "市商务局"),
        reason="油品质量一项缺少照片",
        actor=people.actor("林局"),
        at=visit.ends_at,
    )
    assert Visit.objects.get().state == "in_progress"
    phone = visit_scenes.phone(people, visit, "市商务局")
    phone.answer(visit_scenes.items_of(phone.inspection, with_shared=False)[0], "problem")
    total = len(visit_scenes.items_of(phone.inspection))
    phone.submit(counts={"ok": total - 1, "problem": 1, "not_applicable": 0, "not_checked": 0})

    assert visit_scenes.part(visit, "市商务局").state == "submitted"
    assert Visit.objects.get().state == "submitted"
    assert LedgerEntry.objects.filter(event="visit.resumed").count() == 1


def test_only_the_departments_head_reviews_and_returns(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    part = visit_scenes.submitted(people, visit, "市商务局")

    for name in ("林", "王局", "林一"):
        with pytest.raises(MayNot):
            services.mark_reviewed(inspection=part, result_codes=["1"], actor=people.actor(name), at=visit.ends_at)
        with pytest.raises(MayNot):
            services.return_part(inspection=part, reason="x", actor=people.actor(name), at=visit.ends_at)
    with pytest.raises(VisitRefused, match="不能与其他结果并存"):
        services.mark_reviewed(inspection=part, result_codes=["1", "6"], actor=people.actor("林局"), at=visit.ends_at)
    with pytest.raises(VisitRefused, match="退回的项目"):
        services.return_part(inspection=part, reason=" ", actor=people.actor("林局"), at=visit.ends_at)


@pytest.mark.requirement("R25")
def test_every_department_issues_its_notice_under_its_own_head_and_number(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    visit.target.name = "厦门𠮷龘加油站"
    visit.target.save(update_fields=["name"])

    jobs.run_now(at=visit.created_at)

    from onevisit.stages.visits import documents

    for part in visit.inspections.select_related("notice", "department", "visit__target", "visit__draw"):
        assert part.notice is not None
        assert attachments.read(part.notice).startswith(b"%PDF")
        assert part.notice_number in part.notice.title
        assert documents.notice(part, on=visit.created_at.date()).organ == part.department.name


def test_a_sealed_visits_notice_waits_for_its_address(people: Cast) -> None:
    visit = visit_scenes.dispatched(people, mode="sealed")
    jobs.run_now(at=visit.created_at)
    assert not Inspection.objects.filter(notice__isnull=False).exists()

    assert visit.address_opens_at is not None
    assert services.issue_notices(at=visit.address_opens_at) == 2


def test_looking_twice_changes_nothing(leader: Phone) -> None:
    leader.submit()

    assert progress.complete_if_here(inspection_id=leader.inspection.pk, at=leader.now) is False
    assert events_of(leader).count("inspection.submitted") == 1
