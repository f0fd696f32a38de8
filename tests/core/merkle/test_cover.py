"""One proof for many leaves: whatever leaves are shown lead to the root, and no others do."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core import merkle


def _leaves(size: int) -> list[bytes]:
    return [merkle.leaf_hash(payload=b"%d" % number) for number in range(size)]


def _hashes(leaves: list[bytes], indexes: list[int]) -> list[bytes]:
    spans = merkle.cover_spans(indexes=indexes, size=len(leaves))
    return [merkle.root(leaves=leaves[start:stop]) for start, stop in spans]


@given(st.integers(0, 70), st.integers(0, 2**70 - 1))
def test_any_leaves_lead_to_the_root_and_a_changed_hash_does_not(size: int, chosen: int) -> None:
    leaves, indexes = _leaves(size), [index for index in range(size) if chosen >> index & 1]
    shown = {index: leaves[index] for index in indexes}
    hashes = _hashes(leaves, indexes)

    assert merkle.covered_root(leaves=shown, size=size, hashes=hashes) == merkle.root(leaves=leaves)
    other = hashlib.sha256(b"other").digest()
    for place in range(len(hashes)):
        changed = [*hashes[:place], other, *hashes[place + 1 :]]
        assert merkle.covered_root(leaves=shown, size=size, hashes=changed) != merkle.root(leaves=leaves)
    for index in indexes:
        assert merkle.covered_root(leaves=shown | {index: other}, size=size, hashes=hashes) != merkle.root(
            leaves=leaves
        )
    assert merkle.covered_root(leaves=shown, size=size, hashes=[*hashes, other]) is None
    if hashes:
        assert merkle.covered_root(leaves=shown, size=size, hashes=hashes[:-1]) is None


def test_a_claimed_size_costs_nothing_and_what_is_no_hash_is_no_proof() -> None:
    leaf = merkle.leaf_hash(payload=b"")

    assert merkle.covered_root(leaves={0: leaf}, size=2**63 - 1, hashes=[leaf] * 63) is not None
    assert merkle.covered_root(leaves={5: leaf}, size=5, hashes=[leaf]) is None
    assert merkle.covered_root(leaves={-1: leaf}, size=5, hashes=[leaf]) is None
    assert merkle.covered_root(leaves={0: leaf}, size=2, hashes=[leaf[:31]]) is None
    assert merkle.covered_root(leaves={0: leaf[:31]}, size=2, hashes=[leaf]) is None


@pytest.mark.parametrize("indexes", [[1, 1], [2, 1], [0, 4], [-1]])
def test_places_that_do_not_ascend_within_the_tree_are_refused(indexes: list[int]) -> None:
    with pytest.raises(ValueError, match="index"):
        merkle.cover_spans(indexes=indexes, size=4)
