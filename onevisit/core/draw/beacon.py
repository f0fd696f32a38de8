"""The public beacon drand quicknet: when a round comes, and whether its signature is true."""

import hashlib
from dataclasses import dataclass

from py_arkworks_bls12381 import GT, G1Point, G2Point

from onevisit.core.refusals import Refused

DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


@dataclass(frozen=True)
class Chain:
    """A drand chain of the kind `bls-unchained-g1-rfc9380`, by its published parameters."""

    chain_hash: str
    public_key: str
    period: int
    genesis: int
    group_hash: str
    beacon: str

    def recomputed_hash(self) -> str:
        """Compute the chain hash from the other parameters, as drand does."""
        parts = (
            self.period.to_bytes(4, "big"),
            self.genesis.to_bytes(8, "big"),
            bytes.fromhex(self.public_key),
            bytes.fromhex(self.group_hash),
            self.beacon.encode("ascii"),
        )
        return hashlib.sha256(b"".join(parts)).hexdigest()


QUICKNET = Chain(
    chain_hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    public_key=(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
        "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    ),
    period=3,
    genesis=1692803367,
    group_hash="f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
    beacon="quicknet",
)


def verify_round(*, chain: Chain, round_number: int, signature: str, randomness: str) -> None:
    """Refuse a round whose randomness or BLS signature is not the chain's own."""
    signature_bytes = bytes.fromhex(signature)
    if hashlib.sha256(signature_bytes).hexdigest() != randomness:
        raise Refused("E_RANDOMNESS", f"the randomness of round {round_number} is not the hash of its signature")
    if chain.recomputed_hash() != chain.chain_hash:
        raise Refused("E_CHAIN", "the chain hash does not follow from its parameters")
    point = _point(signature_bytes)
    message = hashlib.sha256(round_number.to_bytes(8, "big")).digest()
    key = G2Point.from_compressed_bytes(bytes.fromhex(chain.public_key))
    if not GT.pairing_check([point, -G1Point.hash_to_curve(message, DOMAIN)], [G2Point(), key]):
        raise Refused("E_SIGNATURE", f"the signature does not sign round {round_number}")


def _point(compressed: bytes) -> G1Point:
    """Read a point of G1, in the subgroup of order r, not infinity, in its one canonical encoding."""
    try:
        point = G1Point.from_compressed_bytes(compressed)  # checks the curve and the subgroup
    except ValueError:
        raise Refused("E_SIGNATURE", "the signature is no point of the subgroup of order r") from None
    if point == G1Point.identity() or bytes(point.to_compressed_bytes()) != compressed:
        raise Refused("E_SIGNATURE", "the signature is infinity or not in canonical form")
    return point
