"""The life of a problem from the checklist to its closure on proof (问题处置)."""

from onevisit.core.lifecycle import Lifecycle, State, Tone, Transition

FINDING = Lifecycle(
    name="finding",
    states=(
        State("pending", "待核", Tone.REST),
        State("correcting", "整改中", Tone.ACTIVE),
        State("proof_sent", "待复查", Tone.ACTIVE),
        State("revisit", "待现场复查", Tone.ACTIVE),
        State("returned", "退回补正", Tone.WARN),
        State("closed", "已销号", Tone.OK),
        State("dropped", "撤销认定", Tone.VOID),
        State("revoked", "责令已撤销", Tone.VOID),
    ),
    transitions=(
        Transition("finding.order", ("pending",), "correcting", "责令改正"),
        Transition("finding.drop", ("pending",), "dropped", "撤销认定"),
        Transition("finding.revoke", ("correcting", "returned", "proof_sent", "revisit"), "revoked", "撤销责令改正"),
        Transition("finding.prove", ("correcting", "returned"), "proof_sent", "提交整改材料"),
        Transition("finding.revisit", ("proof_sent",), "revisit", "现场复查"),
        Transition("finding.return", ("proof_sent", "revisit"), "returned", "退回补正"),
        Transition("finding.close", ("proof_sent", "revisit"), "closed", "销号"),
    ),
)
