"""`onevisit up` with the demo's witnesses: real processes cosign the ledger of a real copy."""

import re
import subprocess
import sys
import time
import urllib.request
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
    """A demo copy with its past and two witnesses on loopback."""
    var = tmp_path / "var"
    var.mkdir()
    running = copies.start(var, ONEVISIT_DEMO="1", ONEVISIT_WITNESSES="2", ONEVISIT_DEMO_PAST="1")
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


def test_the_witnesses_of_the_demo_cosign_what_the_sequencer_signs(copy: Copy, tmp_path: Path) -> None:
    _status, policy = copy.get("/open/ledger/policy.txt")
    assert policy.endswith("group quorum all 市审计局 市纪委监委\nquorum quorum\n")
    by = time.monotonic() + 180
    while not {"市审计局", "市纪委监委"} <= _signers(copy) and time.monotonic() < by:
        time.sleep(0.5)

    assert {"市审计局", "市纪委监委"} <= _signers(copy)
    assert "寄存于市审计局，取得签收回执才公布承诺" in copy.get("/open/ledger")[1]
    _checks_a_draw_of_the_past(copy, tmp_path)


def _checks_a_draw_of_the_past(copy: Copy, folder: Path) -> None:
    """The draws were made before the witnesses began: nobody says that they saw them, and the bundle says so."""
    _status, register = copy.get("/open/draws")
    numbers = re.findall(r'href="/open/draws/([0-9A-Z-]+)"[^>]*>', register)
    assert numbers
    opened = next(one for one in numbers if "receipt.json" in copy.get(f"/open/draws/{one}")[1])
    assert copy.get(f"/open/draws/{opened}/files/policy.txt")[1].endswith("quorum none\n")
    with urllib.request.urlopen(f"http://127.0.0.1:{copy.port}/open/draws/{opened}/bundle.zip") as answer:
        (folder / "past.zip").write_bytes(answer.read())
    command = [sys.executable, "-m", "onevisit", "verify", "--bundle", str(folder / "past.zip")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "V1 skipped" in done.stdout
