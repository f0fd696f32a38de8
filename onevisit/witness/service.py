"""The witness over HTTP: POST /add-checkpoint and /lodge, and GET / for who it is and what it cosigned last."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

from onevisit.witness import folder as folders
from onevisit.witness import judging, lodging
from onevisit.witness.folder import WitnessKey
from onevisit.witness.judging import Memory, WitnessRefused

GREATEST_REQUEST = 64 * 1024
SECONDS_TO_SPEAK = 10
SECONDS_TO_LODGE = 600
MOST_AT_ONCE = 2
"""How many packages are received at the same time: who fills the disk with parts is sent away."""
LEAST_RATE = 64 * 1024
"""Bytes a second that a package comes with on average, once the first `SECONDS_TO_SPEAK` are over."""
_PIECE = 1 << 16
_MOST_DIGITS = 12
Clock = Callable[[], int]


class Witness:
    """Decides one submission at a time: comparing with the memory and storing the new one are one step."""

    def __init__(self, *, folder: Path, clock: Clock, say: Callable[[str], None]) -> None:
        self.key: WitnessKey = folders.load_key(folder=folder)
        self._folder, self._clock, self._say = folder, clock, say
        self._lock, self._lodging = threading.Lock(), threading.Lock()
        lodging.sweep(folder=folder)

    def add_checkpoint(self, *, data: bytes) -> str:
        """Return the cosignature over a submitted checkpoint, after it was stored.

        Raises:
            WitnessRefused: it is not cosigned, and why.
        """
        submission = judging.read(data=data)
        with self._lock:
            logs = folders.logs(folder=self._folder)
            origin = judging.check_signed(submission=submission, logs={log.origin: log.keys for log in logs.values()})
            log, now = logs[origin], self._clock()
            try:
                judging.check_continues(submission=submission, memory=log.memory)
            except WitnessRefused as refused:
                if refused.is_evidence:
                    self._say(f"EVIDENCE {origin}: {refused.words}; kept in {self._keep(data, now)}")
                raise
            found = submission.checkpoint
            memory = Memory(size=found.size, root=found.root, text=found.text, at=now)
            folders.store(folder=self._folder, log=log.remembering(memory))
        self._say(f"cosigned {origin} at size {found.size}")
        return self.key.cosign(text=found.text, time=now)

    def lodge(self, *, receive: Callable[[BinaryIO], None]) -> bytes:
        """Keep the package of a freeze and return the receipt, the same one however often it is lodged.

        Args:
            receive: writes the request's body into a file.

        Raises:
            WitnessRefused: it is not kept, and why.
        """
        with lodging.incoming(folder=self._folder) as file:
            receive(file)
            file.flush()
            os.fsync(file.fileno())
            with self._lodging:  # one package at a time is unpacked
                return self._lodged(file)

    def _lodged(self, file: BinaryIO) -> bytes:
        file.seek(0)
        try:
            manifest, proof = lodging.judge(source=file, logs=folders.logs(folder=self._folder))
        except WitnessRefused as refused:
            if refused.evidence:
                where = self._keep(refused.evidence, self._clock())
                self._say(f"EVIDENCE {refused.words}; kept in {where}")
            raise
        origin, digest = proof.checkpoint.origin, manifest.digest
        found = lodging.receipt_of(folder=self._folder, origin=origin, digest=digest)
        if found is not None:
            return found
        receipt = lodging.sign(key=self.key, origin=origin, manifest=manifest, time=self._clock())
        lodging.keep(folder=self._folder, origin=origin, digest=digest, received=Path(file.name), receipt=receipt)
        self._say(f"lodged draw {manifest.draw} of {origin}: {digest}")
        return receipt

    def standing(self) -> str:
        """Say who this is and what it cosigned last, for whoever compares several views of a log."""
        lines = [self.key.vkey]
        for log in folders.logs(folder=self._folder).values():
            lines += ["", f"{log.origin} {log.memory.size} {log.memory.root.hex()} {log.memory.at}"]
        return "\n".join(lines) + "\n"

    def _keep(self, data: bytes, now: int) -> Path:
        return folders.keep_evidence(folder=self._folder, data=data, time=now)


def receive(
    read: Callable[[int], bytes], write: Callable[[bytes], int], length: int, *, seconds: float = SECONDS_TO_LODGE
) -> None:
    """Write a body away piece by piece; it is never in memory as a whole, and who sends it slowly is sent away.

    Raises:
        WitnessRefused: it ended early, took longer than `seconds`, or came slower than `LEAST_RATE`.
    """
    start, left = time.monotonic(), length
    while left:
        try:
            piece = read(min(left, _PIECE))
        except TimeoutError:
            piece = b""
        passed = time.monotonic() - start
        is_slow = passed > SECONDS_TO_SPEAK and length - left + len(piece) < passed * LEAST_RATE
        if not piece or passed > seconds or is_slow:
            raise WitnessRefused(HTTPStatus.REQUEST_TIMEOUT, "the package did not come whole, or too slowly")
        write(piece)
        left -= len(piece)


class _Handler(BaseHTTPRequestHandler):
    """One request; answers carry their length, so that connections can be kept."""

    protocol_version = "HTTP/1.1"
    timeout = SECONDS_TO_SPEAK
    server_version = "onevisit-witness"
    sys_version = ""
    server: "WitnessServer"

    def do_POST(self) -> None:  # the name is http.server's
        try:
            answer = self._decided(self.path.rpartition("/")[2])
        except WitnessRefused as refused:
            self._answer(refused.status, refused.body, refused.kind)
        else:
            self._answer(HTTPStatus.OK, answer, judging.TEXT_TYPE)

    def do_GET(self) -> None:  # the name is http.server's
        self._answer(HTTPStatus.OK, self.server.witness.standing(), judging.TEXT_TYPE)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing for each request; the witness itself says what it did."""

    def _decided(self, name: str) -> str:
        if name == "add-checkpoint":
            length = self._length(most=GREATEST_REQUEST, words="a submission has at most 64 KiB")
            return self.server.witness.add_checkpoint(data=self.rfile.read(length)) + "\n"
        if name == "lodge":
            return self._lodged()
        raise WitnessRefused(HTTPStatus.NOT_FOUND, "this witness knows POST add-checkpoint and POST lodge only")

    def _lodged(self) -> str:
        self.close_connection = True  # whatever of a refused package is still on its way is not read
        length = self._length(most=lodging.GREATEST_PACKAGE, words="a package has at most 64 MiB")
        if not self.server.packages.acquire(blocking=False):
            with suppress(WitnessRefused):  # who is sent away hears it only when he has spoken, but is not waited for
                receive(self.rfile.read1, len, length, seconds=SECONDS_TO_SPEAK)
            raise WitnessRefused(HTTPStatus.SERVICE_UNAVAILABLE, "other packages are being received; try again")
        try:
            return self.server.witness.lodge(
                receive=lambda file: receive(self.rfile.read1, file.write, length)
            ).decode()
        finally:
            self.server.packages.release()

    def _length(self, *, most: int, words: str) -> int:
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True
            raise WitnessRefused(HTTPStatus.LENGTH_REQUIRED, "the request does not say how long it is")
        if len(length) > _MOST_DIGITS or int(length) > most:
            self.close_connection = True
            raise WitnessRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)
        return int(length)

    def _answer(self, status: HTTPStatus, body: str, kind: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


class WitnessServer(ThreadingHTTPServer):
    """Listens for logs."""

    daemon_threads = True

    def __init__(self, *, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, _Handler)
        self.witness = witness
        self.packages = threading.Semaphore(MOST_AT_ONCE)
