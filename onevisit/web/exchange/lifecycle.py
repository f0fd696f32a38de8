"""The states of a message to another system."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

MESSAGE = Lifecycle(
    name="outbound_message",
    states=(
        State("queued", "待发", Tone.ACTIVE),
        State("sent", "已送达", Tone.OK),
        State("filed", "未接通，已写入待送文件夹", Tone.WARN),
        State("failed", "发送失败，将重试", Tone.WARN),
        State("refused", "对方拒收", Tone.LATE),
    ),
    transitions=(
        Transition("message.deliver", ("queued", "failed"), "sent", "送达"),
        Transition("message.file", ("queued", "failed"), "filed", "写入待送文件夹"),
        Transition("message.fail", ("queued", "failed"), "failed", "记录失败"),
        Transition("message.refuse", ("queued", "failed"), "refused", "记录拒收"),
        Transition("exchange.resend", ("failed", "refused", "filed"), "queued", "重发"),
    ),
)
