"""The lines of a frame file in pieces, so that a million of them are never all in memory as objects."""

from collections.abc import Iterator

_PIECE = 1 << 14
"""What stays in the nearest cache of a processor while it is split and hashed."""


def pieces(*, data: bytes) -> Iterator[bytes]:
    """Give the bytes of a frame file piece by piece, each some whole lines without the last LF."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", min(start + _PIECE, len(data) - 1)) + 1
        yield data[start : end - 1]
        start = end


def cuts(*, data: bytes, size: int) -> list[tuple[int, int]]:
    """Say where to cut a frame file into parts of about a size, each some whole lines, in order."""
    found = []
    start = 0
    while start < len(data):
        end = data.find(b"\n", min(start + size, len(data)) - 1) + 1
        found.append((start, end))
        start = end
    return found
