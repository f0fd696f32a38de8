"""The pair tickets of section 10: every officer of a slot's pool hashed after the same beginning."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Asked = tuple[bytes, int]
"""What stands between the seed and the officer in the text of a slot's tickets, and the number of the slot's pool."""

Hashed = tuple[int, Callable[[], Sequence[bytes]]]
"""Where in its pool the officer with the smallest ticket of a slot stands, and how to get the tickets of all."""


class Hashing(Protocol):
    """Whatever gives these tickets: the loop below, or more than one process of it, as long as the context is open."""

    def __call__(
        self, *, prefix: bytes, slots: Sequence[Asked], pools: Sequence[Sequence[bytes]]
    ) -> AbstractContextManager[Iterator[Hashed]]:
        """Begin to hash slot by slot, in the order given; the officers of a pool stand by name."""
        ...


def pair_tickets(
    *, prefix: bytes, slots: Sequence[Asked], pools: Sequence[Sequence[bytes]]
) -> AbstractContextManager[Iterator[Hashed]]:
    """Hash slot by slot, each only when it is asked for."""
    return nullcontext(hashed(prefix=prefix, slots=slots, pools=pools))


def hashed(
    *,
    prefix: bytes,
    slots: Sequence[Asked],
    pools: Sequence[Sequence[bytes]],
    sha256: Callable[[bytes], "hashlib._Hash"] = hashlib.sha256,
) -> Iterator[Hashed]:
    """Hash slot by slot."""
    for slot, pool in slots:
        tickets = tickets_of(beginning=prefix + slot, officers=pools[pool], sha256=sha256)
        # Officers stand by name, and so equal tickets do.
        yield tickets.index(min(tickets)), tickets.copy


def tickets_of(
    *, beginning: bytes, officers: Sequence[bytes], sha256: Callable[[bytes], "hashlib._Hash"] = hashlib.sha256
) -> list[bytes]:
    """Hash every officer of a pool after the same beginning."""
    begin = sha256(beginning).copy
    tickets = []
    for officer in officers:
        state = begin()
        state.update(officer)
        tickets.append(state.digest())
    return tickets
