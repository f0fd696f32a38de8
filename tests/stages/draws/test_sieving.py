"""A large frame is sieved in several processes; whatever becomes of them, the bytes are those of one."""

import hashlib
import logging
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.draw.lines import parts, pieces
from onevisit.core.draw.sieve import sieve
from onevisit.stages.draws.computing import sieving

PREFIX = b"srd1|obj|" + b"5e" * 32 + b"|"
BOUND = (2**64 // 20).to_bytes(8, "big")


def _frame(size: int) -> bytes:
    return b"".join(
        sorted(b"%s|S%d\n" % (hashlib.md5(b"%d" % n).hexdigest().upper().encode(), n % 7) for n in range(size))
    )


DATA = _frame(9000)


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieving, "LEAST_BYTES", len(DATA) // 3)
    monkeypatch.setattr("os.cpu_count", lambda: 3)


@pytest.mark.usefixtures("three")
def test_three_processes_find_what_one_finds(caplog: pytest.LogCaptureFixture) -> None:
    found = sieving.sieve_in_processes(data=DATA, prefix=PREFIX, bound=BOUND)

    expected = [
        (ticket, object_id, stratum)
        for object_id, stratum in (line.split(b"|") for line in DATA.splitlines())
        if (ticket := hashlib.sha256(PREFIX + object_id).digest()) < BOUND
    ]
    assert len(expected) > 300
    assert found == expected
    assert caplog.records == []


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-c", "import sys; sys.stdin.buffer.read(); sys.exit(3)"),
        (sys.executable, "-c", "import sys; sys.stdin.buffer.read(); print('00|A|S')"),
        (sys.executable, "-c", "import os; os.close(0)"),
        ("/nowhere/at/all",),
    ],
    ids=["fails", "stops half-way", "does not listen", "does not start"],
)
def test_what_a_process_does_not_do_is_done_here_and_said(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sieving, "_COMMAND", command)

    with caplog.at_level(logging.WARNING):
        found = sieving.sieve_in_processes(data=DATA, prefix=PREFIX, bound=BOUND)

    assert found == sieve(data=DATA, prefix=PREFIX, bound=BOUND)
    assert any("sieving process" in record.message for record in caplog.records)


def test_a_small_frame_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieving, "_COMMAND", ("/nowhere/at/all",))

    found = sieving.sieve_in_processes(data=DATA, prefix=PREFIX, bound=BOUND)

    assert found == sieve(data=DATA, prefix=PREFIX, bound=BOUND)


@settings(deadline=None)
@given(st.lists(st.text("AB|", min_size=1, max_size=9), min_size=1, max_size=60), st.integers(1, 9))
def test_parts_and_pieces_are_whole_lines_in_order(lines: list[str], most: int) -> None:
    data = "".join(f"{line}\n" for line in lines).encode()

    cut = parts(data=data, most=most)

    assert b"".join(cut) == data
    assert 1 <= len(cut) <= most
    assert all(part.endswith(b"\n") for part in cut)
    assert b"".join(piece + b"\n" for piece in pieces(data=data)) == data
