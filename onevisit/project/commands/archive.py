"""An archive of one installation: database, files and keys in one compressed tar that only its owner can read."""

import io
import json
import os
import subprocess
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from onevisit import __version__
from onevisit.project import environment as env
from onevisit.project.launcher import binaries
from onevisit.project.launcher.failures import CannotStart

MANIFEST = "manifest.json"
DUMP = "database.dump"
KEYS = ("keys", "secret")
FILES = "files"
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What stands in an archive."""

    format: int
    version: str
    made_at: str
    database_bytes: int


def write(target: Path, *, var: Path, owner: str) -> Manifest:
    """Write the archive of a running or stopped copy; the file appears whole or not at all.

    Keys first, then the database, then the files: the signer's memory is never ahead of the ledger, and every file that
    the database names is there.
    """
    fresh = target.with_name(target.name + ".new")
    with (
        os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
        tempfile.TemporaryDirectory(dir=target.parent) as folder,
        tarfile.open(fileobj=out, mode="w:gz") as tar,
    ):
        for name in KEYS:
            _add(tar, var / name, name)
        dump = Path(folder) / DUMP
        _run(_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", url=owner)
        tar.add(dump, DUMP)
        _add(tar, var / FILES, FILES)
        manifest = Manifest(FORMAT, __version__, datetime.now(UTC).isoformat(), dump.stat().st_size)
        _add_text(tar, MANIFEST, json.dumps(asdict(manifest), indent=1))
    fresh.replace(target)
    return manifest


def unpack(source: Path, *, into: Path) -> Manifest:
    """Unpack an archive into an empty folder and return what it says of itself.

    Raises:
        CannotStart: it is no archive of ours, or of a later version.
    """
    try:
        with tarfile.open(source, "r:gz") as tar:
            _extract(tar, into)
        content = json.loads((into / MANIFEST).read_text())
        manifest = Manifest(**content)
    except (OSError, tarfile.TarError, ValueError, TypeError) as error:
        raise CannotStart(
            f"{source} is no archive of OneVisit ({error})", remedy="name a file that `onevisit backup` wrote"
        ) from error
    if manifest.format > FORMAT:
        raise CannotStart(f"{source} was written by version {manifest.version}", remedy="install that version first")
    return manifest


def fill(owner: str, dump: Path) -> None:
    """Bring the dump into an empty database, all of it or nothing."""
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    database = unquote(urlsplit(owner).path.lstrip("/"))
    _run(_tool("pg_restore"), *options, f"--dbname={database}", str(dump), url=owner)


def _tool(name: str) -> Path:
    """Return a program of the operator's PostgreSQL or of the bundled one."""
    named = env.text("ONEVISIT_PG_BIN")
    for folder in ([Path(named)] if named else []) + binaries.bundled():
        if (folder / name).exists():
            return folder / name
    raise CannotStart(f"there is no {name} here", remedy="set ONEVISIT_PG_BIN to the folder of PostgreSQL's programs")


def _run(program: Path, *arguments: str, url: str) -> None:
    """Run a program of PostgreSQL; the password goes through the environment, where no process list shows it."""
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=f"{parts.username}@{parts.netloc.rpartition('@')[2]}"))
    place = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run([program, *arguments], env={**os.environ, **place}, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CannotStart(f"{program.name} on {bare}: {said}", remedy="nothing was changed; mend that and try again")


def _extract(tar: tarfile.TarFile, into: Path) -> None:
    """Extract files and folders that stay below `into`; Python before 3.11.4 has no filter of its own."""
    for member in tar.getmembers():
        if not (member.isreg() or member.isdir()) or not (into / member.name).resolve().is_relative_to(into.resolve()):
            raise tarfile.TarError(f"{member.name} does not belong into an archive")
    if hasattr(tarfile, "data_filter"):
        tar.extractall(into, filter="data")
    else:
        tar.extractall(into)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> None:
    if path.exists():
        tar.add(path, name)


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    tar.addfile(entry, io.BytesIO(text.encode()))
