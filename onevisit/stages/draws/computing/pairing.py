"""The pair tickets of a large assignment in as many processes as there are processors: the tickets are those of one.

The processes hash ahead while this one looks for officers. What a process does not do is done here, and the log says
so: a draw never fails for want of a second process.
"""

import logging
import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import accumulate

from onevisit.core.draw.pair_tickets import Asked, Hashed, hashed, tickets_of
from onevisit.stages.draws.computing import processes
from onevisit.stages.draws.computing.pairing_process import HEAD_BYTES, PIPE_BYTES, PLACE_BYTES

LEAST_PAIRS = 250_000
"""What is worth a process: some twice the time that an interpreter needs to start."""

PIECE_PAIRS = 8_192
"""Processes take turns by pieces of so many pairs."""

_COMMAND = processes.command("onevisit.stages.draws.computing.pairing_process")

log = logging.getLogger(__name__)


@contextmanager
def pair_tickets_in_processes(
    *, prefix: bytes, slots: Sequence[Asked], pools: Sequence[Sequence[bytes]]
) -> Iterator[Iterator[Hashed]]:
    """Hash slot by slot, large assignments in several processes, which begin at once."""
    pairs = sum(len(pools[pool]) for _, pool in slots)
    most = min(os.cpu_count() or 1, processes.MOST_PROCESSES, pairs // LEAST_PAIRS)
    if most < 2:
        yield hashed(prefix=prefix, slots=slots, pools=pools)
        return
    pieces = _pieces(slots, pools)
    with ExitStack() as stack:
        turns = [_Turns(stack, prefix, pools) for _ in range(most)]
        for number, one in enumerate(turns):
            one.ask(pieces[number::most])
        yield _in_turns(turns, pieces)


def _in_turns(turns: Sequence["_Turns"], pieces: Sequence[Sequence[Asked]]) -> Iterator[Hashed]:
    for number, piece in enumerate(pieces):
        yield from turns[number % len(turns)].answer(piece)
    for one in turns:
        one.end()


def _pieces(slots: Sequence[Asked], pools: Sequence[Sequence[bytes]]) -> list[Sequence[Asked]]:
    pieces = []
    start = pairs = 0
    for end, (_, pool) in enumerate(slots, start=1):
        pairs += len(pools[pool])
        if pairs >= PIECE_PAIRS or end == len(slots):
            pieces.append(slots[start:end])
            start, pairs = end, 0
    return pieces


class _Turns:
    """One other process with the pieces that are its turn."""

    def __init__(self, stack: ExitStack, prefix: bytes, pools: Sequence[Sequence[bytes]]) -> None:
        self.prefix, self.pools = prefix, pools
        self.process = processes.start(stack, _COMMAND, what="pairing", buffer_bytes=PIPE_BYTES)

    def ask(self, pieces: Sequence[Sequence[Asked]]) -> None:
        """Hand the question over; the seed stands in it, so it goes through a pipe that nobody else can read."""
        if self.process is None:
            return
        if self.process.stdin is None:
            raise ValueError("a helper listens")
        try:
            with self.process.stdin as question:
                question.write(b"%s\n%d\n" % (self.prefix, len(self.pools)))
                question.writelines(b"|".join(pool) + b"\n" for pool in self.pools)
                question.writelines(b"%d %s\n" % (pool, slot) for piece in pieces for slot, pool in piece)
        except OSError:
            log.warning("a pairing process took no question", exc_info=True)

    def answer(self, piece: Sequence[Asked]) -> Iterator[Hashed]:
        """Give the tickets of a piece, from here on without the process if it stopped."""
        ends = list(accumulate(PLACE_BYTES + len(self.pools[pool]) * HEAD_BYTES for _, pool in piece))
        answer = self._read(ends[-1])
        if not answer:
            yield from hashed(prefix=self.prefix, slots=piece, pools=self.pools)
            return
        for (slot, pool), start in zip(piece, (0, *ends), strict=False):
            heads = start + PLACE_BYTES
            first = int.from_bytes(answer[start:heads], "big")
            yield first, partial(_heads, answer, heads, self.prefix + slot, self.pools[pool])

    def end(self) -> None:
        """Say when a process that answered everything did not end well."""
        if self.process is not None and self.process.wait():
            log.warning("a pairing process ended with %s", self.process.returncode)

    def _read(self, count: int) -> bytes:
        """Return what the process answers for a piece, nothing when it answers no more."""
        if self.process is None:
            return b""
        if self.process.stdout is None:
            raise ValueError("a helper speaks")
        answer = self.process.stdout.read(count)
        if len(answer) < count:
            log.warning("a pairing process ended with %s", self.process.wait())
            self.process = None
            return b""
        return answer


def _heads(answer: bytes, start: int, beginning: bytes, officers: Sequence[bytes]) -> Sequence[bytes]:
    """Return the first bytes of all tickets of a slot, which stand as the tickets do unless two begin alike."""
    heads = struct.unpack_from(f"{HEAD_BYTES}s" * len(officers), answer, start)
    return heads if len(set(heads)) == len(heads) else tickets_of(beginning=beginning, officers=officers)
