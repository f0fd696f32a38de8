"""How far an import is, and a letter from one department to another."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

IMPORT = Lifecycle(
    name="import",
    states=(
        State("uploaded", "待试运行", Tone.REST),
        State("checking", "试运行中", Tone.ACTIVE),
        State("checked", "待确认", Tone.ACTIVE),
        State("importing", "导入中", Tone.ACTIVE),
        State("imported", "已导入", Tone.OK),
        State("cancelled", "已取消", Tone.VOID),
    ),
    transitions=(
        Transition("import.match", ("uploaded", "checked"), "uploaded", "对列"),
        Transition("import.queue_check", ("uploaded", "checked"), "checking", "试运行"),
        Transition("import.check", ("uploaded", "checking", "checked"), "checked", "试运行"),
        Transition("import.correct", ("uploaded", "checked"), "", "就地修改"),
        Transition("import.decide", ("checked",), "", "处理疑似重复"),
        Transition("import.queue", ("checked",), "importing", "确认导入"),
        Transition("import.confirm", ("checked", "importing"), "imported", "确认导入"),
        # What was stopped or failed wrote nothing; it is tried again before it can be confirmed.
        Transition("import.stop", ("checking", "importing"), "uploaded", "停止"),
        Transition("import.cancel", ("uploaded", "checked"), "cancelled", "取消"),
    ),
)

LETTER = Lifecycle(
    name="letter",
    states=(
        State("drafted", "待审核", Tone.REST),
        State("revising", "待修改", Tone.WARN),
        State("sent", "待签收", Tone.ACTIVE),
        State("signed", "办理中", Tone.ACTIVE),
        State("answered", "已反馈", Tone.BOUND),
        State("returned", "已退回", Tone.WARN),
        State("withdrawn", "已撤回", Tone.VOID),
        State("closed", "已办结", Tone.OK),
    ),
    transitions=(
        Transition("letter.send", ("drafted",), "sent", "审核发出"),
        Transition("letter.send_back", ("drafted",), "revising", "退回修改"),
        Transition("letter.redraft", ("revising",), "drafted", "修改后重新提请审核"),
        Transition("letter.sign", ("sent",), "signed", "签收"),
        Transition("letter.answer", ("signed",), "answered", "反馈"),
        Transition("letter.return", ("sent", "signed"), "returned", "退回"),
        Transition("letter.withdraw", ("drafted", "revising", "sent"), "withdrawn", "撤回"),
        Transition("letter.reask", ("answered",), "signed", "退回补充"),
        Transition("letter.close", ("answered", "returned"), "closed", "办结"),
    ),
)
