"""Files as the commands read them: bytes, or the refusal that says why not."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from onevisit.core.refusals import Refused

MOST_BYTES = 64 * 1024 * 1024
"""The largest document, proof or bundle that is read."""

MOST_FRAME_BYTES = 512 * 1024 * 1024
"""The largest frame file that is read: 2 x 10^7 lines."""

_PIECE = 4 * 1024 * 1024


def read(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Read a file, or refuse with E_FILE; one above the limit is not read at all."""
    try:
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            if size > most:
                raise Refused("E_RANGE", f"{path.name} has more than {most} bytes")
            data = source.read(size + 1)
            if len(data) > size:  # a pipe has no size to look at
                data += _upto(source, most + 1 - len(data))
    except (OSError, ValueError) as error:
        raise Refused("E_FILE", f"{path.name} cannot be read") from error
    if len(data) > most:
        raise Refused("E_RANGE", f"{path.name} has more than {most} bytes")
    return data


def _upto(source: BinaryIO, most: int) -> bytes:
    """Read in pieces: one call with the limit would reserve the limit for a file of two lines."""
    pieces, left = [], most
    while left > 0 and (piece := source.read(min(left, _PIECE))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def read_or_refusal(path: Path) -> bytes | Refused:
    """Read a file; a refusal is returned for the check that needs the file."""
    try:
        return read(path)
    except Refused as refused:
        return refused


class Frames(Mapping[str, bytes]):
    """The frames of a directory by item; other files there are ignored."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __contains__(self, item: object) -> bool:
        return (self.directory / f"{item}.txt").exists()

    def __getitem__(self, item: str) -> bytes:
        path = self.directory / f"{item}.txt"
        if item not in self:
            raise KeyError(item)
        return read(path, most=MOST_FRAME_BYTES)

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in sorted(self.directory.glob("*.txt")))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Proofs(Mapping[str, bytes | Refused]):
    """The ledger proofs of a directory by file name, with another policy in place of its own if one is given."""

    def __init__(self, directory: Path, policy: Path | None) -> None:
        self.directory = directory
        self.policy = policy

    def __getitem__(self, name: str) -> bytes | Refused:
        if name == "policy.txt" and self.policy is not None:
            return read_or_refusal(self.policy)
        return read_or_refusal(self.directory / name)

    def __iter__(self) -> Iterator[str]:
        return (path.name for path in sorted(self.directory.iterdir()))

    def __len__(self) -> int:
        return sum(1 for _ in self)
