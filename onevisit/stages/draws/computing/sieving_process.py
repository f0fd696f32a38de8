"""Parts of a frame sieved in a process of its own: which one is next stands in a pipe that all processes read."""

import marshal
import os
import sys

from onevisit.core.draw.sifting import Found, sieve

MARK_BYTES = 8
"""A part in the pipe: where it starts and where it ends, so many bytes each."""


def next_part(queue: int) -> tuple[int, int] | None:
    """Take the next part that nobody has taken, or nothing when there is none."""
    mark = os.read(queue, 2 * MARK_BYTES)
    return (int.from_bytes(mark[:MARK_BYTES], "big"), int.from_bytes(mark[MARK_BYTES:], "big")) if mark else None


def main() -> None:
    """Read prefix, bound and the numbers of the two files; write what lies below the bound by the start of its part."""
    prefix, bound, frame, queue = sys.stdin.buffer.read().split()
    question = {"prefix": bytes.fromhex(prefix.decode("ascii")), "bound": bytes.fromhex(bound.decode("ascii"))}
    found: dict[int, list[Found]] = {}
    while part := next_part(int(queue)):
        start, end = part
        found[start] = sieve(data=os.pread(int(frame), end - start, start), **question)
    sys.stdout.buffer.write(marshal.dumps(found))


if __name__ == "__main__":
    main()
