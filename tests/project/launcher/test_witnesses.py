"""`onevisit up` with the demo's witnesses: real processes cosign the ledger of a real copy."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from onevisit.core.merkle import note
from onevisit.project.launcher import places
from tests.project.launcher import copies
from tests.project.launcher.copies import Copy

pytestmark = pytest.mark.xdist_group("launcher")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """A demo copy with two witnesses on loopback."""
    var = tmp_path / "var"
    var.mkdir()
    running = copies.start(var, ONEVISIT_DEMO="1", ONEVISIT_WITNESSES="2")
    try:
        running.wait_until_ready()
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()
        places.remove(var=var)


def _signers(copy: Copy) -> set[str]:
    _status, text = copy.get("/open/ledger/checkpoint")
    return {line.name for line in note.parse_note(data=text.encode()).signatures}


def test_the_witnesses_of_the_demo_cosign_what_the_sequencer_signs(copy: Copy) -> None:
    _status, policy = copy.get("/open/ledger/policy.txt")
    assert policy.endswith("group quorum all 市审计局 市纪委监委\nquorum quorum\n")
    by = time.monotonic() + 60
    while not {"市审计局", "市纪委监委"} <= _signers(copy) and time.monotonic() < by:
        time.sleep(0.5)

    assert {"市审计局", "市纪委监委"} <= _signers(copy)
    assert "寄存于市审计局，取得签收回执才公布承诺" in copy.get("/open/ledger")[1]
