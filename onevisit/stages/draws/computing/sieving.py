"""The sieve of a large frame in as many processes as there are processors: the bytes are those of one.

What a process cannot do is done here, and the log says so: a draw never fails for want of a second process.
"""

import logging
import os
import subprocess
from contextlib import ExitStack

from onevisit.core.draw.lines import parts
from onevisit.core.draw.sieve import Found, sieve
from onevisit.stages.draws.computing import processes

LEAST_BYTES = 2 * 1024 * 1024
"""What is worth a process: some 100,000 lines, which take twice the time that an interpreter needs to start."""

_COMMAND = processes.command("onevisit.stages.draws.computing.sieving_process")

log = logging.getLogger(__name__)


class _Helper:
    """One other process with its part of the frame."""

    def __init__(self, process: "subprocess.Popen[bytes]", data: bytes) -> None:
        self.process, self.data = process, data

    def ask(self, prefix: bytes, bound: bytes) -> None:
        """Hand the question over; the seed stands in it, so it goes through a pipe that nobody else can read."""
        if self.process.stdin is None:
            raise ValueError("a helper listens")
        try:
            with self.process.stdin as question:
                question.write(f"{prefix.hex()} {bound.hex()}\n".encode("ascii"))
                question.write(self.data)
        except OSError:
            log.warning("a sieving process took no question", exc_info=True)

    def answer(self) -> list[Found] | None:
        """Return what it found, or None if it did not come to its end."""
        if self.process.stdout is None:
            raise ValueError("a helper speaks")
        lines = self.process.stdout.read().splitlines()
        if self.process.wait() or not lines or lines.pop() != b"end":
            log.warning("a sieving process ended with %s", self.process.returncode)
            return None
        words = (line.split(b"|") for line in lines)
        return [(bytes.fromhex(ticket.decode("ascii")), object_id, stratum) for ticket, object_id, stratum in words]


def sieve_in_processes(*, data: bytes, prefix: bytes, bound: bytes) -> list[Found]:
    """Keep the tickets below a bound, a large frame in several processes."""
    most = min(os.cpu_count() or 1, processes.MOST_PROCESSES, max(1, len(data) // LEAST_BYTES))
    own, *others = parts(data=data, most=most)
    with ExitStack() as stack:
        asked = [(part, _helper(stack, part)) for part in others]
        for _, helper in asked:
            if helper:
                helper.ask(prefix, bound)
        found = sieve(data=own, prefix=prefix, bound=bound)
        for part, helper in asked:
            answer = helper.answer() if helper else None
            found += sieve(data=part, prefix=prefix, bound=bound) if answer is None else answer
    return found


def _helper(stack: ExitStack, part: bytes) -> _Helper | None:
    process = processes.start(stack, _COMMAND, what="sieving")
    return None if process is None else _Helper(process, part)
