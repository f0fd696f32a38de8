"""The states of a message to another system."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

MESSAGE = Lifecycle(
    name="outbound_message",
    states=(
        State("queued", "待发", Tone.ACTIVE),
        State("sent", "已送达", Tone.OK),
        State("failed", "发送失败，将重试", Tone.WARN),
        State("refused", "对方拒收", Tone.LATE),
    ),
    transitions=(
        Transition("message.deliver", ("queued", "failed"), "sent", "送达"),
        Transition("message.fail", ("queued", "failed"), "failed", "记录失败"),
        Transition("message.refuse", ("queued", "failed"), "refused", "记录拒收"),
        Transition("exchange.resend", ("failed", "refused"), "queued", "重发"),
    ),
)
