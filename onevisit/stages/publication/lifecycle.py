"""The life of a released result, and of a message to another system."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

PUBLICATION = Lifecycle(
    name="publication",
    states=(
        State("pending", "待审", Tone.REST),
        State("approved", "待公示", Tone.ACTIVE),
        State("released", "已公示", Tone.OK),
        State("withheld", "不予公示", Tone.BOUND),
        State("corrected", "已更正", Tone.WARN),
        State("withdrawn", "已撤下", Tone.VOID),
    ),
    transitions=(
        Transition("publication.prepare", ("pending",), "", "更新待公示内容"),
        Transition("publication.approve", ("pending", "approved"), "approved", "批准公示"),
        Transition("publication.return", ("approved",), "pending", "退回待审"),
        Transition("publication.release", ("approved",), "released", "公示"),
        Transition("publication.withhold", ("pending",), "withheld", "不予公示"),
        Transition("publication.stop", ("pending", "approved"), "withheld", "停止公示"),
        Transition("publication.correct", ("released", "corrected"), "corrected", "更正"),
        Transition("publication.mend", ("released", "corrected"), "", "登记整改进展"),
        Transition("publication.withdraw", ("released", "corrected"), "withdrawn", "撤下"),
    ),
)

REQUEST = Lifecycle(
    name="public_request",
    states=(
        State("open", "待答复", Tone.ACTIVE),
        State("answered", "已答复", Tone.OK),
        State("sustained", "异议成立", Tone.WARN),
        State("rejected", "异议不成立", Tone.BOUND),
        State("printed", "已刊登", Tone.OK),
        State("declined", "未刊登", Tone.VOID),
        State("adopted", "已采纳", Tone.OK),
        State("not_adopted", "未采纳", Tone.BOUND),
    ),
    transitions=(
        Transition("request.answer", ("open",), "answered", "答复"),
        Transition("objection.sustain", ("open",), "sustained", "异议成立"),
        Transition("objection.reject", ("open",), "rejected", "异议不成立"),
        Transition("reply.print", ("open",), "printed", "刊登"),
        Transition("reply.decline", ("open",), "declined", "不予刊登"),
        Transition("statement.adopt", ("open",), "adopted", "采纳"),
        Transition("statement.reject", ("open",), "not_adopted", "不予采纳"),
        Transition("statement.hold", ("open",), "", "认定有新事实"),
    ),
)

TYPICAL_CASE = Lifecycle(
    name="typical_case",
    states=(
        State("proposed", "待审批", Tone.ACTIVE),
        State("returned", "已退回", Tone.WARN),
        State("shown", "已刊登", Tone.OK),
        State("removed", "已撤下", Tone.VOID),
    ),
    transitions=(
        Transition("typical_case.propose", ("returned", "removed"), "proposed", "提请刊登"),
        Transition("typical_case.approve", ("proposed",), "shown", "批准刊登"),
        Transition("typical_case.return", ("proposed",), "returned", "退回"),
        Transition("typical_case.remove", ("shown",), "removed", "撤下"),
    ),
)
