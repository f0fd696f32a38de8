"""Commitments, seeds and seals: every hash that binds keys, sources and rounds together."""

import hashlib
from collections.abc import Mapping, Sequence


def key_commitment(*, draw: str, party: str, key: str) -> str:
    """Compute what a party publishes before the draw about its key."""
    return _hash("key", draw, party, key)


def seed(*, manifest_digest: str, lines: Sequence[str], keys: Mapping[str, str]) -> str:
    """Compute the seed of round 0 from the manifest, the source lines and the keys by party."""
    openings = "\n".join(f"{party}:{keys[party]}" for party in sorted(keys))
    return _hash("seed", manifest_digest, _sha256("\n".join(lines)), _sha256(openings))


def replacement_seed(*, seed: str, round_number: int, order_digest: str, lines: Sequence[str]) -> str:
    """Compute the seed of a replacement round from the seed of round 0, its order and its own sources."""
    return _hash("rseed", seed, str(round_number), order_digest, _sha256("\n".join(lines)))


def assignment_seed(*, seed: str, roster_digest: str) -> str:
    """Compute the seed by which officers are assigned in a round."""
    return _hash("aseed", seed, roster_digest)


def seal(*, result_digest: str, seed: str) -> str:
    """Compute the seal that stands for a sealed result in the ledger; its salt comes from the secret seed."""
    return _hash("sealed", result_digest, _hash("salt", seed))


def _hash(*parts: str) -> str:
    return _sha256("|".join(("srd1", *parts)))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
