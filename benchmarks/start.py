"""How long a first start, a second start and a stop of the demo city take, beside the limits that are promised.

python -m benchmarks.start
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.harness import Figure, report
from onevisit.project.launcher import places
from onevisit.project.launcher.preflight import free_port

FIRST_SECONDS = 300.0
SECOND_SECONDS = 20.0
STOP_SECONDS = 10.0


def main() -> int:
    """Start twice, stop twice, and compare with the limits."""
    with tempfile.TemporaryDirectory(prefix="onevisit-bench-") as folder:
        Path(folder).chmod(0o711)
        var = Path(folder) / "var"
        try:
            first, stop = _start(var)
            second, _stop = _start(var)
        finally:
            places.remove(var=var)
    figures = [
        Figure("first start, with the demo city", first, FIRST_SECONDS, "limit", FIRST_SECONDS, "s"),
        Figure("second start", second, SECOND_SECONDS, "limit", SECOND_SECONDS, "s"),
        Figure("stop", stop, STOP_SECONDS, "limit", STOP_SECONDS, "s"),
    ]
    return report("start", figures)


def _start(var: Path) -> tuple[float, float]:
    """Start, wait for the ready line, stop; return the seconds of both."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ONEVISIT_", "DATABASE_"))}
    environment |= {"VAR": str(var), "PORT": str(free_port()), "ONEVISIT_DEMO": "1"}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "onevisit", "up"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if line.startswith("OneVisit is ready"):
                break
        ready = time.monotonic() - began
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
    if process.wait(30):
        raise SystemExit("the copy did not start")
    return ready, time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
