"""A part of an assignment hashed in a process of its own: slots on standard input, tickets on standard output."""

import os
import sys

from onevisit.core.draw.pair_tickets import hashed

try:  # as `random` of the standard library does: where it is there, it is quicker for texts of one block
    from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha256

PIPE_BYTES = 1 << 20
WRITE_BYTES = 1 << 16
MOST_WAITING = 64 << 20
"""What one process keeps of answers that nobody has read: eight bytes a pair, whatever the size of the draw."""

PLACE_BYTES = 4
HEAD_BYTES = 8
"""What is answered of a ticket: two that begin alike are as good as never seen."""


def main() -> None:
    """Read pools and slots; write for each slot where its smallest ticket stands, and how the tickets begin."""
    question = sys.stdin.buffer
    prefix = question.readline()[:-1]
    pools = [question.readline()[:-1].split(b"|") for _ in range(int(question.readline()))]
    slots = [(slot[:-1], int(pool)) for pool, slot in (line.split(b" ", 1) for line in question)]
    answer = sys.stdout.fileno()
    waiting, tried = bytearray(), 0
    os.set_blocking(answer, False)  # who asked begins to read late: what the pipe does not hold waits here
    for first, tickets in hashed(prefix=prefix, slots=slots, pools=pools, sha256=sha256):
        words = memoryview(b"".join(tickets())).cast("Q")  # four of them a ticket
        waiting += first.to_bytes(PLACE_BYTES, "big") + words[::4].tobytes()
        if len(waiting) >= MOST_WAITING:  # nobody has read for long: no more is hashed ahead than this
            os.set_blocking(answer, True)
            while len(waiting) >= MOST_WAITING - PIPE_BYTES:
                _write(answer, waiting)
            os.set_blocking(answer, False)
            tried = len(waiting)
        elif len(waiting) >= tried + WRITE_BYTES:
            _write(answer, waiting)
            tried = len(waiting)
    os.set_blocking(answer, True)
    while waiting:
        _write(answer, waiting)


def _write(answer: int, waiting: bytearray) -> None:
    """Hand over what the pipe takes now."""
    try:
        del waiting[: os.write(answer, waiting)]
    except BlockingIOError:
        return


if __name__ == "__main__":
    main()
