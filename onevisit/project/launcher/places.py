"""Where the embedded database lies: below VAR, or in a folder the database's account can reach, with a link in VAR."""

import os
import shutil
import tempfile
from pathlib import Path

from onevisit.project.launcher.binaries import Account
from onevisit.project.launcher.failures import CannotStart

LINK = "postgres"
REACHABLE = (Path("/var/lib/onevisit"), Path("/var/tmp/onevisit"))
_CLAIM = "belongs-to.txt"


def base(*, var: Path, runner: Account) -> Path:
    """Return the database's folder, made on the first call.

    A root process hands the server to `nobody`, who cannot enter a closed home. Then the folder lies outside of it and
    VAR/postgres is a link to it; no parent folder's rights are ever changed.
    """
    link = var / LINK
    if link.is_symlink() and not link.exists():
        raise CannotStart(
            f"{link} points to {os.readlink(link)}, which is gone",
            remedy="restore a backup after `make reset`, or bring the folder back",
        )
    if link.exists():
        return link.resolve()
    link.mkdir(mode=0o711)
    runner.owns(link)
    if runner.writes(link):
        return link.resolve()
    link.rmdir()
    return _outside(var, link, runner)


def remove(*, var: Path) -> None:
    """Delete the database's folder, also where VAR only links to it."""
    link = var / LINK
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)
        link.unlink()
    elif link.exists():
        shutil.rmtree(link)


def orphans() -> list[Path]:
    """Return the folders outside of any VAR whose own VAR no longer links to them; nobody deletes them by himself."""
    folders = [folder for parent in REACHABLE for folder in parent.glob("pg-*") if (folder / _CLAIM).exists()]
    return [folder for folder in folders if not _is_claimed(folder)]


def _is_claimed(folder: Path) -> bool:
    link = Path((folder / _CLAIM).read_text().strip()) / LINK
    return link.is_symlink() and link.resolve() == folder


def _outside(var: Path, link: Path, runner: Account) -> Path:
    for parent in REACHABLE:
        try:
            parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix="pg-", dir=parent))
        except OSError:
            continue
        folder.chmod(0o711)
        (folder / _CLAIM).write_text(f"{var}\n")
        runner.owns(folder)
        if runner.writes(folder):
            link.symlink_to(folder)
            return folder
        shutil.rmtree(folder)
    raise CannotStart(
        f"the database's account cannot reach {var}",
        remedy="choose a data folder outside of a closed home (VAR=/srv/onevisit), or set DATABASE_URL",
    )
