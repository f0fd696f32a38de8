"""A part of a frame sieved in a process of its own: the question on standard input, the answer on standard output."""

import sys

from onevisit.core.draw.sieve import sieve


def main() -> None:
    """Read prefix, bound and lines; write what lies below the bound, and `end` when nothing is missing."""
    prefix, bound = (bytes.fromhex(word) for word in sys.stdin.buffer.readline().decode("ascii").split())
    data = sys.stdin.buffer.read()
    answer = sys.stdout.buffer
    for ticket, object_id, stratum in sieve(data=data, prefix=prefix, bound=bound):
        answer.write(b"%s|%s|%s\n" % (ticket.hex().encode("ascii"), object_id, stratum))
    answer.write(b"end\n")


if __name__ == "__main__":
    main()
