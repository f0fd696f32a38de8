"""只抽人员: the targets are given by a task, only who goes there is drawn, and anybody can check it afterwards."""

import json

import pytest
from django.test import Client

from onevisit.core.draw import forms
from onevisit.core.draw.officers import Assignment
from onevisit.core.draw.verify import Status, verify
from onevisit.core.draw.verify_register import verify_register
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.pool import given, narrow, preview
from onevisit.stages.draws.public import open_record, public_register
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.offers import services as offers
from onevisit.stages.plans import services as plans
from onevisit.stages.plans.services import Changes
from onevisit.stages.publication import services as publication
from onevisit.support import clock
from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, T0, TYPE_AT, Log
from tests.stages.publication import scene as published

WORDS = "12345 转来投诉三件，编号 2026-1118 至 2026-1120"
GIVEN = {"given_basis": "COMPLAINT", "given_words": WORDS}
EVERYONE = dict.fromkeys(("A", "B", "C", "D", "-"), 10_000)


@pytest.fixture
def listed(people: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A plan whose list holds what was complained about, settled to be visited whole."""
    campaign = scenes.complete(people)
    changes = Changes(
        region_codes=["350203"],
        conditions={"risk_classes": ["B", "C", "D"]},
        directed_reason="近三月投诉集中在思明区较高风险站点",
        quota={"rule": "rate", "strata": EVERYONE},
    )
    plans.edit(campaign=campaign, changes=changes, actor=people.actor("陈"), at=AT)
    campaign.refresh_from_db()
    plans.match(campaign=campaign, actor=people.actor("陈"), at=AT)
    handed = plans.submit(campaign=campaign, actor=people.actor("陈"), at=AT)
    approved = plans.approve(campaign=handed, actor=people.actor("林局"), at=AT)
    drafted = offers.draft(campaign=approved, actor=people.actor("林"), at=AT)
    monkeypatch.setattr(scenes, "drafted", lambda _people: drafted)
    return people


def sealed(people: Cast, log: Log) -> Draw:
    """Walk a draw for officers only to its sealed result."""
    draw = draw_scenes.committed_keys(people, **GIVEN)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)
    return draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


def test_every_given_target_is_visited_and_only_the_officers_are_drawn(listed: Cast, log: Log) -> None:
    draw = sealed(listed, log)
    draw = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)

    receipt = forms.parse_receipt(data=bytes(draw.receipt or b""))
    frames = {item.item: bytes(item.frame or b"") for item in draw.items.all()}
    (stratum,) = receipt.manifest.items[0].strata
    assert (stratum.id, stratum.size, stratum.quota) == ("ALL", len(documents.ground_of(draw).rows), stratum.size)
    assert isinstance(receipt.results[0].result.assignment, Assignment)
    assert DrawnSlot.objects.filter(draw=draw).values("target").distinct().count() == stratum.size
    checks = verify(receipt=bytes(draw.receipt or b""), frames=frames)
    assert [check.line for check in checks if check.status is Status.FAILED] == []
    page = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert "本次只抽执法人员" in page
    assert "投诉举报" in page
    assert WORDS not in page
    shown = open_record.open_draw(draw.number)
    assert shown is not None
    assert shown.title == draw.title


def test_before_the_opening_nothing_public_could_be_tried_with_a_list_of_targets(listed: Cast, log: Log) -> None:
    draw = sealed(listed, log)

    page = Client().get(f"/open/draws/{draw.number}").content.decode()
    for name in ("manifest.json", "conditions.json", "receipt.json"):
        assert Client().get(f"/open/draws/{draw.number}/files/{name}").status_code == 404
    manifest = json.loads(bytes(draw.manifest or b""))
    register = public_register.register_file(organiser=draw.organiser.code, at=T0) or b""

    assert json.loads(register)["withheld"] == [{"draw": draw.number, "t0": manifest["t0"]}]
    assert [check.line for check in verify_register(register=register) if check.status is Status.FAILED] == []
    assert manifest["items"][0]["frame_sha256"] not in page + register.decode()
    assert manifest["items"][0]["frame_root"] not in page + register.decode()
    assert draw.manifest_digest in page
    assert draw.title not in page
    assert "思明区" not in page
    assert "检查对象因“投诉举报”已经确定" in page


def test_a_list_longer_than_what_the_departments_agreed_to_is_refused(people: Cast) -> None:
    with pytest.raises(DrawRefused, match="要约商定检查 5 个对象，名单有 12 个"):
        draw_scenes.prepared(people, **GIVEN)
    assert not Draw.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"given_basis": "WISH"}, "由何而定"), ({"given_words": "查"}, "过于笼统")],
)
def test_a_basis_outside_the_list_or_without_words_is_refused(listed: Cast, change: dict[str, str], words: str) -> None:
    with pytest.raises(DrawRefused, match=words):
        draw_scenes.prepared(listed, **{**GIVEN, **change})


def test_given_targets_are_divided_by_district_at_most_and_each_is_visited(listed: Cast) -> None:
    draw = draw_scenes.prepared(listed, **GIVEN)
    with pytest.raises(DrawRefused, match="不分层，或者按区域、按所分"):
        draws.stratify(draw=draw, by="risk", quota={}, actor=listed.actor("陈"), at=AT)

    divided = draws.stratify(
        draw=draw, by="district", quota={"rule": "total", "total": 1}, actor=listed.actor("陈"), at=AT
    )

    ground = documents.ground_of(divided)
    assert documents.drawn_count(ground) == len(ground.rows)
    assert list(ground.sizes) == ["350203"]
    for item, mode in zip(
        draw_scenes.items_of(divided), ("area", "bureau_station", "two_stations", "cross"), strict=False
    ):
        draws.staff(item=item, mode=mode, actor=listed.actor("陈"), at=AT)

    assert preview.of_draw(draw, at=AT).drawn == len(documents.ground_of(draw).rows)
    assert given.label_of(draw) == "投诉举报"


def test_a_draw_of_both_cannot_be_turned_into_one_for_officers_only_by_its_strata(people: Cast) -> None:
    draw = draw_scenes.prepared(people)

    with pytest.raises(DrawRefused, match="请选择分层方式"):
        draws.stratify(draw=draw, by="given", quota={}, actor=people.actor("陈"), at=AT)


def test_nobody_asks_to_replace_a_given_target(listed: Cast, log: Log) -> None:
    draw = sealed(listed, log)
    slot = DrawnSlot.objects.filter(draw=draw)[0]

    with pytest.raises(DrawRefused, match="对象是指定的"):
        draws.request_replacement(
            draw=draw,
            target_id=slot.target_id,
            reason="NOT_FOUND",
            words="登记住所为空置商铺，邻居称半年前已搬走",
            evidence_sha256=draw_scenes.EVIDENCE,
            actor=listed.actor("林"),
            at=T0,
        )


def test_the_organiser_chooses_it_when_he_prepares(listed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    offer, client = scenes.ready(listed), Client()
    client.force_login(listed.officers["陈"].user)
    form = {"t0": "2026-11-18T15:00", "length": 12, "slots": 2, "cap": 0, "mode": "sealed", **GIVEN}
    form |= {"sources": ["ceremony"]}

    assert "只抽执法人员，对象已定：投诉举报" in client.get(f"/draws/new?offer={offer.pk}").content.decode()
    short = client.post(f"/draws/new?offer={offer.pk}", {**form, "given_words": ""})
    assert (short.status_code, Draw.objects.count()) == (422, 0)
    made = client.post(f"/draws/new?offer={offer.pk}", form)

    assert made.status_code == 302
    page = client.get(made["Location"]).content.decode()
    assert "只抽执法人员（对象已定：投诉举报）" in page
    assert WORDS in page


def test_a_result_says_that_its_target_was_named_and_only_the_officers_were_drawn(listed: Cast, log: Log) -> None:
    draw = sealed(listed, log)
    visit = published.visit(listed)
    visit.draw = draw
    visit.save(update_fields=["draw"])
    found = publication.prepare(visit_id=visit.pk, actor=SYSTEM, at=T0)
    seen = found.content_sha256
    found = publication.approve(publication=found, content_sha256=seen, actor=listed.actor("王局"), at=T0)
    publication.release(publication=found, at=T0)

    page = Client().get(f"/open/b/{visit.target.uscc}").content.decode()

    assert "检查对象因“投诉举报”由任务指定，不是抽中的；谁去检查由抽取确定" in page
    assert "怎么抽中的" not in page


def test_a_draw_that_was_given_up_promises_no_opening(listed: Cast, log: Log) -> None:
    draw = sealed(listed, log)
    assert "公开后一并发布" in Client().get(f"/open/draws/{draw.number}").content.decode()
    for state, words in (("voiding", "作废生效后，冻结清单和选取条件不再公开"), ("void", "本次抽取已作废，不再公开")):
        Draw.objects.filter(pk=draw.pk).update(state=state, void_reason="FRAME_DEFECT")
        page = Client().get(f"/open/draws/{draw.number}").content.decode()
        assert words in page
        assert "公开后一并发布" not in page
        assert "封存中" not in page


def test_a_short_list_and_small_pools_of_given_targets_need_a_second_organ_too(listed: Cast) -> None:
    """One clerk's word that targets are given must not switch the consent of a second organ off."""
    draw = draw_scenes.prepared(listed, **GIVEN)
    RuleVersion.objects.filter(rule_id="draw.minimum_stratum").update(amount=100)

    words = [place.words for place in narrow.places_of(draw, documents.ground_of(draw), on=AT.date())]

    assert any("全部对象 层只有" in one for one in words)
    assert any("最少只在 3 人中选" in one for one in words)
    blockers = readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT).blockers
    assert any("须经公证或执法监督单位同意" in one for one in blockers)
