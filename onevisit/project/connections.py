"""Where the database is: the URLs of its two roles, the owner (migrations, backups) and the application.

The owner makes tables; the application's role may neither change them nor touch what the ledger has written. Both URLs
stand in one file, `database.json` under VAR, so that a second command finds the database that a first one started.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

FILE = "database.json"
APPLICATION_ROLE = "onevisit_app"  # where no URL names another


@dataclass(frozen=True)
class Connections:
    """The URLs of the owner and of the application's role; an outside owner's URL is never written down."""

    owner: str
    application: str


def load(*, var: Path) -> Connections:
    """Return what the file under `var` says; empty URLs where it says nothing."""
    try:
        content = json.loads((var / FILE).read_text())
    except FileNotFoundError:
        content = {}
    return Connections(owner=content.get("owner", ""), application=content.get("application", ""))


def save(connections: Connections, *, var: Path) -> None:
    """Write the file so that only its owner can read it, and never half."""
    path = var / FILE
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(connections), file, indent=1)
    fresh.replace(path)


def forget(*, var: Path) -> None:
    (var / FILE).unlink(missing_ok=True)


def new_password() -> str:
    return secrets.token_urlsafe(24)


def as_role(url: str, *, user: str, password: str) -> str:
    """Return the same database's URL for another role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{place}"))


def for_application(owner: str, *, var: Path) -> str:
    """Return the application's URL on the owner's database: the operator's, the one written down, or a new one.

    Roles belong to a whole server, so the name carries the database's: two copies on one server keep their own.
    """
    given = os.environ.get("ONEVISIT_APP_DATABASE_URL", "")
    if given:
        return given
    written = unquote(urlsplit(load(var=var).application).password or "")
    database = unquote(urlsplit(owner).path.lstrip("/"))
    return as_role(owner, user=f"{database}_app", password=written or new_password())
