"""An open draw: no keys, the receipt is public as soon as the witnesses have seen the result."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from onevisit.core.draw.verify import Status, verify
from onevisit.core.draw.verify_register import verify_register
from onevisit.stages.draws import modes, tasks
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public import open_files, open_record, open_results, public_register
from onevisit.support import clock
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import T0, TYPE_AT, Beacon, Log
from tests.web.portal.test_verifier import node

VERIFIER = Path(__file__).resolve().parents[3] / "onevisit/web/portal/static/portal/verify/srd1.js"
KL8 = "2026318"
NUMBERS = "01 05 09 11 14 17 22 25 31 36 40 44 49 52 58 60 63 69 74 80"


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Beacon:
    """A beacon that the tests sign for."""
    return Beacon(monkeypatch)


def proofs_of(draw: Draw) -> dict[str, bytes]:
    found = {name: ledger.proof_of(entry) for name, entry in open_files.entries_of(draw.number).items()}
    policy = (ledger.policy_text(at=T0) or "").encode()
    return {"policy.txt": policy, **{name: proof for name, proof in found.items() if proof}}


def test_an_open_draw_walks_from_its_preparation_to_a_receipt_that_is_public_at_once(
    people: Cast, log: Log, own: Beacon
) -> None:
    draw = draw_scenes.open_drawn(people, log, own)

    assert (draw.state, draw.mode, draw.seal) == ("opened", "open", "")
    manifest = json.loads(bytes(draw.manifest or b""))
    assert (manifest["mode"], manifest["keys"]) == ("open", [])
    assert draw.plan_entry is not None
    (entry,) = draw.plan_entry.content["draws"]
    assert (entry["mode"], entry["parties"], entry["max_rounds"]) == ("open", [], 3)
    receipt = open_files.file_of(number=draw.number, name="receipt.json")
    assert receipt == bytes(draw.receipt or b"")
    frames = {item.item: bytes(item.frame or b"") for item in draw.items.all()}
    plan = open_files.file_of(number=draw.number, name="plan.json")
    checks = verify(receipt=receipt, frames=frames, plan=plan, proofs=proofs_of(draw))
    assert [check.line for check in checks if check.status is Status.FAILED] == []
    assert {check.number for check in checks if check.status is Status.SKIPPED} == {1, 10}
    shown = open_record.open_draw(draw.number)
    assert shown is not None
    assert (shown.is_open, shown.key_count, shown.result_digest) == (True, 0, draw.result_digest)
    assert open_results.published_digests(draw.number) == (draw.result_digest,)
    events = set(LedgerEntry.objects.filter(subject=str(draw.pk)).values_list("event", flat=True))
    assert {"draw.drawn", "draw.opened"} <= events
    assert not events & {"draw.key_committed", "draw.key_handed", "draw.shares_deposited", "draw.sealed"}


def test_the_receipt_of_an_open_draw_verifies_in_one_file_of_javascript(
    people: Cast, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One of before the rule, since the beacon of the tests is not the one that the file in JavaScript knows.
    monkeypatch.setattr(modes, "untimed_because", lambda types: "")
    draw = draw_scenes.open_sourced(people, log, sources=("ceremony", "cwl-kl8"), issues={"cwl-kl8": KL8})
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=NUMBERS, at=T0 + timedelta(hours=7))
    log.step()
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0 + timedelta(hours=7))
    (tmp_path / "frames").mkdir()
    for item in draw.items.all():
        (tmp_path / "frames" / f"{item.item}.txt").write_bytes(bytes(item.frame or b""))
    (tmp_path / "receipt.json").write_bytes(bytes(draw.receipt or b""))

    found = subprocess.run(
        [node(), str(VERIFIER), str(tmp_path / "receipt.json"), "--frames", str(tmp_path / "frames")],
        capture_output=True,
        text=True,
        check=False,
    )

    lines = [line.split()[:2] for line in found.stdout.splitlines()]
    assert (found.returncode, [status for _check, status in lines if status == "failed"]) == (0, [])
    assert ["V11", "ok"] in lines


def test_the_public_register_of_an_open_draw_verifies(people: Cast, log: Log, own: Beacon) -> None:
    draw = draw_scenes.open_drawn(people, log, own)
    file = public_register.register_file(organiser=draw.organiser.code, at=T0)

    checks = verify_register(register=file or b"")

    assert [check.line for check in checks if check.status is Status.FAILED] == []
    assert [entry["payload"]["event"] for entry in json.loads(file or b"")["entries"]] == [
        "draw.committed",
        "draw.drawn",
        "draw.opened",
    ]


def test_with_the_beacon_alone_nobody_has_to_do_anything_between_commitment_and_t0(
    people: Cast, log: Log, own: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.open_committed(people, log, sources=("drand",))
    monkeypatch.setattr(clock, "now", lambda: TYPE_AT)
    tasks.watch_draws(0)
    log.step()
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)

    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert (draw.state, draw.sourced_at) == ("opened", TYPE_AT)
    entry = LedgerEntry.objects.get(event="draw.sourced")
    assert entry.actor == "system"
