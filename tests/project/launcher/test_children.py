"""Children are started again, given up loudly, and never outlive their parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from onevisit.project.launcher.children import Child, last_line, log_file, stop_all
from onevisit.project.launcher.failures import CannotStart
from onevisit.project.launcher.supervisor import Supervisor

_SLEEPS = "import time; time.sleep(60)"
_STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
)
_DIES = "print('no table of mine'); raise SystemExit(3)"
_PARENT = """
import sys, time
from pathlib import Path
from onevisit.project.launcher.children import Child
sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
child = Child(name="c", command=sleeps, log=Path(sys.argv[1]), environment={})
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""


def _child(folder: Path, code: str) -> Child:
    return Child(name="child", command=[sys.executable, "-c", code], log=log_file(folder, "child"), environment={})


def _wait_until_gone(pid: int) -> bool:
    by = time.monotonic() + 60
    while time.monotonic() < by:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_a_child_stops_when_asked(tmp_path: Path) -> None:
    child = _child(tmp_path, _SLEEPS)
    child.start()

    assert stop_all([child], within=5) == []
    assert child.ended() is not None


def test_a_stubborn_child_is_ended_by_force_and_named(tmp_path: Path) -> None:
    child = _child(tmp_path, _STUBBORN)
    child.start()
    while "up" not in child.log.read_text():
        time.sleep(0.02)
    began = time.monotonic()

    assert stop_all([child], within=0.3) == ["child"]
    assert time.monotonic() - began < 20
    assert child.ended() == -signal.SIGKILL


def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "c.log")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())

    parent.kill()
    parent.wait()

    assert _wait_until_gone(pid)


def test_a_child_that_died_is_started_again(tmp_path: Path) -> None:
    child = _child(tmp_path, _SLEEPS)
    said: list[str] = []
    supervisor = Supervisor([child], say=said.append)
    supervisor.start()
    assert child.process is not None
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    child.process.wait()

    supervisor.look()

    assert child.ended() is None
    assert child.process.pid != first
    assert "started again" in said[0]
    supervisor.stop()


def test_a_child_that_dies_again_and_again_is_given_up_loudly(tmp_path: Path) -> None:
    child = _child(tmp_path, _DIES)
    supervisor = Supervisor([child], say=lambda _text: None, most_restarts=2)
    supervisor.start()

    with pytest.raises(CannotStart) as refusal:
        supervisor.watch(until=lambda: False)

    assert "code 3: no table of mine" in refusal.value.problem
    assert "child.log" in refusal.value.remedy


def test_the_death_of_the_database_ends_everything(tmp_path: Path) -> None:
    database = _child(tmp_path, _DIES)
    database.start()
    assert database.process is not None
    database.process.wait()

    with pytest.raises(CannotStart, match="ended with code 3"):
        Supervisor([], fixed=[database]).look()


def test_a_large_log_is_moved_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onevisit.project.launcher.children._LOG_LIMIT", 3)
    (tmp_path / "web.log").write_text("a line\n")

    assert not log_file(tmp_path, "web").exists()
    assert last_line(tmp_path / "web.log.1") == "a line"
