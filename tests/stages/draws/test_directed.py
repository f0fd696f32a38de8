"""定向 and 不定向: conditions with their reason, published with the draw, and a replay that gives the same list."""

import hashlib
import json
from dataclasses import replace

import pytest
from django.test import Client

from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public import open_files
from onevisit.stages.offers import services as offers
from onevisit.stages.plans import directing, readiness, selectors
from onevisit.stages.plans import services as plans
from onevisit.stages.plans.models import Campaign, Cluster
from onevisit.stages.plans.refusals import PlanIncomplete, PlanRefused
from onevisit.stages.plans.services import Changes
from onevisit.stages.registers import proposals
from onevisit.stages.registers.models import FormerInspection, InspectionTarget
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT

WHY = "近三月投诉集中在思明区较高风险站点"
NARROW = Changes(region_codes=["350203"], conditions={"risk_classes": ["B", "C", "D"]}, directed_reason=WHY)


def _planned(people: Cast, changes: Changes) -> Campaign:
    campaign = scenes.complete(people)
    plans.edit(campaign=campaign, changes=changes, actor=people.actor("陈"), at=AT)
    campaign.refresh_from_db()
    plans.match(campaign=campaign, actor=people.actor("陈"), at=AT)
    return campaign


def _frozen(people: Cast, changes: Changes, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Walk a plan with these conditions to its frozen pool."""
    campaign = _planned(people, changes)
    handed = plans.submit(campaign=campaign, actor=people.actor("陈"), at=AT)
    approved = plans.approve(campaign=handed, actor=people.actor("林局"), at=AT)
    drafted = offers.draft(campaign=approved, actor=people.actor("林"), at=AT)
    monkeypatch.setattr(scenes, "drafted", lambda _people: drafted)
    return draw_scenes.frozen(people)


@pytest.mark.requirement("R92", "R102")
def test_a_directed_draw_publishes_its_conditions_and_a_replay_gives_the_same_list(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = _frozen(people, NARROW, monkeypatch)
    draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    Draw.objects.filter(pk=draw.pk).update(state="committed")
    ground = documents.ground_of(draw)

    page = Client().get(f"/open/draws/{draw.number}").content.decode()
    file = open_files.file_of(number=draw.number, name="conditions.json")

    assert "定向：领域“加油（气）站安全”的全部检查对象；区域：350203；信用风险分类：B、C、D" in page
    assert WHY in page
    assert file is not None
    digest = hashlib.sha256(file).hexdigest()
    entry = LedgerEntry.objects.get(event="draw.directed", subject=str(draw.pk), is_public=True)
    assert f'"digest":"{digest}"' in bytes(entry.payload).decode()
    campaign = Campaign.objects.get(pk=ground.offer.campaign_id)
    again = proposals.propose(selectors.question_of(campaign))
    assert [found.target.object_id for found in again.targets] == [row.object_id for row in ground.rows]
    assert proposals.digest(again) == json.loads(file)["registers_digest"]
    assert {row.stratum for row in ground.rows} <= {"B", "C", "D"}
    assert {row.region_code for row in ground.rows} == {"350203"}


def test_conditions_without_a_reason_are_not_handed_in(people: Cast) -> None:
    campaign = _planned(people, replace(NARROW, directed_reason=""))

    assert [section for section, _words in readiness.blockers(campaign)] == ["targets"]
    with pytest.raises(PlanIncomplete):
        plans.submit(campaign=campaign, actor=people.actor("陈"), at=AT)


@pytest.mark.requirement("R102")
def test_what_is_not_directed_has_no_conditions_and_takes_the_whole_field(people: Cast) -> None:
    campaign = _planned(people, Changes(is_directed=False))
    whole = InspectionTarget.objects.filter(industry_code="5265", status="active").exclude(quiet_listings__isnull=False)

    with pytest.raises(PlanRefused, match="不定向抽取不设条件"):
        plans.edit(campaign=campaign, changes=replace(NARROW), actor=people.actor("陈"), at=AT)

    cluster = Cluster.objects.filter(campaign=campaign).latest("version")
    assert {row.target_id for row in selectors.frame_of(cluster.pk)} == set(whole.values_list("pk", flat=True))
    said = directing.direction_of(campaign_id=campaign.pk, cluster_id=cluster.pk)
    assert said.text == "不定向：领域“加油（气）站安全”的全部检查对象"


def test_without_a_template_nothing_directed_means_every_business_of_the_register(people: Cast) -> None:
    scenes.registers(people)
    InspectionTarget.objects.create(
        object_id="site:xm-1", kind="site", name="某场所", region_code="350203", address="某路", industry_code="5265"
    )
    campaign = plans.start(
        template=None,
        title="企业公示信息抽查",
        field=scenes.FIELD,
        initiator=people.departments["市商务局"],
        starts_on=scenes.STARTS_ON,
        ends_on=scenes.ENDS_ON,
        actor=people.actor("陈"),
        at=AT,
    )
    empty = selectors.counts_of(campaign, Changes())
    whole = selectors.counts_of(campaign, Changes(is_directed=False))

    assert empty.targets == 0
    assert whole.targets + whole.excluded == InspectionTarget.objects.exclude(kind="site").count()


def test_trade_kind_and_former_problems_are_conditions_and_their_burden_is_counted(people: Cast) -> None:
    campaign = scenes.matched(people)
    target = InspectionTarget.objects.filter(credit_risk_class="D").get()
    FormerInspection.objects.create(
        target=target, department=people.departments["市市监局"], on=AT.date(), kind="日常", result="计量偏差，已整改"
    )

    found = selectors.counts_of(campaign, Changes(conditions={"problem": "计量"}))
    other = selectors.counts_of(campaign, Changes(conditions={"industries": ["6210"], "kinds": ["product"]}))

    assert (found.targets, found.drawn, found.visits_apart) == (1, 1, 5)
    assert other.targets == 0
