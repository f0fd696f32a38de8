"""The states of an offer (要约), of its replies, of departments beyond five, and of each department's own approval."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

OFFER = Lifecycle(
    name="offer",
    states=(
        State("draft", "草稿", Tone.REST),
        State("sent", "待应约", Tone.ACTIVE),
        State("settled", "已成约", Tone.BOUND),
        State("withdrawn", "已撤回", Tone.VOID),
    ),
    transitions=(
        Transition("offer.edit", ("draft",), "", "修改要约"),
        Transition("offer.extend", ("draft", "sent"), "", "增加部门"),
        Transition("offer.send", ("draft",), "sent", "发出要约"),
        Transition("offer.remind", ("sent",), "", "催办"),
        Transition("offer.withdraw", ("draft", "sent"), "withdrawn", "撤回要约"),
        Transition("offer.settle", ("sent",), "settled", "成约"),
    ),
)

REPLY = Lifecycle(
    name="offer_reply",
    states=(
        State("pending", "待应约", Tone.ACTIVE),
        State("accepted", "已应约", Tone.OK),
        State("declined", "不应约", Tone.LATE),
        State("countered", "改期待答", Tone.WARN),
        State("expired", "超时未应约", Tone.LATE),
    ),
    transitions=(
        Transition("offer.accept", ("pending", "declined", "countered"), "accepted", "应约"),
        Transition("offer.decline", ("pending", "accepted", "countered"), "declined", "不应约"),
        Transition("offer.counter", ("pending", "accepted", "declined"), "countered", "改期"),
        Transition("offer.undo", ("accepted", "declined", "countered"), "pending", "撤销答复"),
        Transition("offer.adopt", ("countered",), "accepted", "采纳改期"),
        Transition("offer.insist", ("countered",), "pending", "坚持原期"),
        Transition("offer.reask", ("accepted",), "pending", "因改期重新征询"),
        Transition("offer.expire", ("pending",), "expired", "记为超时"),
    ),
)

EXTRA = Lifecycle(
    name="extra_department",
    states=(
        State("pending", "待审批", Tone.ACTIVE),
        State("allowed", "已同意", Tone.OK),
        State("refused", "不同意", Tone.LATE),
    ),
    transitions=(
        Transition("offer.allow", ("pending",), "allowed", "同意增加部门"),
        Transition("offer.refuse", ("pending",), "refused", "不同意增加部门"),
    ),
)

JOIN = Lifecycle(
    name="join_request",
    states=(
        State("pending", "待答复", Tone.ACTIVE),
        State("accepted", "已并入", Tone.OK),
        State("refused", "未并入", Tone.WARN),
        State("withdrawn", "已撤回", Tone.VOID),
        State("separate", "分别开展", Tone.REST),
    ),
    transitions=(
        Transition("join.accept", ("pending",), "accepted", "同意并入"),
        Transition("join.refuse", ("pending",), "refused", "不同意并入"),
        Transition("join.withdraw", ("pending", "refused"), "withdrawn", "撤回并入申请"),
        Transition("join.separate", ("refused",), "separate", "分别开展"),
    ),
)

PART = Lifecycle(
    name="part_approval",
    states=(
        State("draft", "待填报", Tone.REST),
        State("submitted", "待审批", Tone.ACTIVE),
        State("returned", "已退回", Tone.WARN),
        State("approved", "已批准", Tone.BOUND),
    ),
    transitions=(
        Transition("part.submit", ("draft", "returned"), "submitted", "提交审批"),
        Transition("part.recall", ("submitted",), "draft", "收回"),
        Transition("part.approve", ("submitted",), "approved", "批准"),
        Transition("part.return", ("submitted",), "returned", "退回"),
    ),
)
