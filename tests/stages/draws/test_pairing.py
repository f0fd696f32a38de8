"""The pairs of a large assignment are hashed in several processes, whose tickets are those of one."""

import hashlib
import logging
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import pytest

from onevisit.core.draw.officers import Assignment, Infeasible, Slot, assign
from onevisit.core.draw.pair_tickets import Hashed, hashed
from onevisit.stages.draws.computing import pairing, processes

PREFIX = b"srd1|asg|" + b"5e" * 32 + b"|"
POOLS = [[b"P%03d" % number for number in range(start, 90, step)] for start, step in ((0, 1), (3, 4), (80, 9))]
SLOTS = [(b"V%04d|A:0|" % number, number % 3) for number in range(300)]
ZEROS = """
import sys
sys.stdin.buffer.read()
sys.stdout.buffer.write(bytes(10**6))
"""


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "LEAST_PAIRS", 3_000)
    monkeypatch.setattr(pairing, "PIECE_PAIRS", 500)
    monkeypatch.setattr("os.cpu_count", lambda: 3)


@pytest.mark.usefixtures("three")
def test_three_processes_give_what_one_gives(caplog: pytest.LogCaptureFixture) -> None:
    found = _found()

    assert [first for first, _ in found] == [order[0] for order in _orders()]
    assert [_order(tickets) for _, tickets in found] == _orders()
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
    monkeypatch.setattr(pairing, "_COMMAND", command)

    with caplog.at_level(logging.WARNING):
        found = _found()

    assert [_order(tickets) for _, tickets in found] == _orders()
    assert any("pairing process" in record.message for record in caplog.records)


@pytest.mark.usefixtures("three")
def test_a_process_that_answers_all_and_ends_badly_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fails = "from onevisit.stages.draws.computing import pairing_process; pairing_process.main(); raise SystemExit(3)"
    monkeypatch.setattr(pairing, "_COMMAND", (sys.executable, "-S", "-c", fails))

    with caplog.at_level(logging.WARNING):
        found = _found()

    assert [_order(tickets) for _, tickets in found] == _orders()
    assert [record.message for record in caplog.records] == ["a pairing process ended with 3"] * 3


@pytest.mark.usefixtures("three")
def test_tickets_that_begin_alike_are_hashed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "_COMMAND", (sys.executable, "-c", ZEROS))

    assert [_order(tickets) for _, tickets in _found()] == _orders()


def test_a_small_assignment_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "_COMMAND", ("/nowhere/at/all",))

    assert [_order(tickets) for _, tickets in _found()] == _orders()


@pytest.mark.usefixtures("three")
def test_an_impossible_assignment_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = processes.start

    def noted(*arguments: object, **options: object) -> "subprocess.Popen[bytes] | None":
        process = start(*arguments, **options)  # type: ignore[arg-type]
        assert process
        started.append(process)
        return process

    monkeypatch.setattr(processes, "start", noted)
    monkeypatch.setattr(pairing, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    begun = time.monotonic()

    found = assign(
        slots=_assigned_slots(),
        room={f"P{number:03d}": 1 for number in range(90)},
        seed="5e" * 32,
        slack=1,
        hashing=pairing.pair_tickets_in_processes,
    )

    assert isinstance(found, Infeasible)
    assert len(started) == 3
    assert all(process.returncode is not None for process in started)
    assert time.monotonic() - begun < 30


@pytest.mark.usefixtures("three")
def test_an_assignment_is_the_same_by_one_process_and_by_three() -> None:
    room = {f"P{number:03d}": 9 for number in range(90)}

    by_three = assign(
        slots=_assigned_slots(), room=room, seed="5e" * 32, slack=0, hashing=pairing.pair_tickets_in_processes
    )

    assert isinstance(by_three, Assignment)
    assert sum(filled.skipped for filled in by_three.slots) > 100
    assert by_three == assign(slots=_assigned_slots(), room=room, seed="5e" * 32, slack=0)


def _assigned_slots() -> list[Slot]:
    chance = random.Random(4)
    pools = [tuple(f"P{number:03d}" for number in chance.sample(range(90), 40)) for _ in range(5)]
    return [Slot(f"V{visit:04d}", f"A:{number}", chance.choice(pools)) for visit in range(150) for number in range(2)]


def _found() -> list[Hashed]:
    with pairing.pair_tickets_in_processes(prefix=PREFIX, slots=SLOTS, pools=POOLS) as found:
        return list(found)


def _order(tickets: Callable[[], Sequence[bytes]]) -> list[int]:
    given = tickets()
    return sorted(range(len(given)), key=given.__getitem__)


def _orders() -> list[list[int]]:
    """The places of each slot's officers by the tickets of the protocol."""
    return [
        sorted(
            range(len(POOLS[pool])),
            key=lambda place: hashlib.sha256(PREFIX + slot + POOLS[pool][place]).digest(),
        )
        for slot, pool in SLOTS
    ]


def test_one_process_gives_whole_tickets() -> None:
    found = list(hashed(prefix=PREFIX, slots=SLOTS, pools=POOLS))

    assert [first for first, _ in found] == [order[0] for order in _orders()]
    assert found[0][1]()[5] == hashlib.sha256(PREFIX + SLOTS[0][0] + POOLS[0][5]).digest()


def test_a_process_that_nobody_reads_stops_at_its_bound_and_gives_all_afterwards() -> None:
    code = (
        "from onevisit.stages.draws.computing import pairing_process as one\n"
        "one.PIPE_BYTES, one.WRITE_BYTES, one.MOST_WAITING = 1 << 10, 1 << 9, 1 << 12\n"
        "one.main()\n"
    )
    pools = b"".join(b"|".join(pool) + b"\n" for pool in POOLS)
    slots = b"".join(b"%d %s\n" % (pool, slot) for slot, pool in SLOTS)
    question = PREFIX + b"\n%d\n" % len(POOLS) + pools + slots

    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(question)
        process.stdin.close()
        time.sleep(1.5)
        assert process.poll() is None, "it waits for its reader"
        answer = process.stdout.read()

    size = sum(pairing.PLACE_BYTES + pairing.HEAD_BYTES * len(POOLS[pool]) for _slot, pool in SLOTS)
    assert (process.returncode, len(answer)) == (0, size)
    assert int.from_bytes(answer[: pairing.PLACE_BYTES], "big") == _orders()[0][0]
