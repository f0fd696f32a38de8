"""The stored tree: hashes of any subtree from full tiles and leaves, and the tiles that a grown tree fills."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from onevisit.core import merkle
from onevisit.support.ledger.models import LedgerLeaf, LedgerTile

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


class Inconsistent(Exception):
    """The stored tree lacks a leaf or a tile that must be there; `ledger verify` says which."""


class StoredTree:
    """Reads hashes of the tree; one instance serves one moment and remembers the tiles and leaves it has read."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], list[bytes] | None] = {}
        self._partials: dict[int, dict[int, bytes]] = {}

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
        return self._hashed(merkle.inclusion_spans(index=index, size=size))

    def cover(self, *, indexes: Sequence[int], size: int) -> tuple[bytes, ...]:
        """Return the hashes between some leaves, which lead from them to the root (`core.merkle.cover_spans`)."""
        return self._hashed(merkle.cover_spans(indexes=indexes, size=size))

    def consistency_proof(self, *, size1: int, size2: int) -> tuple[bytes, ...]:
        if size1 == 0:
            return ()
        return self._hashed(merkle.consistency_spans(size1=size1, size2=size2))

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
            self._read_tiles(level - 1, range(start, start + count))
            return [self._tile_root(level - 1, index) for index in range(start, start + count)]
        return _in_row(self._partial(start // TILE_WIDTH), start, start + count)

    def grown(self, *, old_size: int, new_size: int) -> list[LedgerTile]:
        """Return the tiles that the grown tree has filled, each from the leaves or tiles under it.

        Raises:
            Inconsistent: a leaf or tile under one of them is not stored.
        """
        first, last = old_size // TILE_WIDTH, new_size // TILE_WIDTH
        leaves = _leaves(first * TILE_WIDTH, last * TILE_WIDTH)
        for index in range(first, last):
            self._tiles[0, index] = _in_row(leaves, index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
        made = []
        for level, index in filled_tiles(old_size=old_size, new_size=new_size):
            hashes = self.hashes(level=level, start=index * TILE_WIDTH, count=TILE_WIDTH)
            self._tiles[level, index] = hashes
            made.append(LedgerTile(level=level, idx=index, width=TILE_WIDTH, hashes=b"".join(hashes)))
        return made

    def _hashed(self, spans: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
        """Hash spans of leaves; what tiles that takes is found out first, so that those of a level are read at once."""
        spans = tuple(spans)
        needed: dict[int, set[int]] = defaultdict(set)

        def note(height: int, index: int) -> bytes:
            level, rest = divmod(height, TILE_HEIGHT)
            needed[level].update(range(index << rest, (index + 1) << rest))
            return merkle.EMPTY_ROOT

        for start, stop in spans:
            merkle.span_hash(start=start, stop=stop, perfect=note)
        below: set[int] = set()
        for level in range(max(needed, default=-1), -1, -1):
            self._read_tiles(level, {index // TILE_WIDTH for index in needed[level]} | below)
            # Where a tile is not full yet, its hashes are the roots of the tiles below.
            below = {index for index in needed[level] if self._tiles[level, index // TILE_WIDTH] is None}
        return tuple(merkle.span_hash(start=start, stop=stop, perfect=self.perfect) for start, stop in spans)

    def _partial(self, index: int) -> dict[int, bytes]:
        """Return the leaves of a tile that is not full."""
        if index not in self._partials:
            self._partials[index] = _leaves(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
        return self._partials[index]

    def _tile_root(self, level: int, index: int) -> bytes:
        tile = self._tile(level, index)
        if tile is None:
            raise Inconsistent(f"tile {level}/{index} is not there")
        return fold(tile)

    def _tile(self, level: int, index: int) -> list[bytes] | None:
        self._read_tiles(level, range(index, index + 1))
        return self._tiles[level, index]

    def _read_tiles(self, level: int, indexes: Iterable[int]) -> None:
        """Read those tiles that were not read yet, at once."""
        unread = [index for index in indexes if (level, index) not in self._tiles]
        if not unread:
            return
        self._tiles.update(((level, index), None) for index in unread)
        rows = LedgerTile.objects.filter(level=level, idx__in=unread, width=TILE_WIDTH)
        for index, hashes in rows.values_list("idx", "hashes"):
            self._tiles[level, index] = split(bytes(hashes))


def _leaves(start: int, stop: int) -> dict[int, bytes]:
    rows = LedgerLeaf.objects.filter(seq__gte=start, seq__lt=stop)
    return {seq: bytes(leaf) for seq, leaf in rows.values_list("seq", "leaf")}


def _in_row(leaves: dict[int, bytes], start: int, stop: int) -> list[bytes]:
    found = [leaves[seq] for seq in range(start, stop) if seq in leaves]
    if len(found) != stop - start:
        raise Inconsistent(f"leaves {start} to {stop - 1} are not all there")
    return found


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
    """Store the tiles that the grown tree has filled."""
    LedgerTile.objects.bulk_create(StoredTree().grown(old_size=old_size, new_size=new_size))
