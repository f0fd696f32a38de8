"""The sieve of a large frame in as many processes as there are processors: the bytes are those of one.

The frame lies in memory that all of them read, and each takes the next part that nobody has taken, so that none waits
for another. What a process cannot do is done here, and the log says so: no draw fails for want of a second process.
"""

import logging
import marshal
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from typing import BinaryIO

from onevisit.core.draw.lines import cuts
from onevisit.core.draw.sieve import Found, sieve
from onevisit.stages.draws.computing import processes
from onevisit.stages.draws.computing.sieving_process import MARK_BYTES, next_part

LEAST_BYTES = 1024 * 1024
"""What is worth a process: some 40,000 lines, which take as long as an interpreter needs to start."""

PART_BYTES, MOST_PARTS = 64 * 1024, 250
"""Parts are small, so that all end together; the marks of all of them fit into the smallest pipe, of 4 KiB."""

_COMMAND = processes.command("onevisit.stages.draws.computing.sieving_process")

log = logging.getLogger(__name__)


def sieve_in_processes(*, data: bytes, prefix: bytes, bound: bytes) -> list[Found]:
    """Keep the tickets below a bound, a large frame in several processes."""
    most = min(os.cpu_count() or 1, processes.MOST_PROCESSES, max(1, len(data) // LEAST_BYTES))
    if most < 2:
        return sieve(data=data, prefix=prefix, bound=bound)
    parts = cuts(data=data, size=max(PART_BYTES, len(data) // MOST_PARTS))
    with ExitStack() as stack:
        try:
            queue, frame = _queue(stack, parts), _in_memory(stack, data)
        except OSError:  # some containers refuse memory that processes share, or have none left
            log.warning("a frame is sieved by one process", exc_info=True)
            return sieve(data=data, prefix=prefix, bound=bound)
        files = (frame.fileno(), queue)
        asked = [helper for _ in range(most - 1) if (helper := _helper(stack, files))]
        for helper in asked:
            _ask(helper, prefix, bound, files)
        found: dict[int, list[Found]] = {}
        while part := next_part(queue):
            found[part[0]] = sieve(data=data[slice(*part)], prefix=prefix, bound=bound)
        for helper in asked:
            found |= _answer(helper)
    for start, end in parts:
        if start not in found:  # whoever took it gave no answer
            found[start] = sieve(data=data[start:end], prefix=prefix, bound=bound)
    return [each for start, _ in parts for each in found[start]]


def _queue(stack: ExitStack, parts: Sequence[tuple[int, int]]) -> int:
    """Put the marks of all parts into a pipe and return its reading end."""
    reading, writing = os.pipe()
    stack.callback(os.close, reading)
    with open(writing, "wb") as marks:
        marks.write(b"".join(place.to_bytes(MARK_BYTES, "big") for part in parts for place in part))
    return reading


def _in_memory(stack: ExitStack, data: bytes) -> BinaryIO:
    """Lay the frame where processes can read it, and nobody else."""
    if sys.platform == "linux":
        frame: BinaryIO = open(os.memfd_create("frame"), "wb", buffering=0)  # noqa: SIM115
    else:
        frame = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
    stack.enter_context(frame)
    rest = memoryview(data)
    while rest:
        rest = rest[frame.write(rest) :]
    return frame


def _helper(stack: ExitStack, files: Sequence[int]) -> "subprocess.Popen[bytes] | None":
    return processes.start(stack, _COMMAND, what="sieving", files=files)


def _ask(helper: "subprocess.Popen[bytes]", prefix: bytes, bound: bytes, files: Sequence[int]) -> None:
    """Hand the question over; the seed stands in it, so it goes through a pipe that nobody else can read."""
    if helper.stdin is None:
        raise ValueError("a helper listens")
    try:
        with helper.stdin as question:
            question.write(f"{prefix.hex()} {bound.hex()} {files[0]} {files[1]}".encode("ascii"))
    except OSError:
        log.warning("a sieving process took no question", exc_info=True)


def _answer(helper: "subprocess.Popen[bytes]") -> dict[int, list[Found]]:
    """Return what it found in the parts that it took, nothing if it did not come to its end."""
    if helper.stdout is None:
        raise ValueError("a helper speaks")
    answer = helper.stdout.read()
    try:
        found = marshal.loads(answer) if helper.wait() == 0 else None
    except (EOFError, ValueError, TypeError):
        found = None
    if not isinstance(found, dict):
        log.warning("a sieving process ended with %s", helper.returncode)
        return {}
    return found
