"""One proof for many leaves: the hashes of all that lies between them, so that the leaves shown lead to the root.

The subtrees without any of the leaves are named from left to right, each as large as RFC 6962 cuts it. With the leaves
themselves they give the root; k leaves of a tree of n need about k * log2(n / k) hashes.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from onevisit.core.merkle.tree import EMPTY_ROOT, HASH_SIZE, node_hash, split


def cover_spans(*, indexes: Sequence[int], size: int) -> tuple[tuple[int, int], ...]:
    """Name the subtrees that hold none of the leaves, from left to right.

    Args:
        indexes: places of the leaves, ascending, each once.
    """
    if any(before >= here for before, here in pairwise(indexes)):
        raise ValueError("the indexes do not ascend")
    if indexes and not 0 <= indexes[0] <= indexes[-1] < size:
        raise ValueError("an index lies outside the tree")
    return tuple(_spans(indexes, 0, size))


def _spans(indexes: Sequence[int], start: int, stop: int) -> Iterator[tuple[int, int]]:
    if not indexes:
        if start < stop:
            yield start, stop
        return
    if stop - start == 1:
        return
    middle = start + split(stop - start)
    left = bisect_left(indexes, middle)
    yield from _spans(indexes[:left], start, middle)
    yield from _spans(indexes[left:], middle, stop)


def covered_root(*, leaves: Mapping[int, bytes], size: int, hashes: Sequence[bytes]) -> bytes | None:
    """Compute the root from some leaves and the hashes between them, None if those are too few, too many or no hashes.

    A size of up to 2^63 - 1 may be claimed: the work grows with leaves and hashes, never with the size.
    """
    indexes = sorted(leaves)
    if indexes and not 0 <= indexes[0] <= indexes[-1] < size:
        return None
    if size < 0 or any(len(one) != HASH_SIZE for one in (*leaves.values(), *hashes)):
        return None
    if size == 0:
        return None if hashes else EMPTY_ROOT
    rest = iter(hashes)
    try:
        found = _root(leaves, indexes, 0, size, rest)
    except StopIteration:
        return None
    return None if next(rest, None) is not None else found


def _root(leaves: Mapping[int, bytes], indexes: Sequence[int], start: int, stop: int, rest: Iterator[bytes]) -> bytes:
    if not indexes:
        return next(rest)
    if stop - start == 1:
        return leaves[indexes[0]]
    middle = start + split(stop - start)
    left = bisect_left(indexes, middle)
    return node_hash(
        left=_root(leaves, indexes[:left], start, middle, rest),
        right=_root(leaves, indexes[left:], middle, stop, rest),
    )
