"""What papers and phones say of a target that a task named: only the officers were drawn."""

from onevisit.stages.draws.models import Draw
from onevisit.stages.visits import documents, packages
from onevisit.stages.visits.models import Visit

NUMBER = "XM-2026-0007"


def test_a_business_that_a_task_named_is_not_told_that_it_was_drawn() -> None:
    named = Visit(draw=Draw(number=NUMBER, given_basis="COMPLAINT"))
    drawn = Visit(draw=Draw(number=NUMBER))

    for why in (documents._source, packages._why):
        assert why(named) == f"投诉举报（对象由任务确定），检查人员由抽取确定，抽取编号 {NUMBER}"
        assert why(drawn) == f"双随机抽查，抽取编号 {NUMBER}"
        assert why(Visit()) == "双随机抽查"
    assert documents._arranged(named) == "检查任务"
    assert documents._arranged(drawn) == documents._arranged(Visit()) == "双随机抽查"
