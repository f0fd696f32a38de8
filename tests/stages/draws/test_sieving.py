"""A large frame is sieved in several processes; whatever becomes of them, the bytes are those of one."""

import fcntl
import hashlib
import logging
import sys
import termios
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.draw.lines import cuts, pieces
from onevisit.core.draw.sieve import sieve
from onevisit.stages.draws.computing import sieving
from onevisit.stages.draws.computing.sieving_process import MARK_BYTES, next_part

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
    monkeypatch.setattr(sieving, "PART_BYTES", len(DATA) // 60)
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


_TAKES = "import os, sys; queue = int(sys.stdin.buffer.read().split()[3]); os.read(queue, 16); os.read(queue, 16)"
"""A process that takes two parts, so that nobody else looks at them."""


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "command",
    [
        (sys.executable, "-c", f"{_TAKES}; sys.exit(3)"),
        (sys.executable, "-c", f"{_TAKES}; print('00|A|S')"),
        (sys.executable, "-c", f"{_TAKES}; sys.stdout.buffer.write(b'{{')"),
        (sys.executable, "-c", "import os; os.close(0)"),
        ("/nowhere/at/all",),
    ],
    ids=["fails", "says nonsense", "stops half-way", "does not listen", "does not start"],
)
def test_what_a_process_does_not_do_is_done_here_and_said(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sieving, "_COMMAND", command)

    with caplog.at_level(logging.WARNING):
        found = sieving.sieve_in_processes(data=DATA, prefix=PREFIX, bound=BOUND)

    assert found == sieve(data=DATA, prefix=PREFIX, bound=BOUND)
    assert any("sieving process" in record.message for record in caplog.records)


@pytest.mark.usefixtures("three")
def test_parts_that_a_failed_process_took_are_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieving, "_COMMAND", (sys.executable, "-c", f"{_TAKES}; sys.exit(3)"))
    marks = len(cuts(data=DATA, size=sieving.PART_BYTES)) * 2 * MARK_BYTES
    taken: list[int] = []

    def late(queue: int) -> tuple[int, int] | None:
        """Take nothing before both processes have taken two parts each."""
        while not taken and _unread(queue) > marks - 4 * 2 * MARK_BYTES:
            time.sleep(0.01)
        part = next_part(queue)
        taken.extend(part[:1] if part else ())
        return part

    monkeypatch.setattr(sieving, "next_part", late)

    found = sieving.sieve_in_processes(data=DATA, prefix=PREFIX, bound=BOUND)

    assert len(taken) == marks // (2 * MARK_BYTES) - 4
    assert found == sieve(data=DATA, prefix=PREFIX, bound=BOUND)


def _unread(queue: int) -> int:
    return int.from_bytes(fcntl.ioctl(queue, termios.FIONREAD, bytes(4)), sys.byteorder)


@pytest.mark.usefixtures("three")
def test_the_marks_of_the_largest_frame_fit_into_the_smallest_pipe() -> None:
    parts = cuts(data=DATA, size=max(1, len(DATA) // sieving.MOST_PARTS))

    assert len(parts) * 2 * MARK_BYTES <= 4096


def test_a_small_frame_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sieving, "_COMMAND", ("/nowhere/at/all",))

    found = sieving.sieve_in_processes(data=DATA, prefix=PREFIX, bound=BOUND)

    assert found == sieve(data=DATA, prefix=PREFIX, bound=BOUND)


@settings(deadline=None)
@given(st.lists(st.text("AB|", min_size=1, max_size=9), min_size=1, max_size=60), st.integers(1, 99))
def test_parts_and_pieces_are_whole_lines_in_order(lines: list[str], size: int) -> None:
    data = "".join(f"{line}\n" for line in lines).encode()

    parts = [data[start:end] for start, end in cuts(data=data, size=size)]

    assert b"".join(parts) == data
    assert all(part.endswith(b"\n") for part in parts)
    assert all(part.index(b"\n") + 1 == len(part) for part in parts if len(part) > size + 10)
    assert b"".join(piece + b"\n" for piece in pieces(data=data)) == data
