"""The lines of a frame file in pieces, so that a million of them are never all in memory as objects."""

from collections.abc import Iterator

_PIECE = 1 << 15
"""What stays in the nearest cache of a processor while it is split and hashed."""


def pieces(*, data: bytes) -> Iterator[bytes]:
    """Give the bytes of a frame file piece by piece, each some whole lines without the last LF."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", min(start + _PIECE, len(data) - 1)) + 1
        yield data[start : end - 1]
        start = end


def parts(*, data: bytes, most: int) -> tuple[bytes, ...]:
    """Cut a frame file into at most so many files of nearly equal size, in order."""
    cut = []
    start = 0
    for number in range(1, most + 1):
        end = data.find(b"\n", max(start, len(data) * number // most - 1)) + 1
        if end > start:
            cut.append(data[start:end])
            start = end
    return tuple(cut)
