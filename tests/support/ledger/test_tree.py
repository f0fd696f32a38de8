"""Proofs over a tree of several levels of tiles, whatever the sizes, with few questions to the database."""

import hashlib
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from onevisit.core import merkle
from onevisit.support.ledger import tree
from onevisit.support.ledger.models import LedgerLeaf, LedgerTile
from onevisit.support.ledger.tree import Inconsistent, StoredTree, write_filled_tiles

SIZE = 91  # 4^3 and more: three full levels of tiles of four, and partial ones
LEAVES = [hashlib.sha256(b"%d" % number).digest() for number in range(SIZE)]


@pytest.fixture
def _stored(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree of small tiles that grew in batches."""
    monkeypatch.setattr(tree, "TILE_HEIGHT", 2)
    monkeypatch.setattr(tree, "TILE_WIDTH", 4)
    size = 0
    for grown in (3, 4, 17, 60, SIZE):
        LedgerLeaf.objects.bulk_create(
            LedgerLeaf(seq=seq, entry=uuid.UUID(int=seq), leaf=LEAVES[seq]) for seq in range(size, grown)
        )
        write_filled_tiles(old_size=size, new_size=grown)
        size = grown


@pytest.mark.usefixtures("_stored")
def test_every_proof_and_range_holds() -> None:
    roots = [merkle.root(leaves=LEAVES[:size]) for size in range(SIZE + 1)]

    for size in range(1, SIZE + 1):
        assert StoredTree().root(size=size) == roots[size]
        assert StoredTree().compact_range(size=size).root == roots[size]
        index = 37 % size
        proof = StoredTree().inclusion_proof(index=index, size=size)
        assert merkle.verify_inclusion(leaf=LEAVES[index], index=index, size=size, root=roots[size], proof=proof)
        for smaller in range(1 + size % 3, size, 17):
            proof = StoredTree().consistency_proof(size1=smaller, size2=size)
            assert merkle.verify_consistency(
                size1=smaller, size2=size, root1=roots[smaller], root2=roots[size], proof=proof
            )


@pytest.mark.usefixtures("_stored")
def test_a_proof_asks_once_for_the_tiles_of_a_level(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    with django_assert_max_num_queries(6):  # four levels of tiles, two partial ones of leaves
        StoredTree().consistency_proof(size1=23, size2=SIZE)


@pytest.mark.usefixtures("_stored")
def test_what_grew_without_its_leaves_is_said() -> None:
    with pytest.raises(Inconsistent):
        write_filled_tiles(old_size=SIZE, new_size=SIZE + 8)

    assert not LedgerTile.objects.filter(level=0, idx__gte=SIZE // 4).exists()
