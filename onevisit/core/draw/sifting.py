"""The loop that hashes a frame. It stands alone and needs little, since processes start with nothing but this."""

from onevisit.core.draw.lines import pieces

try:  # as `random` of the standard library does: where it is there, it is quicker for texts of one block
    from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha256

Found = tuple[bytes, bytes, bytes]
"""A ticket, its object id and its stratum."""


def sieve(*, data: bytes, prefix: bytes, bound: bytes) -> list[Found]:
    """Keep the tickets of a frame file that lie below a bound."""
    copy = sha256(prefix).copy
    found: list[Found] = []
    for piece in pieces(data=data):
        words = piece.replace(b"|", b"\n").split(b"\n")
        strata = words[1::2]
        for number, object_id in enumerate(words[::2]):
            state = copy()
            state.update(object_id)
            ticket = state.digest()
            if ticket < bound:
                found.append((ticket, object_id, strata[number]))
    return found
