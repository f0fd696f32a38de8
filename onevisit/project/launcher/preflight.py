"""Looks before the start: the data folder can be written, the disk has room, the port is free, keys can be used."""

import errno
import os
import shutil
import socket
from pathlib import Path

from onevisit.project.launcher.failures import CannotStart
from onevisit.support import sm2

_MIB = 1024 * 1024


def data_folder(var: Path) -> None:
    """Make the data folder, readable for its owner and passable for the database's account."""
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"the data folder {var} cannot be made ({error.strerror})", remedy="choose another: VAR=/path/to/folder"
        ) from error
    if not os.access(var, os.W_OK | os.X_OK):
        raise CannotStart(
            f"the data folder {var} cannot be written", remedy="give it to this account, or choose another: VAR=/path"
        )


def disk(var: Path, *, least_mib: int) -> None:
    free = shutil.disk_usage(var).free // _MIB
    if free < least_mib:
        raise CannotStart(
            f"only {free} MiB are free on the disk of {var}, {least_mib} MiB are needed",
            remedy="free some space, or choose a folder on another disk: VAR=/path/to/folder",
        )


def sm2_key(path: str) -> None:
    """Refuse a key of SM2 that is named and cannot be used: a city that signs with it would stand still."""
    if not path:
        return
    try:
        sm2.read(Path(path).expanduser())
    except sm2.KeyRefused as refused:
        raise CannotStart(refused.problem, remedy=refused.remedy) from refused


def port(host: str, number: int) -> None:
    """Refuse a port that another program uses or that this account may not open."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            raise _refused(error, host, number) from error


def free_port() -> int:
    """Return a port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refused(error: OSError, host: str, number: int) -> CannotStart:
    if error.errno == errno.EADDRINUSE:
        return CannotStart(
            f"port {number} is in use",
            remedy=f"stop the program that uses it, or take another port: PORT={number + 1}",
        )
    if error.errno == errno.EACCES:
        return CannotStart(f"port {number} needs more rights", remedy="take a port from 1024 up: PORT=8000")
    return CannotStart(
        f"{host} is no address of this machine", remedy="set ONEVISIT_HOST=127.0.0.1 or ONEVISIT_HOST=0.0.0.0"
    )
