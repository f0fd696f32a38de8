"""The Merkle tree of the ledger and the proofs that leave it; the formats are those of RFC 6962 and C2SP."""

from onevisit.core.merkle.compact import CompactRange
from onevisit.core.merkle.cover import cover_spans, covered_root
from onevisit.core.merkle.tree import (
    EMPTY_ROOT,
    HASH_SIZE,
    consistency_proof,
    consistency_spans,
    inclusion_proof,
    inclusion_spans,
    leaf_hash,
    node_hash,
    root,
    span_hash,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "CompactRange",
    "consistency_proof",
    "consistency_spans",
    "cover_spans",
    "covered_root",
    "inclusion_proof",
    "inclusion_spans",
    "leaf_hash",
    "node_hash",
    "root",
    "span_hash",
    "verify_consistency",
    "verify_inclusion",
]
