"""The compact range: the least a writer must remember of a tree to extend it and to know its root."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from onevisit.core.merkle.tree import EMPTY_ROOT, HASH_SIZE, node_hash


@dataclass(frozen=True)
class CompactRange:
    """The complete subtrees of a tree of `size` leaves, the largest first; at most 64 hashes."""

    size: int = 0
    hashes: tuple[bytes, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError("a compact range holds one hash for each 1 bit of its size")
        if any(len(value) != HASH_SIZE for value in self.hashes):
            raise ValueError("a hash has 32 bytes")

    def extended(self, *, leaves: Iterable[bytes]) -> "CompactRange":
        """Return the range with more leaves at its end."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            found, mask = leaf, 1
            while size & mask:
                found, mask = node_hash(left=hashes.pop(), right=found), mask << 1
            hashes.append(found)
            size += 1
        return CompactRange(size=size, hashes=tuple(hashes))

    @property
    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY_ROOT
        found = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            found = node_hash(left=left, right=found)
        return found
