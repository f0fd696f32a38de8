"""Remarks beside the paragraphs of a plan, minutes of the meeting, and days that respect rest and holidays."""

from datetime import date

import pytest
from django.test import Client

from onevisit.stages.plans import burden, dates, selectors, services
from onevisit.stages.plans.models import Campaign, PlanNote
from onevisit.stages.plans.refusals import PlanIncomplete, PlanRefused
from onevisit.stages.plans.services import Changes
from onevisit.stages.registers.models import Leave
from onevisit.support import clock
from onevisit.support.deadlines.models import Deadline
from onevisit.support.ledger.models import LedgerEntry
from tests import scenes
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _consulted(people: Cast) -> Campaign:
    return services.consult(campaign=scenes.complete(people), actor=people.actor("陈"), at=AT)


def _client(people: Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def _page(people: Cast, name: str, path: str) -> str:
    answer = _client(people, name).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_draft_is_known_to_the_cluster_only_when_it_is_asked(people: Cast) -> None:
    campaign = scenes.complete(people)
    assert not Campaign.objects.visible_to(people.actor("何")).exists()

    services.consult(campaign=campaign, actor=people.actor("陈"), at=AT)

    assert Campaign.objects.visible_to(people.actor("何")).get() == campaign
    assert not Campaign.objects.visible_to(people.actor("吴")).exists()
    terms = Deadline.objects.filter(subject_type="campaign_consultation", closed_at__isnull=True)
    assert terms.count() == 5
    assert {f"{term.due_at.astimezone(AT.tzinfo):%m-%d}" for term in terms} == {"11-13"}
    assert [todo.sentence for todo in selectors.todos(people.actor("何"), AT)] == [
        "请对方案提出批注或答复无意见：加油（气）站安全联合检查"
    ]


def test_nobody_is_asked_before_there_is_a_cluster(people: Cast) -> None:
    with pytest.raises(PlanRefused, match="先匹配集群再征求意见"):
        services.consult(campaign=scenes.started(people), actor=people.actor("陈"), at=AT)


def test_a_remark_stands_beside_its_paragraph_until_the_writer_answers_it(people: Cast) -> None:
    campaign = _consulted(people)
    path = f"/plans/campaigns/{campaign.pk}"

    sent = _client(people, "何").post(f"{path}/annotate", {"section": "quota", "words": "D 类全查，人手不够"})

    assert sent.status_code == 302
    page = _page(people, "陈", f"{path}/review")
    beside = page.split('data-notes="quota"')[1].split("data-notes=")[0]
    assert "市应急局" in beside
    assert "D 类全查，人手不够" in beside
    with pytest.raises(PlanIncomplete, match="“比例数量”有 1 条批注待处理"):
        services.submit(campaign=campaign, actor=people.actor("陈"), at=AT)
    assert "1 条批注待处理" in _page(people, "陈", "/inbox")
    note = PlanNote.objects.get()
    refused = _client(people, "陈").post(f"{path}/notes/{note.pk}/adopt", {"answer": " "})
    assert refused.status_code == 422
    assert "请写明如何处理、理由是什么" in refused.content.decode()
    _client(people, "陈").post(f"{path}/notes/{note.pk}/adopt", {"answer": "D 类改抽半数"})
    assert services.submit(campaign=campaign, actor=people.actor("陈"), at=AT).state == "submitted"
    entries = LedgerEntry.objects.filter(
        subject=str(campaign.pk), event__in=("campaign.annotated", "plan_note.adopted")
    )
    assert entries.count() == 2
    assert all("人手" not in bytes(entry.payload).decode() for entry in entries)
    assert not Deadline.objects.filter(subject_type="campaign_consultation", closed_at__isnull=True).exists()


def test_a_remark_without_words_is_refused_beside_its_paragraph(people: Cast) -> None:
    campaign = _consulted(people)

    answer = _client(people, "何").post(f"/plans/campaigns/{campaign.pk}/annotate", {"section": "goal", "words": " "})

    assert answer.status_code == 422
    assert "请写明批注意见" in answer.content.decode()
    assert not PlanNote.objects.exists()


def test_no_remark_is_an_answer_once_and_not_beside_an_open_one(people: Cast) -> None:
    campaign = _consulted(people)
    services.agree(campaign=campaign, actor=people.actor("何"), at=AT)
    services.annotate(campaign=campaign, section="goal", words="写明基数", actor=people.actor("苏"), at=AT)

    for name in "何苏":
        with pytest.raises(PlanRefused, match="已有待处理的批注或已答复无意见"):
            services.agree(campaign=campaign, actor=people.actor(name), at=AT)
    page = _page(people, "陈", f"/plans/campaigns/{campaign.pk}")
    listed = page.split("data-answers")[1].split("</ul>")[0]
    assert "无意见" in listed
    assert "批注 1 条，待处理 1" in listed
    assert listed.count("未答复") == 3


def test_the_head_annotates_what_he_was_handed_and_cannot_approve_over_it(people: Cast) -> None:
    campaign = scenes.submitted(people)
    note = services.annotate(campaign=campaign, section="time", words="避开月底", actor=people.actor("林局"), at=AT)

    with pytest.raises(PlanIncomplete, match="“时间与阶段”有 1 条批注待处理"):
        services.approve(campaign=campaign, actor=people.actor("林局"), at=AT)
    services.withdraw_note(note=note, actor=people.actor("林局"), at=AT)

    assert services.approve(campaign=campaign, actor=people.actor("林局"), at=AT).state == "approved"


def test_minutes_name_who_met_and_are_void_rather_than_changed(people: Cast) -> None:
    minutes = scenes.minuted(people)
    path = f"/plans/campaigns/{minutes.campaign_id}"
    entry = LedgerEntry.objects.get(event="campaign.minuted")
    assert "陈处" not in bytes(entry.payload).decode()
    assert "市商务局、市应急局" in _page(people, "陈", path)

    services.void_minutes(minutes=minutes, reason="日期登错", actor=people.actor("陈"), at=AT)

    assert "作废理由：日期登错" in _page(people, "陈", path)
    with pytest.raises(PlanRefused, match="已经作废"):
        services.void_minutes(minutes=minutes, reason="再作废", actor=people.actor("陈"), at=AT)


def test_minutes_of_a_meeting_to_come_or_of_strangers_are_refused(people: Cast) -> None:
    campaign = scenes.complete(people)
    given = {"title": "会商", "chair": "陈处", "agreed": "同意"}
    url = f"/plans/campaigns/{campaign.pk}/minute"
    organ = str(people.departments["市商务局"].pk)

    early = _client(people, "陈").post(url, {**given, "met_on": "2026-11-11", "department_ids": [organ]})
    nobody = _client(people, "陈").post(url, {**given, "met_on": "2026-11-10"})

    assert "会后再登记纪要" in early.content.decode()
    assert nobody.status_code == 422
    assert not campaign.minutes.exists()


def test_proposed_days_are_working_days_after_every_term(people: Cast) -> None:
    assert dates.proposed_period(on=date(2026, 9, 14)) == (date(2026, 10, 8), date(2026, 10, 10))
    assert dates.moved_to_working_days(date(2026, 10, 1), date(2026, 10, 2)) == (date(2026, 10, 8), date(2026, 10, 9))
    page = _page(people, "陈", "/plans/campaigns/start")
    assert 'name="starts_on" value="2026-12-02"' in page


def test_a_period_on_rest_days_is_shown_and_needs_a_reason_when_nothing_else_is_left(people: Cast) -> None:
    campaign = scenes.complete(people)
    weekend = Changes(starts_on=date(2026, 11, 28), ends_on=date(2026, 11, 29))
    services.edit(campaign=campaign, changes=weekend, actor=people.actor("陈"), at=AT)
    services.match(campaign=campaign, actor=people.actor("陈"), at=AT)

    page = _page(people, "陈", f"/plans/campaigns/{campaign.pk}/edit/time")

    assert "建议改为 2026-11-30（周一） 至 2026-12-01（周二）" in page
    with pytest.raises(PlanIncomplete, match="起止日期内没有工作日"):
        services.submit(campaign=campaign, actor=people.actor("陈"), at=AT)
    reason = Changes(rest_day_reason="周末客流最大，隐患在周末")
    services.edit(campaign=campaign, changes=reason, actor=people.actor("陈"), at=AT)
    assert services.submit(campaign=campaign, actor=people.actor("陈"), at=AT).state == "submitted"


def test_a_day_with_more_visits_than_teams_is_tight_for_its_department(people: Cast) -> None:
    campaign = scenes.complete(people)
    cluster = scenes.cluster(campaign)
    assert burden.preview(campaign, cluster, on=AT.date()).tight_days == ()
    for name in ("何一", "何备"):
        away = people.officers[name].inspector
        Leave.objects.create(inspector=away, from_on=date(2026, 11, 25), to_on=date(2026, 11, 25), reason="培训")

    tight = burden.preview(campaign, cluster, on=AT.date()).tight_days

    assert [(one.day, one.department, one.words) for one in tight] == [
        (date(2026, 11, 25), "市应急局", "可派 1 人，不足 2 人")
    ]


def test_visits_of_other_plans_make_a_day_tight(people: Cast) -> None:
    campaign = scenes.approved(people)
    other = scenes.matched(people)
    quota = {"rule": "total", "total": 12}
    services.edit(campaign=other, changes=Changes(quota=quota), actor=people.actor("陈"), at=AT)
    other.refresh_from_db()

    tight = burden.preview(other, scenes.cluster(other), on=AT.date()).tight_days

    assert len(tight) == 15
    assert tight[0].words == "可派 3 人，要查 6 户（含其他专项 2 户）"
    assert campaign.state == "approved"


def test_every_phase_names_the_rule_that_sets_it(people: Cast) -> None:
    campaign = scenes.approved(people)

    found = dates.phases(campaign, on=AT.date())
    page = _page(people, "陈", f"/plans/campaigns/{campaign.pk}")

    assert found[-1].latest_on == date(2026, 12, 24)
    assert "检查结果公示期限 20 个工作日，规则 v1：国市监信〔2019〕38号（待核实）" in page
    assert "不晚于 2026-12-24（周四）" in page
    assert campaign.filing_number in page
