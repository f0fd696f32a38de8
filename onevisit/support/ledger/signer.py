"""Signs checkpoints, and remembers the latest one outside the database, so that no smaller or other tree is signed."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onevisit.core import merkle
from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import Key, KeyType, Note, Signature
from onevisit.support.sm2 import PrivateKey


class SignerRefused(Exception):
    """The tree shown to the signer is not the continuation of the one it signed."""

    code = "signer_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Memory:
    """The latest tree that was signed and stored."""

    size: int
    root: bytes


class Signer:
    """One key of one ledger: `ledger-<id>.key` (mode 0600) and `ledger-<id>.json` in the folder of keys.

    With an SM2 key, its line stands under the ledger's own; who does not know it leaves it aside.
    """

    def __init__(self, *, folder: Path, ledger_id: UUID, origin: str, sm2: PrivateKey | None = None) -> None:
        self._key_file = folder / f"ledger-{ledger_id.hex[:12]}.key"
        self._memory_file = self._key_file.with_suffix(".json")
        self._private = self._load_or_make()
        self.key = Key(name=origin, kind=KeyType.ED25519, public=self._private.public_key().public_bytes_raw())
        self._sm2 = sm2

    @property
    def memory(self) -> Memory:
        """Return what was signed last.

        Raises:
            SignerRefused: the memory was lost; the operator decides with `ledger adopt`, which verifies first.
        """
        try:
            content = json.loads(self._memory_file.read_text())
            return Memory(size=int(content["size"]), root=bytes.fromhex(content["root"]))
        except (OSError, ValueError, KeyError) as error:
            raise SignerRefused(
                f"签名器的记忆文件 {self._memory_file.name} 读不出。请从备份放回；"
                "确认留痕完好后，也可以运行 manage.py ledger adopt 重新登记。"
            ) from error

    def sign(self, *, size: int, root: bytes, proof: Sequence[bytes]) -> str:
        """Sign a tree that continues the remembered one and return the note.

        Args:
            proof: consistency proof from the remembered size to `size`.

        Raises:
            SignerRefused: the tree is smaller, or not a continuation.
        """
        memory = self.memory
        if size < memory.size:
            raise SignerRefused(
                f"数据库里的留痕只有 {size} 条，签名器已签到 {memory.size} 条：数据库可能是从旧备份恢复的。"
                "请从镜像补齐之后的留痕，不要在旧树上继续。"
            )
        continues = memory.size == 0 or merkle.verify_consistency(
            size1=memory.size, size2=size, root1=memory.root, root2=root, proof=proof
        )
        if not continues:
            raise SignerRefused(
                f"留痕的前 {memory.size} 条与签名器签过的不一致，停止签名。请运行 manage.py ledger verify。"
            )
        text = checkpoint.body(origin=self.key.name, size=size, root=root)
        signature = Signature(name=self.key.name, key_id=self.key.id, value=self._private.sign(text.encode()))
        return note.encode_note(note=Note(text=text, signatures=(signature, *self._beside(text)))).decode()

    def remember(self, *, size: int, root: bytes) -> None:
        """Store the latest signed tree; called once the checkpoint is stored, before anybody builds on it."""
        _write(self._memory_file, json.dumps({"size": size, "root": root.hex()}) + "\n")

    def _beside(self, text: str) -> tuple[Signature, ...]:
        if self._sm2 is None:
            return ()
        key = Key(name=self.key.name, kind=KeyType.SM2, public=self._sm2.public)
        return (Signature(name=key.name, key_id=key.id, value=self._sm2.sign(text.encode())),)

    def _load_or_make(self) -> Ed25519PrivateKey:
        if not self._key_file.exists():
            self._key_file.parent.mkdir(parents=True, exist_ok=True)
            _write(self._key_file, Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
            self.remember(size=0, root=merkle.EMPTY_ROOT)
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self._key_file.read_text().strip()))


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only."""
    fresh = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
