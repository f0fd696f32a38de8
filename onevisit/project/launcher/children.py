"""Child processes that cannot outlive their parent, each with its own log file and its own process group."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onevisit.project.launcher.binaries import Account

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT = 20 * 1024 * 1024


def log_file(folder: Path, name: str) -> Path:
    """Return the log file of a process; a large one is moved aside first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.log"
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path


def last_line(path: Path) -> str:
    """Return the last line of a log that says something."""
    lines = [line.strip() for line in path.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


@dataclass
class Child:
    """One process of ours: how it is started, where it writes, with which signal it ends."""

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    runner: Account = field(default_factory=Account)
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start the process; it gets no terminal signals, only ours, and one when we die."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [str(part) for part in self.command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                cwd="/" if self.runner.uid is not None else None,
                start_new_session=True,
                preexec_fn=_dies_with_parent(self.stop_signal),
                **self.runner.options(),
            )

    def ended(self) -> int | None:
        """Return the exit code of a process that is gone, None while it runs."""
        return self.process.poll() if self.process else None

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def end(self, *, by: float) -> bool:
        """Wait until `by` (monotonic), then end the whole group by force; say whether it went by itself."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(0.05, by - time.monotonic()))
            return True
        except subprocess.TimeoutExpired:
            return False
        finally:
            _signal_group(self.process.pid, self.kill_signal)
            self.process.wait()


def stop_all(children: Sequence[Child], *, within: float) -> list[str]:
    """Ask all to stop at once, wait, then force; return the names of those that had to be forced."""
    by = time.monotonic() + within
    for child in children:
        child.ask_to_stop()
    return [child.name for child in children if not child.end(by=by)]


def _signal_group(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return
    except PermissionError:  # macOS says so of a group whose members have all ended
        return


def _dies_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what the child runs before it becomes the program: on Linux, ask for a signal when the parent dies."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)

    return ask
