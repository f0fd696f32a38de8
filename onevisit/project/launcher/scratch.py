"""Run one command beside an embedded PostgreSQL that forgets: `python -m onevisit.project.launcher.scratch ...`.

For tests and checks: no fsync, a fresh cluster in a temporary folder, DATABASE_URL names its superuser.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from onevisit.project import environment as env
from onevisit.project.launcher import banner
from onevisit.project.launcher.cluster import Cluster
from onevisit.project.launcher.failures import CannotStart, Stopped
from onevisit.project.launcher.supervisor import signals_stop


def main(command: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    with tempfile.TemporaryDirectory(prefix="onevisit-") as folder, signals_stop():
        var = Path(folder)
        var.chmod(0o711)
        try:
            cluster = Cluster(var=var, named=env.text("ONEVISIT_PG_BIN"), forgetful=True)
            cluster.start()
            try:
                return _run(command, url=cluster.superuser(), var=var)
            finally:
                cluster.stop()
        except CannotStart as refusal:
            banner.refuse(refusal.message)
            return 1
        except Stopped:
            return 130


def _run(command: Sequence[str], *, url: str, var: Path) -> int:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ONEVISIT_")}
    environment |= {"DATABASE_URL": url, "VAR": str(var), "PYTHONUTF8": "1"}
    process = subprocess.Popen(list(command), env=environment)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
