"""Shares of a department's key: how many combine it, and the digests that stand in the ledger for what is sealed.

They are beside the protocol: none of these hashes carries a tag of `srd1`, none of them goes into a seed.
"""

import hashlib
from collections.abc import Iterable

LEAST = 2
"""A share that alone opened the key would be the key."""


def threshold(*, holders: int) -> int:
    """Return how many of a key's holders combine it: the majority of them, at least two; 0 where there are too few."""
    return holders // 2 + 1 if holders >= LEAST else 0


def share_digest(*, draw: str, party: str, holder: str, share: str) -> str:
    """Compute what the ledger holds of one share; a share is as random as the key, so that it needs no salt."""
    return _sha256("|".join(("onevisit-share1", draw, party, holder, share)))


def deposit_digest(*, draw: str, party: str, needed: int, parts: Iterable[tuple[str, str, str]]) -> str:
    """Compute what the ledger holds of a whole deposit: holder, share digest and digest of what is sealed, each."""
    lines = [f"onevisit-deposit1|{draw}|{party}|{needed}", *("|".join(part) for part in sorted(parts))]
    return _sha256("\n".join(lines))


def sealed_digest(*, sealed: str) -> str:
    """Compute the digest of what is sealed to a holder."""
    return _sha256(sealed)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()
