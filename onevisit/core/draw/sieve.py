"""The inner loop of a draw: hash the ids of a checked frame and keep what lies below a bound."""

import hashlib
from typing import Protocol

from onevisit.core.draw.lines import pieces

Found = tuple[bytes, bytes, bytes]
"""A ticket, its object id and its stratum."""


class Sieve(Protocol):
    """Whatever gives these bytes: the loop below, or more than one process of it."""

    def __call__(self, *, data: bytes, prefix: bytes, bound: bytes) -> list[Found]:
        """Return what lies below the bound, in the order of the lines."""
        ...


def sieve(*, data: bytes, prefix: bytes, bound: bytes) -> list[Found]:
    """Keep the tickets of a frame file that lie below a bound."""
    copy = hashlib.sha256(prefix).copy
    found: list[Found] = []
    for piece in pieces(data=data):
        words = piece.replace(b"|", b"\n").split(b"\n")
        for object_id, stratum in zip(words[::2], words[1::2], strict=True):
            state = copy()
            state.update(object_id)
            ticket = state.digest()
            if ticket < bound:
                found.append((ticket, object_id, stratum))
    return found
