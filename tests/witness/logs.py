"""A log made of leaves in memory that signs whatever it is asked to, and a witness as a real process."""

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onevisit.core import merkle
from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import Key, KeyType, Note, Signature

ORIGIN = "city.example/ledger"
ROOT = Path(__file__).resolve().parents[2]


class DishonestLog:
    """Signs any tree, as an insider with the log's key can."""

    def __init__(self, *, origin: str = ORIGIN) -> None:
        self._private = Ed25519PrivateKey.generate()
        public = self._private.public_key().public_bytes_raw()
        self.key = Key(name=origin, kind=KeyType.ED25519, public=public)

    @property
    def vkey(self) -> str:
        return note.encode_vkey(key=self.key)

    def signed(self, leaves: Sequence[bytes], *beside: Signature) -> str:
        """Return the signed checkpoint over leaf hashes, with further lines under it."""
        text = checkpoint.body(origin=self.key.name, size=len(leaves), root=merkle.root(leaves=leaves))
        line = Signature(name=self.key.name, key_id=self.key.id, value=self._private.sign(text.encode()))
        return note.encode_note(note=Note(text=text, signatures=(line, *beside))).decode()

    def request(self, leaves: Sequence[bytes], *, old: int, claimed: int | None = None) -> bytes:
        """Return an add-checkpoint body that proves the first `old` leaves unchanged (or claims another old size)."""
        proof = merkle.consistency_proof(leaves=leaves, size1=old) if 0 < old <= len(leaves) else ()
        lines = "".join(f"{note.encode_base64(one)}\n" for one in proof)
        return f"old {old if claimed is None else claimed}\n{lines}\n{self.signed(leaves)}".encode()


def leaves(count: int, *, word: str = "entry") -> list[bytes]:
    return [merkle.leaf_hash(payload=f"{word} {number}".encode()) for number in range(count)]


@dataclass(frozen=True)
class Answer:
    """What a witness answered."""

    status: int
    body: str
    kind: str


def post(url: str, data: bytes, *, to: str = "add-checkpoint") -> Answer:
    request = urllib.request.Request(f"{url}{to}", data=data, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, answer.read().decode(), answer.headers["Content-Type"])
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, refused.read().decode(), refused.headers["Content-Type"])


def announce(url: str, to: str, *, length: int | str, sent: bytes = b"") -> str:
    """Say how long a body is, send some of it and no more; return the first line of the answer."""
    host, port = url.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(f"POST /{to} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n".encode() + sent)
        line.shutdown(socket.SHUT_WR)
        return line.makefile("rb").readline().decode()


def onevisit(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "onevisit", "witness", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=180)


def made(folder: Path, *vkeys: str, name: str = "audit.example/witness") -> str:
    """Make a witness that watches logs and return its key."""
    done = onevisit("init", folder, "--name", name, *(f"--log={vkey}" for vkey in vkeys))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def running(folder: Path, *, kill: bool = False) -> Iterator[str]:
    """Run a witness on a free port and yield its address; `kill` ends it as a power cut does."""
    with started(folder, kill=kill) as (url, _process):
        yield url


@contextmanager
def started(folder: Path, *, kill: bool = False, port: int = 0) -> "Iterator[tuple[str, subprocess.Popen[str]]]":
    """Run a witness and yield its address and its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "onevisit", "witness", "run", str(folder), "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"},
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://\S+/", said)
        assert found, said
        yield found.group(), process
    finally:
        if kill:
            process.kill()
        else:
            process.terminate()
        process.wait(60)
        if process.stdout:
            process.stdout.close()
