"""What stays out of the pool: approved by a second person, let in again, or followed to the record it became."""

from uuid import UUID

import pytest
from django.test import Client

from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import documents, readiness, todos
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, ExclusionApproval
from onevisit.stages.draws.pool import reconciling
from onevisit.stages.draws.pool.reconciling import ExcludedGroup
from onevisit.stages.draws.public import open_pool, open_record
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.plans.models import ClusterTarget
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.stages.registers import merges
from onevisit.stages.registers.models import InspectionTarget, MergeRule
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.models import Post
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT

WORDS = "该户已由专班另行检查，本次移出"


def _groups(draw: Draw) -> dict[str, ExcludedGroup]:
    return {group.reason: group for group in reconciling.groups_of(draw, documents.ground_of(draw))}


def _approve(draw: Draw, people: Cast, group: ExcludedGroup, *, by: str = "陈处", words: str = "同意") -> None:
    draws.approve_exclusions(
        draw=draw,
        reason=group.reason,
        list_sha256=group.list_sha256,
        words=words,
        actor=people.actor(by),
        at=AT,
    )


def _taken_out(draw: Draw, people: Cast, *, by: str = "陈") -> UUID:
    """Let a clerk have taken one target out before the plan was approved."""
    assert draw.offer is not None
    row = ClusterTarget.objects.filter(cluster=draw.offer.cluster, is_removed=False, target__credit_risk_class="A")[0]
    row.is_removed, row.removed_code, row.removed_reason = True, "clerk", WORDS
    row.removed_by = people.actor(by).id
    row.save()
    return row.target_id


def test_exclusions_that_nobody_approved_block_the_freeze(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.share_keys(draw, people)

    with pytest.raises(DrawRefused, match="排除 2 户尚未批准（无事不扰 1、已注销或停业 1）"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)

    for group, by in zip(_groups(draw).values(), ("陈处", "林局"), strict=True):
        _approve(draw, people, group, by=by)
    draw_scenes.consent_to_narrow(draw, people)
    assert draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT).state == "frozen"


def test_an_approval_names_the_list_that_the_manifest_binds_and_the_post_not_the_person(people: Cast) -> None:
    draw = draw_scenes.frozen(people)
    draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    Draw.objects.filter(pk=draw.pk).update(state="committed")

    shown = open_pool.open_pool(draw.number)

    assert shown is not None
    assert {(one.reason, one.count) for one in shown.exclusions} == {("QUIET_LIST", 1), ("STATUS", 1)}
    for one in shown.exclusions:
        assert one.approval is not None
        assert (one.approval.organ, one.approval.post) == ("领导小组办公室", "审批人")
    figures = open_record.open_draw(draw.number)
    assert figures is not None
    first = figures.items[0]
    assert first.registry_count - sum(one.count for one in shown.exclusions) == first.frame_count
    page = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert "领导小组办公室 审批人" in page
    assert "陈处" not in page
    entries = LedgerEntry.objects.filter(event="draw.exclusions_approved", subject=str(draw.pk), is_public=True)
    assert {one.list_sha256 for one in shown.exclusions} <= {
        digest for digest in (bytes(entry.payload).decode().split('"list_sha256":"')[1][:64] for entry in entries)
    }


def test_only_a_head_of_the_organiser_or_of_the_leading_department_approves(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    group = _groups(draw)["STATUS"]

    for name in ("陈", "林", "王局", "公", "司"):
        with pytest.raises(MayNot):
            _approve(draw, people, group, by=name)
    assert not ExclusionApproval.objects.exists()


def test_who_proposed_an_exclusion_never_approves_it(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    target = _taken_out(draw, people, by="林局")
    for name in ("陈",):
        Post.objects.create(
            officer=people.officers[name],
            department=people.departments["领导小组办公室"],
            role=Role.APPROVER,
            valid_from=AT.date(),
        )

    group = _groups(draw)["CLERK"]
    assert [row.target_id for row in group.rows] == [target]
    for name in ("林局", "陈"):
        with pytest.raises(DrawRefused, match="提出排除的人不能批准"):
            _approve(draw, people, group, by=name)
    _approve(draw, people, group)


def test_a_list_that_has_changed_needs_a_new_approval(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    _taken_out(draw, people)
    seen = _groups(draw)["CLERK"]
    assert any("人工移出 1" in words for words in readiness.of_draw(draw, documents.ground_of(draw), at=AT).blockers)
    _approve(draw, people, seen)
    _taken_out(draw, people)

    with pytest.raises(DrawRefused, match="排除 2 户尚未批准（人工移出 2）"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    with pytest.raises(DrawRefused, match="排除名单已有变动"):
        _approve(draw, people, seen)
    with pytest.raises(DrawRefused, match="批准意见"):
        _approve(draw, people, _groups(draw)["CLERK"], words=" ")
    now = _groups(draw)["CLERK"]
    _approve(draw, people, now)
    with pytest.raises(DrawRefused, match="已经批准"):
        _approve(draw, people, now)


def test_a_frozen_pool_takes_no_more_approvals_nor_returns(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    target = _taken_out(draw, people)
    group = _groups(draw)["CLERK"]
    _approve(draw, people, group)
    draw_scenes.consent_to_narrow(draw, people)
    draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)

    with pytest.raises(WrongState):
        _approve(draw, people, group)
    with pytest.raises(WrongState):
        draws.readmit(draw=draw, target_id=target, reason=WORDS, actor=people.actor("陈处"), at=AT)
    with pytest.raises(WrongState):
        draws.follow_merge(draw=draw, target_id=target, actor=people.actor("陈"), at=AT)


def test_a_head_lets_in_again_what_a_clerk_took_out_but_nothing_that_a_rule_did(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    target = _taken_out(draw, people)
    by_rule = _groups(draw)["STATUS"].rows[0].target_id
    before = len(documents.ground_of(draw).rows)

    with pytest.raises(MayNot):
        draws.readmit(draw=draw, target_id=target, reason=WORDS, actor=people.actor("陈"), at=AT)
    with pytest.raises(PlanRefused, match="由规则剔除"):
        draws.readmit(draw=draw, target_id=by_rule, reason=WORDS, actor=people.actor("林局"), at=AT)
    draws.readmit(draw=draw, target_id=target, reason="移出没有依据，放回", actor=people.actor("林局"), at=AT)

    assert len(documents.ground_of(draw).rows) == before + 1
    entry = LedgerEntry.objects.get(event="draw.readmitted", subject=str(draw.pk))
    assert "移出没有依据" not in bytes(entry.payload).decode()


def test_a_target_that_was_merged_meanwhile_blocks_the_freeze_until_its_successor_stands_there(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    gone = InspectionTarget.objects.get(pk=documents.ground_of(draw).rows[0].target_id)
    kept = InspectionTarget.objects.create(
        object_id="site:xm-station-1",
        name="鹭江加油站",
        region_code="350203",
        address="某某路 1 号",
        industry_code="5265",
    )
    merges.merge(kept=kept, dropped=gone, rule=MergeRule.SAME_PLACE, actor=people.actor("运"), at=AT)
    before = len(documents.ground_of(draw).rows)

    with pytest.raises(DrawRefused, match=f"{gone.name}已并入鹭江加油站"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    with pytest.raises(MayNot):
        draws.follow_merge(draw=draw, target_id=gone.pk, actor=people.actor("林"), at=AT)
    draws.follow_merge(draw=draw, target_id=gone.pk, actor=people.actor("陈"), at=AT)
    with pytest.raises(PlanRefused, match="没有并入"):
        draws.follow_merge(draw=draw, target_id=kept.pk, actor=people.actor("陈"), at=AT)

    ground = documents.ground_of(draw)
    assert (len(ground.rows), "site:xm-station-1" in {row.object_id for row in ground.rows}) == (before, True)
    assert LedgerEntry.objects.filter(event="draw.merge_followed", subject=str(draw.pk)).count() == 1
    with pytest.raises(DrawRefused, match="已并入其他对象 1"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_who_may_approve_or_agree_finds_it_among_the_to_dos(people: Cast) -> None:
    draw = draw_scenes.prepared(people)

    def verbs(name: str) -> list[str]:
        return [todo.verb for todo in todos.todos(people.actor(name), AT)]

    assert verbs("陈处") == verbs("林局") == ["draw.approve_exclusions"]
    assert "draw.approve_exclusions" not in verbs("王局")
    assert verbs("公") == []
    draws.ask_consent(draw=draw, reason=draw_scenes.NARROW_REASON, actor=people.actor("陈"), at=AT)
    assert verbs("公") == verbs("司") == ["draw.consent"]
    draw_scenes.approve_exclusions(draw, people)
    assert verbs("林局") == []
