"""The stored tree: hashes of any subtree from full tiles and leaves, and the tiles that a grown tree fills."""

from collections.abc import Iterator

from onevisit.core import merkle
from onevisit.support.ledger.models import LedgerLeaf, LedgerTile

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


class Inconsistent(Exception):
    """The stored tree lacks a leaf or a tile that must be there; `ledger verify` says which."""


class StoredTree:
    """Reads hashes of the tree; one instance serves one moment and remembers the tiles it has read."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[bytes] | None] = {}

    def perfect(self, height: int, index: int) -> bytes:
        """Return the hash of the complete subtree of a height at an index."""
        level, rest = divmod(height, TILE_HEIGHT)
        return fold(self.hashes(level=level, start=index << rest, count=1 << rest))

    def root(self, *, size: int) -> bytes:
        if size == 0:
            return merkle.EMPTY_ROOT
        return merkle.span_hash(start=0, stop=size, perfect=self.perfect)

    def compact_range(self, *, size: int) -> merkle.CompactRange:
        """Return the complete subtrees of the tree of `size`, the largest first."""
        hashes, start = [], 0
        for height in range(size.bit_length() - 1, -1, -1):
            if size >> height & 1:
                hashes.append(self.perfect(height, start >> height))
                start += 1 << height
        return merkle.CompactRange(size=size, hashes=tuple(hashes))

    def inclusion_proof(self, *, index: int, size: int) -> tuple[bytes, ...]:
        spans = merkle.inclusion_spans(index=index, size=size)
        return tuple(merkle.span_hash(start=start, stop=stop, perfect=self.perfect) for start, stop in spans)

    def consistency_proof(self, *, size1: int, size2: int) -> tuple[bytes, ...]:
        if size1 == 0:
            return ()
        spans = merkle.consistency_spans(size1=size1, size2=size2)
        return tuple(merkle.span_hash(start=start, stop=stop, perfect=self.perfect) for start, stop in spans)

    def hashes(self, *, level: int, start: int, count: int) -> list[bytes]:
        """Return `count` hashes of a level that lie in one tile.

        Raises:
            Inconsistent: one of them is not stored.
        """
        tile = self._tile(level, start // TILE_WIDTH)
        if tile is not None:
            offset = start % TILE_WIDTH
            return tile[offset : offset + count]
        if level:
            return [self._tile_root(level - 1, index) for index in range(start, start + count)]
        rows = LedgerLeaf.objects.filter(seq__gte=start, seq__lt=start + count).order_by("seq")
        found = [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
        if len(found) != count:
            raise Inconsistent(f"leaves {start} to {start + count - 1} are not all there")
        return found

    def _tile_root(self, level: int, index: int) -> bytes:
        tile = self._tile(level, index)
        if tile is None:
            raise Inconsistent(f"tile {level}/{index} is not there")
        return fold(tile)

    def _tile(self, level: int, index: int) -> list[bytes] | None:
        key = (level, index)
        if key not in self._tiles:
            row = LedgerTile.objects.filter(level=level, idx=index, width=TILE_WIDTH).first()
            self._tiles[key] = split(bytes(row.hashes)) if row else None
        return self._tiles[key]


def fold(level: list[bytes]) -> bytes:
    """Hash a complete row of hashes up to one."""
    while len(level) > 1:
        level = [merkle.node_hash(left=level[i], right=level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


def split(hashes: bytes) -> list[bytes]:
    """Cut a tile into its hashes."""
    return [hashes[i : i + merkle.HASH_SIZE] for i in range(0, len(hashes), merkle.HASH_SIZE)]


def filled_tiles(*, old_size: int, new_size: int) -> Iterator[tuple[int, int]]:
    """Name the tiles (level, index) that become full when the tree grows, lower levels first."""
    level = 0
    while new_size >> TILE_HEIGHT * (level + 1):
        width = TILE_HEIGHT * (level + 1)
        for index in range(old_size >> width, new_size >> width):
            yield level, index
        level += 1


def write_filled_tiles(*, old_size: int, new_size: int) -> None:
    """Store the tiles that the grown tree has filled, each from the leaves or tiles under it."""
    for level, index in filled_tiles(old_size=old_size, new_size=new_size):
        hashes = StoredTree().hashes(level=level, start=index * TILE_WIDTH, count=TILE_WIDTH)
        LedgerTile.objects.create(level=level, idx=index, width=TILE_WIDTH, hashes=b"".join(hashes))
