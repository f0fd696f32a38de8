"""What `onevisit doctor` looks at: each check returns one finding, and none of them changes anything."""

import importlib.util
import os
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

import onevisit
from onevisit.project import connections
from onevisit.project import environment as env
from onevisit.project.launcher import binaries, database, lock, places, preflight
from onevisit.project.launcher.binaries import Account
from onevisit.project.launcher.failures import CannotStart

_PACKAGE = Path(onevisit.__file__).parent
_BUILT = {
    "desk": (_PACKAGE / "web/ui/static/vendor/tabler.min.css", "the desk's styles"),
    "field": (_PACKAGE / "web/field/static/field/app", "the field app"),
}
_PHONES = "phones need HTTPS: without it no service worker, camera, place or WebCrypto outside localhost"
_PRIVATE = ("secret", "keys", connections.FILE)


class Grade(StrEnum):
    """Good, worth knowing, or must be mended."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """What one check found, and what to do."""

    part: str
    grade: Grade
    said: str
    remedy: str = ""


def examine(*, var: Path) -> list[Finding]:
    """Look at every part, in the order in which one stands on the one before."""
    checks: tuple[Callable[[Path], Finding], ...] = (
        _python,
        _folder,
        _disk,
        _private,
        _sm2,
        _orphans,
        _server,
        _tables,
        _cast,
        _screens,
        _field_app,
        _documents,
        _address,
        _demo,
        _service,
    )
    return [check(var) for check in checks]


def _python(_var: Path) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", Grade.GOOD, f"{version}, OneVisit {onevisit.__version__}")


def _folder(var: Path) -> Finding:
    if not var.exists():
        return Finding("data", Grade.NOTE, f"{var} does not exist yet", "`onevisit init` or `onevisit up` makes it")
    if not os.access(var, os.W_OK | os.X_OK):
        return Finding("data", Grade.BAD, f"{var} cannot be written", "give it to this account, or set VAR")
    return Finding("data", Grade.GOOD, str(var))


def _disk(var: Path) -> Finding:
    existing = next(folder for folder in (var, *var.parents) if folder.exists())
    try:
        preflight.disk(existing, least_mib=env.number("ONEVISIT_LEAST_FREE_MB"))
    except CannotStart as refusal:
        return Finding("disk", Grade.BAD, refusal.problem, refusal.remedy)
    return Finding("disk", Grade.GOOD, f"{shutil.disk_usage(existing).free // 2**30} GiB free")


def _private(var: Path) -> Finding:
    """Keys and secrets that other accounts can read are no secrets."""
    kept = [path for name in _PRIVATE for path in ((var / name), *(var / name).rglob("*")) if path.is_file()]
    open_ones = [str(path.relative_to(var)) for path in kept if path.stat().st_mode & 0o044]
    if open_ones:
        return Finding(
            "secrets", Grade.BAD, f"others can read {', '.join(open_ones)} in {var}", "chmod -R go-rwx on them"
        )
    return Finding("secrets", Grade.GOOD, "only this account reads keys and secrets")


def _sm2(_var: Path) -> Finding:
    """The key of SM2, where one is named; without one nothing of it is shown."""
    path = env.text("ONEVISIT_SM2_KEY")
    try:
        preflight.sm2_key(path)
    except CannotStart as refusal:
        return Finding("sm2", Grade.BAD, refusal.problem, refusal.remedy)
    return Finding("sm2", Grade.GOOD, f"signs with {path}" if path else "not used")


def _orphans(_var: Path) -> Finding:
    """A data folder that was deleted by hand may have left its database outside."""
    left = places.orphans()
    if left:
        names = ", ".join(str(folder) for folder in left)
        return Finding("left over", Grade.NOTE, f"databases of data folders that are gone: {names}", "delete them")
    return Finding("left over", Grade.GOOD, "no database without its data folder")


def _server(var: Path) -> Finding:
    outside = env.text("DATABASE_URL")
    try:
        if outside:
            database.check(outside)
            return Finding("database", Grade.GOOD, f"outside server at {urlsplit(outside).hostname}")
        folder = _programs(var)
    except CannotStart as refusal:
        return Finding("database", Grade.BAD, refusal.problem, refusal.remedy)
    return Finding("database", Grade.GOOD, f"PostgreSQL {binaries.major(folder)} from {folder}")


def _programs(var: Path) -> Path:
    """Find the programs without copying anything."""
    named = env.text("ONEVISIT_PG_BIN")
    if named:
        return binaries.find(named=named, base=var, runner=Account())
    for folder in binaries.bundled():
        if Account().runs(folder / "postgres"):
            return folder
    raise CannotStart(
        "no PostgreSQL that runs here is bundled",
        remedy="set DATABASE_URL to a server, or ONEVISIT_PG_BIN to the folder of PostgreSQL's programs",
    )


def _tables(var: Path) -> Finding:
    """Ask the database of this copy, if it runs, whether a city stands in it."""
    if lock.holder(var=var) is None and not env.text("DATABASE_URL"):
        is_made = (var / places.LINK).exists()
        said = "not running" if is_made else "no city yet"
        return Finding("city", Grade.NOTE, said, "`onevisit up`" if is_made else "`onevisit init --pack DIR`")
    url = connections.load(var=var).application or env.text("DATABASE_URL")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("SELECT count(*) FROM identity_department").fetchone()
    except psycopg.errors.UndefinedTable:
        return Finding("city", Grade.BAD, "the tables are not made", "`onevisit migrate`")
    except psycopg.Error as error:
        return Finding("city", Grade.BAD, str(error).strip().splitlines()[-1], "`onevisit up`")
    count = int(row[0]) if row else 0
    if not count:
        return Finding("city", Grade.NOTE, "no city yet", "`onevisit init --pack DIR`")
    return Finding("city", Grade.GOOD, f"{count} organs")


def _cast(var: Path) -> Finding:
    """The password of the demo's accounts is published: outside a demo they are closed, and that is worth a word."""
    url = connections.load(var=var).application or env.text("DATABASE_URL")
    is_reachable = lock.holder(var=var) is not None or env.text("DATABASE_URL")
    if env.flag("ONEVISIT_DEMO") or not url or not is_reachable:
        return Finding("accounts", Grade.GOOD, "no published account can sign in")
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("SELECT count(*) FROM identity_user WHERE is_demo").fetchone()
    except psycopg.Error:
        return Finding("accounts", Grade.NOTE, "not looked at: see city")
    if row and row[0]:
        said = f"{row[0]} accounts of the demo city stand here; their password is published, so they are closed"
        return Finding("accounts", Grade.NOTE, said, "use an own city: `onevisit init --pack DIR`")
    return Finding("accounts", Grade.GOOD, "no published account can sign in")


def _screens(_var: Path) -> Finding:
    return _built("desk")


def _field_app(_var: Path) -> Finding:
    return _built("field")


def _built(part: str) -> Finding:
    path, name = _BUILT[part]
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return Finding(part, Grade.BAD, f"{name}: not built into this installation", "install a wheel of `make dist`")
    return Finding(part, Grade.GOOD, f"{name}: built in")


def _documents(_var: Path) -> Finding:
    missing = [name for name in ("typst", "pylopdf_fonts_zh_cn") if importlib.util.find_spec(name) is None]
    if missing:
        return Finding("documents", Grade.BAD, f"{', '.join(missing)} is missing: no PDF can be made", "pip install")
    return Finding("documents", Grade.GOOD, "typst and its Chinese fonts are here")


def _address(_var: Path) -> Finding:
    origin = env.text("ONEVISIT_ORIGIN")
    if origin.startswith("https://"):
        host = urlsplit(origin).hostname or ""
        if host not in env.names("ONEVISIT_ALLOWED_HOSTS"):
            return Finding(
                "address", Grade.BAD, f"{host} is not among the allowed hosts", f"ONEVISIT_ALLOWED_HOSTS={host}"
            )
        return Finding("address", Grade.GOOD, origin)
    shown = origin or f"http://localhost:{env.number('PORT')}"
    return Finding("address", Grade.NOTE, f"{shown}; {_PHONES}", "set ONEVISIT_ORIGIN=https://... behind a proxy")


def _demo(_var: Path) -> Finding:
    if env.flag("ONEVISIT_DEMO") and env.text("ONEVISIT_ORIGIN").startswith("https://"):
        return Finding("demo", Grade.BAD, "anybody signs in with one click on a public address", "unset ONEVISIT_DEMO")
    if env.flag("ONEVISIT_DEBUG"):
        return Finding("demo", Grade.BAD, "ONEVISIT_DEBUG shows the inside to everybody", "unset ONEVISIT_DEBUG")
    return Finding("demo", Grade.GOOD, "demo city" if env.flag("ONEVISIT_DEMO") else "no demo, no debugging")


def _service(var: Path) -> Finding:
    if lock.holder(var=var) is None:
        return Finding("service", Grade.NOTE, "not running", "`onevisit up`")
    url = f"http://127.0.0.1:{env.number('PORT')}/readyz"
    try:
        urllib.request.urlopen(url, timeout=10).close()
    except urllib.error.HTTPError as error:
        return Finding("service", Grade.BAD, f"{url} says {error.read().decode(errors='replace')}", "read VAR/log")
    except OSError as error:
        return Finding("service", Grade.BAD, f"{url}: {error}", "set PORT to the port it runs on, or read VAR/log")
    return Finding("service", Grade.GOOD, "every part answers")
