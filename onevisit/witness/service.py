"""The witness over HTTP: POST /add-checkpoint, and GET / for who it is and what it cosigned last."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from onevisit.witness import folder as folders
from onevisit.witness import judging
from onevisit.witness.folder import WitnessKey
from onevisit.witness.judging import Memory, WitnessRefused

GREATEST_REQUEST = 64 * 1024
SECONDS_TO_SPEAK = 10
Clock = Callable[[], int]


class Witness:
    """Decides one submission at a time: comparing with the memory and storing the new one are one step."""

    def __init__(self, *, folder: Path, clock: Clock, say: Callable[[str], None]) -> None:
        self.key: WitnessKey = folders.load_key(folder=folder)
        self._folder, self._clock, self._say = folder, clock, say
        self._lock = threading.Lock()

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

    def standing(self) -> str:
        """Say who this is and what it cosigned last, for whoever compares several views of a log."""
        lines = [self.key.vkey]
        for log in folders.logs(folder=self._folder).values():
            lines += ["", f"{log.origin} {log.memory.size} {log.memory.root.hex()} {log.memory.at}"]
        return "\n".join(lines) + "\n"

    def _keep(self, data: bytes, now: int) -> Path:
        return folders.keep_evidence(folder=self._folder, data=data, time=now)


class _Handler(BaseHTTPRequestHandler):
    """One request; answers carry their length, so that connections can be kept."""

    protocol_version = "HTTP/1.1"
    timeout = SECONDS_TO_SPEAK
    server_version = "onevisit-witness"
    sys_version = ""
    server: "WitnessServer"

    def do_POST(self) -> None:  # the name is http.server's
        try:
            if self.path.rpartition("/")[2] != "add-checkpoint":
                raise WitnessRefused(HTTPStatus.NOT_FOUND, "this witness knows POST add-checkpoint only")
            line = self.server.witness.add_checkpoint(data=self._body())
        except WitnessRefused as refused:
            self._answer(refused.status, refused.body, refused.kind)
        else:
            self._answer(HTTPStatus.OK, f"{line}\n", judging.TEXT_TYPE)

    def do_GET(self) -> None:  # the name is http.server's
        self._answer(HTTPStatus.OK, self.server.witness.standing(), judging.TEXT_TYPE)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing for each request; the witness itself says what it did."""

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit():
            self.close_connection = True
            raise WitnessRefused(HTTPStatus.LENGTH_REQUIRED, "the request does not say how long it is")
        if int(length) > GREATEST_REQUEST:
            self.close_connection = True
            raise WitnessRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "a submission has at most 64 KiB")
        return self.rfile.read(int(length))

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
