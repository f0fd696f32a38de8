"""How far an import is."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

IMPORT = Lifecycle(
    name="import",
    states=(
        State("uploaded", "待试运行", Tone.REST),
        State("checked", "待确认", Tone.ACTIVE),
        State("imported", "已导入", Tone.OK),
        State("cancelled", "已取消", Tone.VOID),
    ),
    transitions=(
        Transition("import.check", ("uploaded", "checked"), "checked", "试运行"),
        Transition("import.correct", ("uploaded", "checked"), "", "就地修改"),
        Transition("import.confirm", ("checked",), "imported", "确认导入"),
        Transition("import.cancel", ("uploaded", "checked"), "cancelled", "取消"),
    ),
)
