"""The lifecycles of campaigns, offers, replies and parts: all states x all verbs against the agreed table."""

import pytest

from onevisit.core.lifecycle import Lifecycle, WrongState
from onevisit.stages.offers.lifecycle import EXTRA, OFFER, PART, REPLY
from onevisit.stages.plans.lifecycle import CAMPAIGN, PLAN_NOTE

AGREED = {
    "campaign": """
draft: agree annotate consult edit match minute stop submit>submitted void_minutes
submitted: annotate approve>approved recall>draft return>returned stop
returned: agree annotate consult edit match minute stop submit>submitted void_minutes
approved: follow_merge join readmit run>running stop
running: evaluate>evaluated follow_merge join readmit run stop
evaluated:
stopped:
""",
    "plan_note": """
open: adopt>adopted decline>declined withdraw>withdrawn
adopted:
declined:
withdrawn:
agreed:
""",
    "offer": """
draft: edit extend send>sent withdraw>withdrawn
sent: extend remind settle>settled withdraw>withdrawn
settled:
withdrawn:
""",
    "offer_reply": """
pending: accept>accepted counter>countered decline>declined expire>expired
accepted: counter>countered decline>declined reask>pending undo>pending
declined: accept>accepted counter>countered undo>pending
countered: accept>accepted adopt>accepted decline>declined insist>pending undo>pending
expired:
""",
    "extra_department": """
pending: allow>allowed refuse>refused
allowed:
refused:
""",
    "part_approval": """
draft: submit>submitted
submitted: approve>approved recall>draft return>returned
returned: submit>submitted
approved:
""",
}


def _said(lifecycle: Lifecycle) -> str:
    lines = []
    for state in lifecycle.states:
        words = []
        for transition in lifecycle.transitions:
            if not lifecycle.allows(state=state.value, verb=transition.verb):
                continue
            after = lifecycle.next(state=state.value, verb=transition.verb)
            verb = transition.verb.split(".")[1]
            is_kept = after == state.value or (verb == "stop")
            words.append(verb if is_kept else f"{verb}>{after}")
        lines.append(f"{state.value}: {' '.join(sorted(words))}".rstrip())
    return "\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "lifecycle", [CAMPAIGN, PLAN_NOTE, OFFER, REPLY, EXTRA, PART], ids=lambda lifecycle: lifecycle.name
)
def test_every_state_knows_its_verbs_and_refuses_all_others(lifecycle: Lifecycle) -> None:
    assert _said(lifecycle) == AGREED[lifecycle.name]
    for state in lifecycle.states:
        for transition in lifecycle.transitions:
            if lifecycle.allows(state=state.value, verb=transition.verb):
                continue
            with pytest.raises(WrongState, match=state.label):
                lifecycle.next(state=state.value, verb=transition.verb)


@pytest.mark.requirement("R59")
def test_a_reply_has_the_six_states_of_an_offer() -> None:
    words = {state.label for state in (*REPLY.states, *OFFER.states)}

    assert {"待应约", "已应约", "不应约", "改期待答", "超时未应约", "已撤回"} <= words
