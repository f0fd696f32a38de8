"""A whole demo copy for a measurement: its own folder and port, stopped and removed afterwards."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onevisit.project.launcher import places
from onevisit.project.launcher.preflight import free_port

_PATIENCE = 900.0


@dataclass(frozen=True)
class Copy:
    """A running copy: its address, its parent process, its data folder."""

    url: str
    port: int
    pid: int
    var: Path


@contextmanager
def demo_copy() -> Iterator[Copy]:
    """Start a demo city, wait until it is ready, and stop it after the block."""
    with tempfile.TemporaryDirectory(prefix="onevisit-bench-") as folder:
        var, port = Path(folder) / "var", free_port()
        Path(folder).chmod(0o711)
        terminal = Path(folder) / "terminal"
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("ONEVISIT_", "DATABASE_"))
        }
        environment |= {"VAR": str(var), "PORT": str(port), "ONEVISIT_DEMO": "1"}
        with terminal.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "onevisit", "up"], env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        try:
            _wait(process, terminal)
            yield Copy(url=f"http://localhost:{port}", port=port, pid=process.pid, var=var)
        finally:
            process.terminate()
            process.wait(30)
            places.remove(var=var)


def _wait(process: "subprocess.Popen[bytes]", terminal: Path) -> None:
    by = time.monotonic() + _PATIENCE
    while "OneVisit is ready" not in terminal.read_text():
        if process.poll() is not None or time.monotonic() > by:
            raise SystemExit(f"the copy did not start: {terminal.read_text()[-500:]}")
        time.sleep(0.2)
