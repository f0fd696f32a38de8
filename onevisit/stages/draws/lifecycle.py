"""The states of a draw (双随机抽取): nothing goes back once its commitment stands in the ledger.

A sealed draw goes over `keyed` and `sealed` to `opened`; an open one has no keys and goes from `sourced` over `drawn`,
where its result waits for the witnesses, to `opened` at once (docs/adr/0026-open-draws.md).
"""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

BEFORE_COMMITMENT = ("preparing", "frozen")
IN_HAND = ("waiting", "committed", "sourced", "keyed")
BEFORE_KEYS = ("waiting", "committed", "sourced")
COMMITTED_STATES = ("waiting", "committed", "sourced", "keyed", "sealed", "drawn", "opened")
"""Where a second organ can give a draw up; of the opened ones only an open draw, whose visits are under way."""
WITH_RESULT = ("sealed", "drawn", "opened")
RUNNING = ("sealed", "opened")
"""Where visits are under way and rounds may follow: while a draw is sealed, and in an open one that is opened."""
GIVEN_UP = ("voiding", "void")
"""Two organs agreed that nothing more comes of it; void once the policy's quorum has seen that."""

DRAW = Lifecycle(
    name="draw",
    states=(
        State("preparing", "筹备", Tone.REST),
        State("frozen", "已冻结", Tone.BOUND),
        State("waiting", "待见证", Tone.ACTIVE),
        State("committed", "已承诺", Tone.BOUND),
        State("sourced", "来源已录", Tone.ACTIVE),
        State("keyed", "密钥已交", Tone.ACTIVE),
        State("sealed", "封存中", Tone.SEALED),
        State("drawn", "已抽取，待见证", Tone.ACTIVE),
        State("opened", "已公开", Tone.OK),
        State("voiding", "作废待见证", Tone.ACTIVE),
        State("void", "已作废", Tone.VOID),
    ),
    transitions=(
        Transition("draw.prepare", ("preparing",), "", "筹备抽取"),
        Transition("draw.reschedule", ("preparing",), "", "改定 T0"),
        Transition("draw.recuse", ("preparing",), "", "登记回避"),
        Transition("draw.unrecuse", ("preparing",), "", "撤销回避"),
        Transition("draw.commit_key", ("preparing",), "", "提交密钥承诺"),
        Transition("draw.hold_escrow", ("preparing",), "", "担任托管"),
        Transition("draw.take_escrow", ("preparing",), "", "接任托管"),
        Transition("draw.deposit_shares", ("preparing",), "", "存放份额"),
        Transition("draw.check_shares", (*BEFORE_COMMITMENT, *BEFORE_KEYS), "", "核对份额"),
        Transition("draw.verify_shares", (*BEFORE_COMMITMENT, *BEFORE_KEYS), "", "托管核对"),
        Transition("draw.approve_exclusions", ("preparing",), "", "批准排除名单"),
        Transition("draw.readmit", ("preparing",), "", "放回抽取池"),
        Transition("draw.follow_merge", ("preparing",), "", "改为并入后的对象"),
        Transition("draw.stratify", ("preparing",), "", "改定分层"),
        Transition("draw.staff", ("preparing",), "", "改定人员抽取方式"),
        Transition("draw.batch", ("preparing",), "", "随机排批次"),
        Transition("draw.ask_consent", ("preparing",), "", "申请同意"),
        Transition("draw.consent", ("preparing",), "", "同意小层小池"),
        Transition("draw.refuse_consent", ("preparing",), "", "不同意小层小池"),
        Transition("draw.freeze", ("preparing",), "frozen", "冻结抽取池"),
        Transition("draw.unfreeze", ("frozen",), "preparing", "解除冻结"),
        Transition("draw.commit", ("frozen",), "waiting", "公布承诺"),
        Transition("draw.witness", ("waiting",), "committed", "见证完成"),
        Transition("draw.attest", COMMITTED_STATES, "", "签认指纹"),
        Transition("draw.type", ("committed", "sourced", "keyed", "sealed", "opened"), "", "录入来源取值"),
        Transition("draw.carry", ("sourced", "keyed", "sealed", "opened"), "", "录入信标签名"),
        Transition("draw.source", ("committed",), "sourced", "登记来源"),
        Transition("draw.hand_key", ("sourced",), "", "交出密钥"),
        Transition("draw.open_share", ("sourced",), "", "交出份额"),
        Transition("draw.combine_key", ("sourced",), "", "合成密钥"),
        Transition("draw.close_keys", ("sourced",), "keyed", "密钥收齐"),
        Transition("draw.draw", ("keyed",), "sealed", "抽取"),
        Transition("draw.draw_openly", ("sourced",), "drawn", "公开抽取"),
        Transition("draw.request_replacement", RUNNING, "", "申请替换"),
        Transition("draw.confirm_replacement", RUNNING, "", "同意替换"),
        Transition("draw.refuse_replacement", RUNNING, "", "不同意替换"),
        Transition("draw.request_swap", RUNNING, "", "申请换人"),
        Transition("draw.confirm_swap", RUNNING, "", "同意换人"),
        Transition("draw.refuse_swap", RUNNING, "", "不同意换人"),
        Transition("draw.order", RUNNING, "", "下达替换轮次"),
        Transition("draw.replace", RUNNING, "", "抽取替换"),
        Transition("draw.repeat", RUNNING, "", "重抽执法人员"),
        Transition("draw.read", ("sealed", "drawn", "opened"), "", "查看抽取结果"),
        Transition("draw.open", ("sealed", "drawn"), "opened", "公开结果"),
        Transition("draw.cancel", BEFORE_COMMITMENT, "void", "撤销筹备"),
        Transition("draw.propose_void", COMMITTED_STATES, "", "申请作废"),
        Transition("draw.withdraw_void", COMMITTED_STATES, "", "撤回作废申请"),
        Transition("draw.void", COMMITTED_STATES, "voiding", "同意作废"),
        Transition("draw.count_void", ("voiding",), "void", "作废生效"),
    ),
)
