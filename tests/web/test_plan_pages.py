"""The pages of campaigns: columns side by side, reasons on every row, no select-all, lists of constant cost."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onevisit.stages.plans.models import Campaign, ClusterItem
from onevisit.support import clock
from tests import scenes
from tests.cast import AT, Cast


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def _client(people: Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def _page(people: Cast, name: str, url: str) -> str:
    answer = _client(people, name).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.requirement("R75")
@pytest.mark.requirement("R152")
def test_the_head_sees_necessity_scope_and_burden_side_by_side_before_deciding(people: Cast) -> None:
    campaign = scenes.submitted(people)

    page = _page(people, "林局", f"/plans/campaigns/{campaign.pk}/review")

    assert all(f'id="{column}-title"' in page for column in ("necessity", "scope", "burden"))
    assert "对象 12 户，抽 5 户" in page
    assert "入企 5 户次" in page
    assert f'action="/plans/campaigns/{campaign.pk}/approve"' in page
    assert 'value="too_broad"' in page


def test_who_may_not_decide_reads_who_will(people: Cast) -> None:
    campaign = scenes.submitted(people)

    page = _page(people, "陈", f"/plans/campaigns/{campaign.pk}/review")

    assert "此步由 市商务局 审批人 审批" in page
    assert f'action="/plans/campaigns/{campaign.pk}/approve"' not in page


@pytest.mark.requirement("R89")
def test_the_cluster_says_who_does_what_and_where_it_overlaps(people: Cast) -> None:
    campaign = scenes.matched(people)
    cluster = scenes.cluster(campaign)
    cluster.notes = {**cluster.notes, "overlaps": [{"items": ["a", "b"], "words": "两个部门都列有“油气回收”"}]}
    cluster.save(update_fields=["notes"])

    page = _page(people, "陈", f"/plans/campaigns/{campaign.pk}/cluster")

    assert "对象 12 户" in page
    assert "部门 5（建议不超过 5）" in page
    assert page.count('class="tip why-chip"') == 12 + 5 + 10
    assert "两个部门都列有“油气回收”" in page
    assert "空白 0 · 重叠 1" in page
    assert "登记状态：注销" in page


@pytest.mark.requirement("R99")
@pytest.mark.requirement("R100")
def test_no_page_that_picks_has_a_select_all(people: Cast) -> None:
    offer = scenes.settled(people)
    part = scenes.part_of(offer, people, "市市监局")
    draft = scenes.matched(people)
    pages = [
        _page(people, "陈", "/plans/campaigns/start"),
        _page(people, "陈", f"/plans/campaigns/{draft.pk}/cluster"),
        _page(people, "陈", f"/plans/campaigns/{draft.pk}/edit/targets"),
        _page(people, "林", f"/offers/{offer.pk}"),
        _page(people, "王", f"/offers/parts/{part.pk}"),
    ]

    for page in pages:
        controls = re.findall(r"<(?:button|a|label|input|summary)\b[^>]*>[^<]*", page)
        assert not [control for control in controls if "全选" in control or "select-all" in control]
    assert "这里没有“全选”" in pages[1]


@pytest.mark.requirement("R102")
def test_every_plan_says_whether_it_is_directed(people: Cast) -> None:
    campaign = scenes.matched(people)
    client = _client(people, "陈")
    url = f"/plans/campaigns/{campaign.pk}/edit/targets"

    answer = client.post(url, {"is_directed": "0", "streets": ""})

    assert answer.status_code == 302
    campaign.refresh_from_db()
    assert campaign.is_directed is False
    assert "不定向" in client.get(f"/plans/campaigns/{campaign.pk}/review").content.decode()
    assert client.post(url, {"streets": ""}).status_code == 422


def test_a_row_is_taken_out_with_a_reason_and_stays_in_sight(people: Cast) -> None:
    campaign = scenes.matched(people)
    row = ClusterItem.objects.select_related("item").first()
    assert row is not None
    client = _client(people, "陈")
    url = f"/plans/campaigns/{campaign.pk}/cluster/edit"
    given = {"act": "remove", "kind": "item", "row": str(row.item_id)}

    refused = client.post(url, {**given, "reason": " "})
    client.post(url, {**given, "reason": "以应急局为准"})

    assert refused.status_code == 422
    assert "请写明移出理由" in refused.content.decode()
    page = _page(people, "陈", f"/plans/campaigns/{campaign.pk}/cluster")
    assert "以应急局为准" in page
    client.post(url, {"act": "restore", "kind": "item", "row": str(row.item_id)})
    assert ClusterItem.objects.get(pk=row.pk).is_removed is False


def test_typed_conditions_are_counted_before_they_are_saved(people: Cast) -> None:
    campaign = scenes.matched(people)
    client = _client(people, "陈")

    url, swap = f"/plans/campaigns/{campaign.pk}/counts", {"HX-Request": "true"}
    whole = client.get(url, {"is_directed": "1"}, headers=swap).content.decode()
    risky = client.get(url, {"is_directed": "1", "risk_classes": ["C", "D"]}, headers=swap)

    assert "<strong data-count>12</strong>" in whole
    assert "<strong data-count>3</strong>" in risky.content.decode()
    campaign.refresh_from_db()
    assert campaign.conditions == {}


def test_a_saved_condition_matches_anew(people: Cast) -> None:
    campaign = scenes.matched(people)
    url = f"/plans/campaigns/{campaign.pk}/edit/targets"

    page = _client(people, "陈").post(url, {"is_directed": "1", "risk_classes": ["D"]}, follow=True).content.decode()

    assert "重新匹配为第 2 版" in page
    assert "对象 1 户" in page


def test_an_unfinished_plan_is_refused_with_what_is_missing(people: Cast) -> None:
    campaign = scenes.matched(people)

    answer = _client(people, "陈").post(f"/plans/campaigns/{campaign.pk}/submit")

    assert answer.status_code == 422
    assert "请写明问题来源" in answer.content.decode()


def test_a_started_campaign_is_matched_at_once(people: Cast) -> None:
    scenes.registers(people)
    template = scenes.template(people)
    day = AT.date()
    form = {
        "template": template.pk,
        "title": "加油站联合检查",
        "initiator": people.departments["市商务局"].pk,
        "starts_on": day.isoformat(),
        "ends_on": day.isoformat(),
    }

    answer = _client(people, "陈").post("/plans/campaigns/start", form, follow=True)

    assert answer.status_code == 200
    assert "对象 12 户" in answer.content.decode()
    assert Campaign.objects.get().clusters.count() == 1


def test_the_list_costs_the_same_for_many_as_for_few(people: Cast) -> None:
    scenes.started(people)
    client = _client(people, "陈")
    client.get("/plans/campaigns")
    few = _queries(client, "/plans/campaigns")
    for _ordinal in range(10):
        scenes.started(people)

    assert _queries(client, "/plans/campaigns") == few


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
