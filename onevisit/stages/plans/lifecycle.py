"""The states of a campaign (专项) and of the remarks on its plan, and the verbs between them."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

EDITABLE = ("draft", "returned")

CAMPAIGN = Lifecycle(
    name="campaign",
    states=(
        State("draft", "草稿", Tone.REST),
        State("submitted", "待审批", Tone.ACTIVE),
        State("returned", "已退回", Tone.WARN),
        State("approved", "已批准", Tone.BOUND),
        State("running", "执行中", Tone.ACTIVE),
        State("evaluated", "已评估", Tone.OK),
        State("stopped", "已中止", Tone.VOID),
    ),
    transitions=(
        Transition("campaign.match", EDITABLE, "", "匹配集群"),
        Transition("campaign.edit", EDITABLE, "", "修改方案"),
        Transition("campaign.consult", EDITABLE, "", "征求意见"),
        Transition("campaign.annotate", (*EDITABLE, "submitted"), "", "批注"),
        Transition("campaign.agree", EDITABLE, "", "答复无意见"),
        Transition("campaign.minute", EDITABLE, "", "登记会议纪要"),
        Transition("campaign.void_minutes", EDITABLE, "", "作废会议纪要"),
        Transition("campaign.submit", EDITABLE, "submitted", "提交审批"),
        Transition("campaign.recall", ("submitted",), "draft", "收回方案"),
        Transition("campaign.approve", ("submitted",), "approved", "批准方案"),
        Transition("campaign.return", ("submitted",), "returned", "退回方案"),
        Transition("campaign.run", ("approved", "running"), "running", "转入执行"),
        Transition("campaign.join", ("approved", "running"), "", "接受并入"),
        Transition("campaign.readmit", ("approved", "running"), "", "放回对象"),
        Transition("campaign.follow_merge", ("approved", "running"), "", "改为并入后的对象"),
        Transition("campaign.evaluate", ("running",), "evaluated", "评估成效"),
        Transition("campaign.stop", ("draft", "submitted", "returned", "approved", "running"), "stopped", "中止专项"),
    ),
)

PLAN_NOTE = Lifecycle(
    name="plan_note",
    states=(
        State("open", "待处理", Tone.ACTIVE),
        State("adopted", "已采纳", Tone.OK),
        State("declined", "未采纳", Tone.WARN),
        State("withdrawn", "已撤回", Tone.VOID),
        State("agreed", "无意见", Tone.OK),
    ),
    transitions=(
        Transition("plan_note.adopt", ("open",), "adopted", "采纳批注"),
        Transition("plan_note.decline", ("open",), "declined", "说明未采纳"),
        Transition("plan_note.withdraw", ("open",), "withdrawn", "撤回批注"),
    ),
)
