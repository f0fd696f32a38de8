"""A real copy of OneVisit for tests: `onevisit up` as a process of its own, with its own folder and port."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from onevisit.project.launcher.preflight import free_port

ROOT = Path(__file__).resolve().parents[3]
_PATIENCE = 300.0


def environment(var: Path, port: int, **more: str) -> dict[str, str]:
    """Return an environment in which only this copy's settings stand."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("ONEVISIT_", "DATABASE_", "DJANGO_"))
    }
    ours = {"VAR": str(var), "PORT": str(port), "PYTHONPATH": str(ROOT), "ONEVISIT_DEMO_PAST": "0"}
    return kept | ours | more


def onevisit(*arguments: str, var: Path, port: int = 0, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "onevisit", *arguments],
        env=environment(var, port or free_port(), **more),
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        cwd=var.parent,
    )


@dataclass
class Copy:
    """One running copy; its terminal goes to a file."""

    var: Path
    port: int
    process: "subprocess.Popen[bytes]"
    terminal: Path
    said_at_ready: list[str] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        return self.terminal.read_text().splitlines()

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()

    def cookies(self, path: str) -> list[str]:
        """Return the names of the cookies that a page sets."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return [value.split("=")[0] for value in answer.headers.get_all("Set-Cookie", [])]

    def wait_until_ready(self) -> float:
        """Wait for the last line; return how long it took from now."""
        began = time.monotonic()
        while time.monotonic() - began < _PATIENCE:
            if any(line.startswith("OneVisit is ready") for line in self.said):
                self.said_at_ready = self.said
                return time.monotonic() - began
            assert self.process.poll() is None, self.said
            time.sleep(0.1)
        raise AssertionError(f"not ready: {self.said}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Stop it and return exit code and seconds."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(30)
        return code, time.monotonic() - began


def start(var: Path, *, port: int = 0, **more: str) -> Copy:
    """Start one copy; the caller waits and stops it."""
    chosen = port or free_port()
    terminal = var.parent / f"{var.name}.terminal"
    with terminal.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "onevisit", "up"],
            env=environment(var, chosen, **more),
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=var.parent,
        )
    return Copy(var=var, port=chosen, process=process, terminal=terminal)
