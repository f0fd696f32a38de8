"""A slot with no spare refuses the freeze: where as many go as are there, nobody is left when one falls ill."""

import pytest

from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawItem, DrawnSlot
from onevisit.stages.draws.pool import spares
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.offers.models import PartApproval
from tests import draw_scenes, scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, KEY_AT, T0, TYPE_AT, Log

WORDS = (
    "市商务局可抽 2 人，每户需 2 人，另须有 1 人备选。"
    "请该部门增加提名到 3 人以上，或改用其他抽人方式（如所所联动、全所混合）。"
)


def _with_two(people: Cast) -> Draw:
    """Let 市商务局 nominate two, as many as go to each target."""
    draw = draw_scenes.committed_keys(people)
    part = PartApproval.objects.get(offer=draw.offer, department=people.departments["市商务局"])
    part.inspector_ids = part.inspector_ids[:2]
    part.save(update_fields=["inspector_ids"])
    draw_scenes.consent_to_narrow(draw, people)
    return draw


def test_as_many_nominees_as_places_stop_the_freeze_with_the_ways_out_and_a_third_opens_it(people: Cast) -> None:
    draw = _with_two(people)

    assert readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT).blockers == (WORDS,)
    with pytest.raises(DrawRefused, match="另须有 1 人备选"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    part = PartApproval.objects.get(offer=draw.offer, department=people.departments["市商务局"])
    part.inspector_ids = scenes.inspector_ids(people, "市商务局")
    part.save(update_fields=["inspector_ids"])

    assert draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT).state == "frozen"


def test_three_places_need_four_people(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    DrawItem.objects.filter(draw=draw, department=people.departments["市商务局"]).update(slots=3)

    with pytest.raises(
        DrawRefused, match="市商务局可抽 3 人，每户需 3 人，另须有 1 人备选。请该部门增加提名到 4 人以上"
    ):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_a_draw_that_was_frozen_with_two_before_this_rule_goes_on_to_its_result(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = _with_two(people)
    with monkeypatch.context() as before_the_rule:
        before_the_rule.setattr(spares, "SPARE", 0)
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = Draw.objects.get(pk=draw.pk)
    assert WORDS in readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT).blockers

    draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draw = draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people, at=KEY_AT)
    sealed = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert (sealed.state, sealed.is_infeasible) == ("sealed", False)
    own = DrawnSlot.objects.filter(draw=draw, department=people.departments["市商务局"])
    assert own.values("inspector").distinct().count() == 2
