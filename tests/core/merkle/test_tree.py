"""The tree against the public probes of RFC 6962, and its properties."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core import merkle

VECTORS = json.loads(Path("vectors/rfc6962_merkle.json").read_text(encoding="utf-8"))
LEAVES = [merkle.leaf_hash(payload=bytes.fromhex(text)) for text in VECTORS["leaf_inputs_hex"]]

payloads = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def _decoded(probe: dict[str, object], name: str) -> bytes:
    return b64decode(str(probe[name] or ""))


def _proof_of(probe: dict[str, list[str] | None]) -> list[bytes]:
    return [b64decode(text) for text in probe["proof"] or []]


def test_leaves_and_roots_are_those_of_the_standard() -> None:
    assert [leaf.hex() for leaf in LEAVES] == VECTORS["level0"]
    assert [merkle.root(leaves=LEAVES[:size]).hex() for size in range(9)] == VECTORS["roots_by_size"]


@pytest.mark.parametrize("probe", VECTORS["inclusion_probes"], ids=lambda probe: probe["file"])
def test_inclusion_probe(probe: dict[str, object]) -> None:
    holds = merkle.verify_inclusion(
        index=probe["leafIdx"],
        size=probe["treeSize"],
        leaf=_decoded(probe, "leafHash"),
        root=_decoded(probe, "root"),
        proof=_proof_of(probe),
    )

    assert holds is not probe["wantErr"]


@pytest.mark.parametrize("probe", VECTORS["consistency_probes"], ids=lambda probe: probe["file"])
def test_consistency_probe(probe: dict[str, object]) -> None:
    holds = merkle.verify_consistency(
        size1=probe["size1"],
        size2=probe["size2"],
        root1=_decoded(probe, "root1"),
        root2=_decoded(probe, "root2"),
        proof=_proof_of(probe),
    )

    assert holds is not probe["wantErr"]


@given(payloads, st.data())
def test_every_leaf_is_proved_and_no_other_passes_in_its_place(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(payload=b"%d|" % place + entry) for place, entry in enumerate(entries)]
    index = data.draw(st.integers(0, len(leaves) - 1))
    other = data.draw(st.integers(0, len(leaves) - 1))

    proof = merkle.inclusion_proof(leaves=leaves, index=index)

    holds = merkle.verify_inclusion(
        index=index, size=len(leaves), leaf=leaves[other], root=merkle.root(leaves=leaves), proof=proof
    )
    assert holds is (other == index)


@given(payloads, st.data())
def test_every_beginning_is_proved_and_a_changed_one_is_not(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(payload=entry) for entry in entries]
    size1 = data.draw(st.integers(1, len(leaves)))
    changed = [merkle.leaf_hash(payload=b"changed"), *leaves[1:size1]]

    proof = merkle.consistency_proof(leaves=leaves, size1=size1)

    facts = {"size1": size1, "size2": len(leaves), "root2": merkle.root(leaves=leaves), "proof": proof}
    assert merkle.verify_consistency(root1=merkle.root(leaves=leaves[:size1]), **facts)
    if changed[0] != leaves[0]:
        assert not merkle.verify_consistency(root1=merkle.root(leaves=changed), **facts)


@given(payloads, st.data())
def test_a_compact_range_has_the_root_of_the_whole_tree(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(payload=entry) for entry in entries]
    cut = data.draw(st.integers(0, len(leaves)))

    found = merkle.CompactRange().extended(leaves=leaves[:cut]).extended(leaves=leaves[cut:])

    assert (found.size, found.root) == (len(leaves), merkle.root(leaves=leaves))


def test_an_odd_level_does_not_repeat_its_latest_node() -> None:
    a, b, c = LEAVES[:3]

    assert merkle.root(leaves=[a, b, c]) != merkle.root(leaves=[a, b, c, c])


def test_an_empty_range_has_the_empty_root() -> None:
    assert merkle.CompactRange().root == merkle.EMPTY_ROOT == merkle.root(leaves=[])


@pytest.mark.parametrize(("size", "hashes"), [(1, ()), (0, (b"x" * 32,)), (1, (b"short",)), (-1, ())])
def test_a_compact_range_that_cannot_be_is_our_mistake(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError):
        merkle.CompactRange(size=size, hashes=hashes)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_spans_prove_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError):
        merkle.inclusion_spans(index=index, size=size)


@pytest.mark.parametrize(("size1", "size2"), [(0, 3), (4, 3)])
def test_no_spans_prove_a_tree_that_is_no_beginning(size1: int, size2: int) -> None:
    with pytest.raises(ValueError):
        merkle.consistency_spans(size1=size1, size2=size2)
