"""The RFC 6962 tree: which hashes it holds, which of them prove what, and whether a proof holds."""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(*, payload: bytes) -> bytes:
    """Hash an entry as a leaf; the prefix keeps leaves and nodes apart."""
    return sha256(b"\x00" + payload).digest()


def node_hash(*, left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two below `size`, where RFC 6962 cuts a tree."""
    return 1 << (size - 1).bit_length() - 1


def span_hash(*, start: int, stop: int, perfect: Callable[[int, int], bytes]) -> bytes:
    """Hash the subtree over the leaves start..stop-1.

    Args:
        perfect: gives the hash of the complete subtree of a height at an index, so the leaves
            index * 2**height onwards; it is asked for nothing else.
    """
    size = stop - start
    if size & (size - 1) == 0:
        height = size.bit_length() - 1
        return perfect(height, start >> height)
    middle = start + split(size)
    return node_hash(
        left=span_hash(start=start, stop=middle, perfect=perfect),
        right=span_hash(start=middle, stop=stop, perfect=perfect),
    )


def root(*, leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    return span_hash(start=0, stop=len(leaves), perfect=_over(leaves))


def inclusion_spans(*, index: int, size: int) -> tuple[tuple[int, int], ...]:
    """Name the subtrees whose hashes prove leaf `index`, the nearest first."""
    if not 0 <= index < size:
        raise ValueError("the index lies outside the tree")
    spans: list[tuple[int, int]] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + split(stop - start)
        if index < middle:
            spans.append((middle, stop))
            stop = middle
        else:
            spans.append((start, middle))
            start = middle
    return tuple(reversed(spans))


def consistency_spans(*, size1: int, size2: int) -> tuple[tuple[int, int], ...]:
    """Name the subtrees whose hashes prove that the first `size1` of `size2` leaves are unchanged."""
    if not 0 < size1 <= size2:
        raise ValueError("the sizes do not ascend from 1")
    spans: list[tuple[int, int]] = []
    start, stop = 0, size2
    is_whole = True  # the old root itself is known to the reader and never sent
    while stop != size1:
        middle = start + split(stop - start)
        if size1 <= middle:
            spans.append((middle, stop))
            stop = middle
        else:
            spans.append((start, middle))
            start, is_whole = middle, False
    if not is_whole:
        spans.append((start, stop))
    return tuple(reversed(spans))


def inclusion_proof(*, leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from leaf `index` to the root."""
    perfect = _over(leaves)
    spans = inclusion_spans(index=index, size=len(leaves))
    return tuple(span_hash(start=start, stop=stop, perfect=perfect) for start, stop in spans)


def consistency_proof(*, leaves: Sequence[bytes], size1: int) -> tuple[bytes, ...]:
    """Return the hashes that show the tree over the first `size1` leaves to be the beginning of this one."""
    perfect = _over(leaves)
    spans = consistency_spans(size1=size1, size2=len(leaves))
    return tuple(span_hash(start=start, stop=stop, perfect=perfect) for start, stop in spans)


def verify_inclusion(*, index: int, size: int, leaf: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether `proof` leads from `leaf` at `index` to the root of a tree of `size`."""
    if not 0 <= index < size or not _are_hashes(leaf, root, *proof):
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(left=sibling, right=found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(left=found, right=sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(*, size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether `proof` shows the tree of `size1` to be the beginning of the tree of `size2`.

    With equal sizes the proof must be empty and the roots equal; nothing else is looked at. `size1` 0 is refused.
    """
    if not 0 < size1 <= size2:
        return False
    if size1 == size2:
        return not proof and root1 == root2
    if not proof or not _are_hashes(root1, root2, *proof):
        return False
    steps = list(proof) if size1 & (size1 - 1) else [root1, *proof]
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    return _climb(node=node, last=last, steps=steps) == (root1, root2)


def _climb(*, node: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Follow a consistency proof and return the old and the new root it leads to, or None if it has a wrong length."""
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(left=step, right=old), node_hash(left=step, right=new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(left=new, right=step)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)


def _over(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    def perfect(height: int, index: int) -> bytes:
        level = list(leaves[index << height : (index + 1) << height])
        while len(level) > 1:
            level = [node_hash(left=level[i], right=level[i + 1]) for i in range(0, len(level), 2)]
        return level[0]

    return perfect
