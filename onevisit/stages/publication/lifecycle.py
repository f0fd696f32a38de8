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
        Transition("publication.approve", ("pending",), "approved", "批准公示"),
        Transition("publication.release", ("approved",), "released", "公示"),
        Transition("publication.withhold", ("pending",), "withheld", "不予公示"),
        Transition("publication.stop", ("pending", "approved"), "withheld", "停止公示"),
        Transition("publication.correct", ("released", "corrected"), "corrected", "更正"),
        Transition("publication.mend", ("released", "corrected"), "", "登记整改进展"),
        Transition("publication.withdraw", ("released", "corrected"), "withdrawn", "撤下"),
    ),
)
