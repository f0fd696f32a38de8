"""Small strata and small pools: a second organ agrees before the freeze, to exactly what stands."""

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, NarrowConsent
from onevisit.stages.draws.pool import narrow
from onevisit.stages.draws.public import open_pool
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.plans.models import ClusterTarget
from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, NARROW_REASON


def _ready_but_narrow(people: Cast) -> Draw:
    draw = draw_scenes.prepared(people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.share_keys(draw, people)
    draw_scenes.approve_exclusions(draw, people)
    return draw


def _open(draw: Draw) -> list[narrow.NarrowPlace]:
    return narrow.open_places(draw, narrow.places_of(draw, documents.ground_of(draw), on=AT.date()))


def test_the_places_are_named_with_their_figures(people: Cast) -> None:
    draw = draw_scenes.prepared(people)

    words = [place.words for place in _open(draw)]

    assert "D 层只有 1 户（少于 5 户）" in words
    assert "未分类 层 1 户按取整全部抽中，没有随机" in words
    assert "市商务局最少只在 3 人中选（少于 4 人）" in words


def test_a_second_organ_agrees_and_the_pool_is_frozen(people: Cast) -> None:
    draw = _ready_but_narrow(people)
    with pytest.raises(DrawRefused, match="须经公证或执法监督单位同意"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)
    with pytest.raises(DrawRefused, match="待公证或执法监督单位同意"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)

    draws.consent(draw=draw, actor=people.actor("司"), at=AT)

    draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    Draw.objects.filter(pk=draw.pk).update(state="committed")
    shown = open_pool.open_pool(draw.number)
    assert shown is not None
    assert [(one.organ, one.post, one.reason) for one in shown.consents] == [("市司法局", "执法监督", NARROW_REASON)]
    entry = LedgerEntry.objects.get(event="draw.narrow_consented", subject=str(draw.pk), is_public=True)
    assert NARROW_REASON not in bytes(entry.payload).decode()


def test_nobody_agrees_to_his_own_request_nor_for_the_organiser(people: Cast) -> None:
    draw = _ready_but_narrow(people)

    with pytest.raises(DrawRefused, match="没有待答复的申请"):
        draws.consent(draw=draw, actor=people.actor("公"), at=AT)
    with pytest.raises(MayNot):
        draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("公"), at=AT)
    with pytest.raises(DrawRefused, match="过于笼统"):
        draws.ask_consent(draw=draw, reason="少", actor=people.actor("陈"), at=AT)
    draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)
    with pytest.raises(DrawRefused, match="已有申请"):
        draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)
    for name in ("陈", "陈处", "林局"):
        with pytest.raises(MayNot):
            draws.consent(draw=draw, actor=people.actor(name), at=AT)
    assert not NarrowConsent.objects.filter(consented_at__isnull=False).exists()


def test_a_refusal_leaves_its_reason_and_a_new_request_is_possible(people: Cast) -> None:
    draw = _ready_but_narrow(people)
    draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)

    with pytest.raises(DrawRefused, match="过于笼统"):
        draws.refuse_consent(draw=draw, reason="不行", actor=people.actor("公"), at=AT)
    draws.refuse_consent(draw=draw, reason="请先合并 D 层与未分类层再来申请", actor=people.actor("公"), at=AT)

    assert LedgerEntry.objects.filter(event="draw.consent_refused", subject=str(draw.pk)).count() == 1
    with pytest.raises(DrawRefused, match="须经公证或执法监督单位同意"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)


def test_a_consent_holds_for_the_pool_that_was_shown_and_no_smaller_one(people: Cast) -> None:
    draw = _ready_but_narrow(people)
    draw_scenes.consent_to_narrow(draw, people)
    assert _open(draw) == []
    row = ClusterTarget.objects.filter(is_removed=False, target__credit_risk_class="B")[0]
    ClusterTarget.objects.filter(pk=row.pk).delete()

    assert [place.words for place in _open(draw)] == ["B 层只有 2 户（少于 5 户）"]
    with pytest.raises(DrawRefused, match="小层、小池 1 处"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_objects_that_recusals_make_narrow_are_named_and_a_consent_is_for_exactly_these(people: Cast) -> None:
    scenes.registers(people)
    people.officers["林三"] = cast.officer(
        name="林三", department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
    )
    scenes.inspector(people=people, name="林三")
    draw = _ready_but_narrow(people)
    draw_scenes.consent_to_narrow(draw, people)
    item = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    first, second = documents.ground_of(draw).rows[:2]
    inspector_id = scenes.inspector_ids(people, "市商务局")[0]
    given = {"item": item, "inspector_id": inspector_id, "reason": "RELATIVE", "actor": people.actor("林"), "at": AT}

    draws.recuse(target_id=first.target_id, **given)  # type: ignore[arg-type]
    (place,) = _open(draw)
    assert f"{first.name}（3 人）" in place.objects
    draw_scenes.consent_to_narrow(draw, people)
    draws.recuse(target_id=second.target_id, **given)  # type: ignore[arg-type]

    (other,) = _open(draw)
    assert other.size == place.size
    assert other.token != place.token


def test_a_city_may_be_stricter_than_the_figures_and_never_laxer(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    asked = {place.token for place in _open(draw)}

    RuleVersion.objects.filter(rule_id__in=("draw.minimum_stratum", "draw.minimum_officers")).update(amount=1)
    assert {place.token for place in _open(draw)} == asked
    RuleVersion.objects.filter(rule_id="draw.minimum_stratum").update(amount=100)
    assert len(_open(draw)) > len(asked)


def test_a_frozen_pool_takes_no_request(people: Cast) -> None:
    draw = draw_scenes.frozen(people)

    for act in (draws.ask_consent, draws.refuse_consent):
        with pytest.raises(WrongState):
            act(draw=draw, reason=NARROW_REASON, actor=people.actor("陈" if act is draws.ask_consent else "公"), at=AT)
    with pytest.raises(WrongState):
        draws.consent(draw=draw, actor=people.actor("公"), at=AT)
