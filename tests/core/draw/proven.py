"""A small log of entries, cosigned by one witness at any moment a test wants."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onevisit.core import canonical, merkle
from onevisit.core.canonical import Json
from onevisit.core.merkle import note, policy, tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.witness.folder import WitnessKey
from tests.witness.logs import DishonestLog


class ProvenLog:
    """Entries in the order of their appending, each with its proof under the tree as it stands."""

    def __init__(self) -> None:
        self._log = DishonestLog()
        self._witness = WitnessKey(name="audit.example/witness", private=Ed25519PrivateKey.generate())
        self._payloads: list[bytes] = []

    @property
    def policy(self) -> Policy:
        """The policy that asks for the witness."""
        return policy.parse_policy(data=self.policy_file)

    @property
    def policy_file(self) -> bytes:
        lines = f"log {self._log.vkey}\nwitness audit {self._witness.vkey} https://audit.example/\nquorum audit\n"
        return lines.encode()

    @property
    def origin(self) -> str:
        return self._log.vkey.partition("+")[0]

    def sign_note(self, text: str) -> bytes:
        """Let the witness sign a text that is no checkpoint."""
        return self._witness.sign_note(text=text)

    @property
    def unwitnessed(self) -> Policy:
        return policy.parse_policy(data=f"log {self._log.vkey}\nquorum none\n".encode())

    def append(self, payload: Mapping[str, Json]) -> int:
        """Append an entry and return its place."""
        self._payloads.append(canonical.encode(value=dict(payload)))
        return len(self._payloads) - 1

    def proof(self, index: int, *, seen: int) -> bytes:
        """Return the proof of an entry under a checkpoint that the witness cosigned at a moment."""
        leaves = [merkle.leaf_hash(payload=payload) for payload in self._payloads]
        signed = note.parse_note(data=self._log.signed(leaves).encode())
        line = note.parse_signature(line=self._witness.cosign(text=signed.text, time=seen))
        return tlog_proof.encode_proof(
            payload=self._payloads[index],
            index=index,
            hashes=merkle.inclusion_proof(leaves=leaves, index=index),
            note=note.Note(text=signed.text, signatures=(*signed.signatures, line)),
        )

    def proven(self, payload: Mapping[str, Json], *, seen: int) -> bytes:
        """Append an entry and return its proof."""
        return self.proof(self.append(payload), seen=seen)
