"""One start per data folder: a lock that the kernel gives back when the process ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onevisit.project.launcher.failures import CannotStart

NAME = "onevisit.lock"


@contextmanager
def held(*, var: Path) -> Iterator[None]:
    """Hold the data folder for this process.

    Raises:
        CannotStart: another process holds it, or the folder cannot be locked at all.
    """
    path = var / NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotStart(
            f"the lock {path} cannot be opened ({error.strerror})",
            remedy=f"remove it, or choose another data folder: VAR=/path/to/{var.name}",
        ) from error
    try:
        _take(descriptor, path)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        os.close(descriptor)


def holder(*, var: Path) -> int | None:
    """Return the process that holds the data folder, None when nobody does."""
    path = var / NAME
    if not path.exists():
        return None
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _written(descriptor)
    finally:
        os.close(descriptor)
    return None


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotStart(
            f"OneVisit already runs on {path.parent} (process {_written(descriptor)})",
            remedy=f"stop that process, or start this copy elsewhere: PORT=8001 VAR={path.parent}-2",
        ) from error
    except OSError as error:
        raise CannotStart(
            f"{path.parent} lies on a file system without locks ({error.strerror})",
            remedy="choose a data folder on a local disk: VAR=/path/to/folder",
        ) from error


def _written(descriptor: int) -> int:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return int(os.read(descriptor, 20) or b"0")
