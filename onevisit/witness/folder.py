"""The folder of a witness: its key, the logs it watches, and what it cosigned last, durable before it is answered.

`witness.key` holds name and private key (mode 0600); `log-<hash of the origin>.json` one log with its keys and the
latest cosigned tree; `evidence/` the signed checkpoints that contradict it.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import Key, KeyType, Malformed, Note, Signature
from onevisit.witness.judging import Memory

KEY_FILE = "witness.key"
LOCK_FILE = "lock"
EVIDENCE = "evidence"


class FolderRefused(Exception):
    """The folder does not hold what a witness needs, or already holds another."""


@dataclass(frozen=True)
class Log:
    """One log that the witness watches: its keys, and the latest tree it was given a cosignature for."""

    origin: str
    keys: tuple[Key, ...]
    memory: Memory = field(default_factory=Memory)

    def remembering(self, memory: Memory) -> "Log":
        return replace(self, memory=memory)


class WitnessKey:
    """The name and the private key of a witness."""

    def __init__(self, *, name: str, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = Key(name=name, kind=KeyType.COSIGNATURE, public=private.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        return note.encode_vkey(key=self.public)

    def cosign(self, *, text: str, time: int) -> str:
        """Return the signature line (cosignature/v1) over a checkpoint's text."""
        signed = self._private.sign(checkpoint.cosigned_message(text=text, time=time))
        value = checkpoint.cosignature_value(time=time, signature=signed)
        return note.encode_signature(signature=Signature(name=self.public.name, key_id=self.public.id, value=value))

    def sign_note(self, *, text: str) -> bytes:
        """Return a statement of the witness's own as a signed note; its first line says what kind it is."""
        if text.startswith(checkpoint.COSIGNED):
            raise ValueError("a cosignature is made by `cosign` alone")
        signed = self._private.sign(text.encode())
        line = Signature(name=self.public.name, key_id=self.public.id, value=signed)
        return note.encode_note(note=Note(text=text, signatures=(line,)))


def make(*, folder: Path, name: str) -> WitnessKey:
    """Make the folder and a new key.

    Raises:
        FolderRefused: there is a key already, or the name may not stand in a signature line.
    """
    if not note.is_key_name(name) or note.has_control(name) or "\n" in name:
        raise FolderRefused(f"{name!r} cannot be a key name: no space and no '+', e.g. audit.example.gov.cn/witness")
    if (folder / KEY_FILE).exists():
        raise FolderRefused(f"{folder} holds a witness already; a new key needs a new folder")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = Ed25519PrivateKey.generate()
    content = {"name": name, "private": private.private_bytes_raw().hex()}
    write(folder / KEY_FILE, json.dumps(content, ensure_ascii=False) + "\n")
    return WitnessKey(name=name, private=private)


def load_key(*, folder: Path) -> WitnessKey:
    """Read the key of a folder.

    Raises:
        FolderRefused: there is none that can be read.
    """
    try:
        content = json.loads((folder / KEY_FILE).read_text(encoding="utf-8"))
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(content["private"]))
        return WitnessKey(name=str(content["name"]), private=private)
    except (OSError, ValueError, KeyError) as error:
        raise FolderRefused(
            f"{folder} holds no witness key that can be read; `onevisit witness init` makes one"
        ) from error


def watch(*, folder: Path, vkey: str) -> Log:
    """Watch a log from now on, or accept a further key of a log that is watched; what was cosigned stays.

    Raises:
        FolderRefused: it is no key of a log.
    """
    try:
        key = note.parse_vkey(text=vkey, kind=KeyType.ED25519)
    except Malformed as error:
        raise FolderRefused(f"{vkey} is no key of a log (type 0x01): {error}") from error
    log = logs(folder=folder).get(key.name, Log(origin=key.name, keys=()))
    if key not in log.keys:
        log = replace(log, keys=(*log.keys, key))
    store(folder=folder, log=log)
    return log


def logs(*, folder: Path) -> Mapping[str, Log]:
    """Read every watched log, by its origin.

    Raises:
        FolderRefused: a file cannot be read; a witness that has forgotten never starts from zero by itself.
    """
    found = {}
    for path in sorted(folder.glob("log-*.json")):
        try:
            log = _log(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, Malformed) as error:
            raise FolderRefused(f"{path} cannot be read; bring it back from a backup") from error
        found[log.origin] = log
    return found


def store(*, folder: Path, log: Log) -> None:
    """Write a log durably; when this returns, a crash loses nothing of it."""
    memory = log.memory
    content = {
        "origin": log.origin,
        "keys": [note.encode_vkey(key=key) for key in log.keys],
        "size": memory.size,
        "root": memory.root.hex(),
        "text": memory.text,
        "at": memory.at,
    }
    name = sha256(log.origin.encode()).hexdigest()[:16]
    write(folder / f"log-{name}.json", json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def keep_evidence(*, folder: Path, data: bytes, time: int) -> Path:
    """Keep a request whose signed checkpoint contradicts what was cosigned: it convicts the log."""
    (folder / EVIDENCE).mkdir(mode=0o700, exist_ok=True)
    path = folder / EVIDENCE / f"{time}-{sha256(data).hexdigest()[:16]}.txt"
    if not path.exists():
        write(path, data.decode())
    return path


@contextmanager
def alone(*, folder: Path) -> Iterator[None]:
    """Hold the folder for one process.

    Raises:
        FolderRefused: another process serves from it.
    """
    with (folder / LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderRefused(f"another process uses {folder}") from error
        yield


def write(path: Path, text: str) -> None:
    """Replace a file in one step, on the disk before this returns, readable by its owner only."""
    fresh = path.with_suffix(path.suffix + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Bring the names of a folder onto the disk."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _log(content: dict[str, object]) -> Log:
    keys, size, at = content["keys"], content["size"], content["at"]
    if not isinstance(keys, list) or not isinstance(size, int) or not isinstance(at, int):
        raise TypeError("a log has keys, a size and a time")
    memory = Memory(size=size, root=bytes.fromhex(str(content["root"])), text=str(content["text"]), at=at)
    found = tuple(note.parse_vkey(text=str(text), kind=KeyType.ED25519) for text in keys)
    return Log(origin=str(content["origin"]), keys=found, memory=memory)
