"""Files as the commands read them: bytes, or the refusal that says why not."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from onevisit.core.refusals import Refused


def read(path: Path) -> bytes:
    """Read a file, or refuse with E_FILE."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise Refused("E_FILE", f"{path.name} cannot be read") from error


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

    def __getitem__(self, item: str) -> bytes:
        path = self.directory / f"{item}.txt"
        if not path.exists():
            raise KeyError(item)
        return read(path)

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
