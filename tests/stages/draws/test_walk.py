"""The whole draw through the services."""

import json

import pytest

from onevisit.core.draw import forms
from onevisit.core.draw.verify import Status, verify
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DrawnSlot
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors as ledger
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import Log


@pytest.mark.requirement("R92")
def test_a_draw_walks_from_the_settled_offer_to_a_receipt_that_anybody_can_verify(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    assert draw.state == "sealed"
    draw = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    log.step()

    frames = {item.item: bytes(item.frame or b"") for item in draw.items.all()}
    checks = verify(
        receipt=bytes(draw.receipt or b""),
        frames=frames,
        plan=json.dumps(draw.plan_entry.content).encode() if draw.plan_entry else None,
        proofs={
            "policy.txt": (ledger.policy_text(at=draw_scenes.T0) or "").encode(),
            "manifest.tlog-proof": ledger.proof_of(draw.commitment_entry) or b"",  # type: ignore[arg-type]
            "result-0.tlog-proof": ledger.proof_of(draw.result_entry) or b"",  # type: ignore[arg-type]
        },
    )

    assert [check.line for check in checks if check.status is Status.FAILED] == []
    assert {check.number for check in checks if check.status is Status.SKIPPED} == {1, 10}
    assert len(checks) == 12


def test_every_department_draws_the_same_targets_and_sends_two_of_its_own_people(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    slots = list(DrawnSlot.objects.filter(draw=draw).select_related("inspector"))
    by_department: dict[object, set[object]] = {}
    for slot in slots:
        by_department.setdefault(slot.department_id, set()).add(slot.target_id)
        assert slot.inspector.department_id == slot.department_id
        assert slot.item_ids
    assert len(by_department) == 5
    assert len({frozenset(targets) for targets in by_department.values()}) == 1
    receipt = forms.parse_receipt(data=bytes(draw.receipt or b""))
    drawn = {d.object_id for stratum in receipt.results[0].result.items[0].strata for d in stratum.selected}
    assert len(slots) == len(drawn) * 5 * 2
