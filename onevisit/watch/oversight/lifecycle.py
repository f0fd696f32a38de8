"""The states of an alert (预警) from the row that tripped a rule to the supervisor's finding."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

UNDECIDED = ("raised", "asked", "explained")

ALERT = Lifecycle(
    name="alert",
    states=(
        State("raised", "待核查", Tone.ACTIVE),
        State("asked", "待部门说明", Tone.WARN),
        State("explained", "已说明", Tone.ACTIVE),
        State("confirmed", "属实", Tone.LATE),
        State("unfounded", "不属实", Tone.OK),
        State("excluded", "不计", Tone.VOID),
    ),
    transitions=(
        Transition("alert.ask", ("raised",), "asked", "请部门说明"),
        Transition("alert.explain", ("asked",), "explained", "提交说明"),
        Transition("alert.confirm", ("asked", "explained"), "confirmed", "定为属实"),
        Transition("alert.reject", UNDECIDED, "unfounded", "定为不属实"),
        Transition("alert.exclude", UNDECIDED, "excluded", "不计"),
    ),
)
