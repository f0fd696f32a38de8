"""The states of a visit and of each department's part in it."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

VISIT = Lifecycle(
    name="visit",
    states=(
        State("pending", "待派发", Tone.REST),
        State("dispatched", "已派发", Tone.ACTIVE),
        State("in_progress", "检查中", Tone.ACTIVE),
        State("incomplete", "待传齐", Tone.WARN),
        State("submitted", "已提交", Tone.BOUND),
        State("closed", "已办结", Tone.OK),
        State("unable", "未能检查", Tone.VOID),
        State("withdrawn", "已撤回", Tone.VOID),
    ),
    transitions=(
        Transition("visit.dispatch", ("pending",), "dispatched", "派发"),
        Transition("visit.swap", ("dispatched", "in_progress", "incomplete", "unable"), "", "换人"),
        Transition("visit.remind", ("dispatched", "in_progress", "incomplete"), "", "催办"),
        Transition("visit.enter", ("dispatched", "in_progress", "unable"), "in_progress", "入场"),
        Transition("visit.wait", ("dispatched", "in_progress", "incomplete"), "incomplete", "等待传齐"),
        Transition("visit.submit", ("in_progress", "incomplete", "submitted", "dispatched"), "submitted", "提交"),
        Transition("visit.resume", ("submitted", "incomplete", "unable"), "in_progress", "退回重办"),
        Transition("visit.unable", ("dispatched", "in_progress"), "unable", "记为未能检查"),
        Transition("visit.withdraw", ("pending", "dispatched"), "withdrawn", "撤回"),
        Transition("visit.close", ("submitted", "unable"), "closed", "办结"),
    ),
)

INSPECTION = Lifecycle(
    name="inspection",
    states=(
        State("dispatched", "已派发", Tone.ACTIVE),
        State("in_progress", "检查中", Tone.ACTIVE),
        State("incomplete", "待传齐", Tone.WARN),
        State("submitted", "待审核", Tone.ACTIVE),
        State("returned", "已退回", Tone.WARN),
        State("reviewed", "已审核", Tone.OK),
        State("unable", "未能检查", Tone.VOID),
        State("withdrawn", "已撤回", Tone.VOID),
    ),
    transitions=(
        Transition("inspection.enter", ("dispatched", "in_progress", "unable"), "in_progress", "入场"),
        Transition("inspection.answer", ("in_progress", "returned"), "", "填写检查项"),
        Transition("inspection.sign", ("in_progress", "returned"), "", "签名"),
        Transition("inspection.sign_as_party", ("in_progress", "returned"), "", "用本人手机签名"),
        Transition(
            "inspection.dispute_signature",
            ("in_progress", "returned", "incomplete", "submitted", "reviewed"),
            "",
            "否认签名",
        ),
        Transition("inspection.recuse", ("dispatched", "in_progress"), "", "申请回避"),
        Transition("inspection.unable", ("dispatched", "in_progress"), "unable", "记为未能检查"),
        Transition("inspection.submit", ("in_progress", "returned"), "incomplete", "提交"),
        Transition("inspection.complete", ("incomplete",), "submitted", "收齐"),
        Transition("inspection.withdraw", ("dispatched",), "withdrawn", "撤回"),
        Transition("inspection.follow_up", ("unable", "reviewed"), "", "登记后续处理"),
        Transition("inspection.return", ("submitted", "unable"), "returned", "退回"),
        Transition("inspection.review", ("submitted", "unable"), "reviewed", "审核通过"),
    ),
)
