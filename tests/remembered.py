"""Scenes that nearly every test walks are walked once by a process; then their rows are copied back.

Only what cannot differ is remembered: a scene that starts from the untouched cast, inside the transaction of a test,
under the same settings and with nothing patched but the clock and the beacon. Everything else is walked as before, and
without `REMEMBER_SCENES=1` everything is: it is for quick rounds at the desk, what counts is walked.
"""

import functools
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.db.models import Model

from onevisit.core.draw import beacon
from onevisit.support import clock
from tests.cast import Cast

_P = ParamSpec("_P")
_Made = TypeVar("_Made", bound=Model)

AREAS = ("stages/draws", "stages/visits")
"""Folders of tests that were run both ways."""

OWN_FOLDERS = {"FILES", "KEYS"}
"""Settings that differ in every test: where files and keys lie. A scene that makes a file is not remembered."""

KEPT = {"identity_department", "identity_officer", "identity_user", "identity_post"}
KEPT |= {"deadlines_rule", "deadlines_ruleversion", "attachments_attachment"}
"""What a scene must leave as it found it: the cast, the rules, and the files."""


@dataclass(frozen=True)
class Walked:
    """What a scene left behind: the rows of the tables that were empty before, and what it returned."""

    rows: dict[str, bytes]
    made: bytes


_walked: dict[str, Walked | None] = {}


def may_remember(test: Path) -> bool:
    """Tell whether a file of tests lies in one of the areas."""
    folder = test.relative_to(Path(__file__).parent).as_posix()
    return os.environ.get("REMEMBER_SCENES") == "1" and folder.startswith(AREAS)


def scene(walk: Callable[Concatenate[Cast, _P], _Made]) -> Callable[Concatenate[Cast, _P], _Made]:
    """Walk a scene once for each way to call it."""

    @functools.wraps(walk)
    def again(people: Cast, /, *args: _P.args, **how: _P.kwargs) -> _Made:
        key = _key(walk.__qualname__, walk.__module__, people, args, how)
        if key not in _walked:
            return _walked_first(key, walk, people, *args, **how) if key else walk(people, *args, **how)
        walked = _walked[key]
        if walked is None:
            return walk(people, *args, **how)
        people.is_untouched = False
        made: _Made = _laid_out(walked)
        return made

    return again


def _walked_first(
    key: str, walk: Callable[Concatenate[Cast, _P], _Made], people: Cast, *args: _P.args, **how: _P.kwargs
) -> _Made:
    before = _digests()
    people.is_untouched = True
    made = walk(people, *args, **how)
    after = _digests()
    changed = {table for table, digest in after.items() if before[table] != digest}
    if changed & KEPT or any(before[table] for table in changed):
        _walked[key] = None
    else:
        _walked[key] = Walked(rows={table: _rows(table) for table in changed}, made=pickle.dumps(made))
    return made


def _key(name: str, module: str, people: Cast, args: tuple[object, ...], how: dict[str, object]) -> str:
    """Say what a scene depends on, nothing if that cannot be said."""
    if not people.is_untouched or not connection.in_atomic_block:
        return ""
    patched = {(getattr(target, "__name__", ""), changed) for target, changed, _ in people.patches()}
    if patched - {(beacon.__name__, "QUICKNET"), (clock.__name__, "now")}:
        return ""
    now = clock.now() if (clock.__name__, "now") in patched else None
    return repr((module, name, args, sorted(how.items()), _overrides(), beacon.QUICKNET.chain_hash, now))


def _overrides() -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    layer: Any = vars(settings)["_wrapped"]
    while isinstance(layer, UserSettingsHolder):
        for name, value in vars(layer).items():
            if name.isupper() and name not in OWN_FOLDERS:
                found.setdefault(name, repr(value))
        layer = layer.default_settings
    return sorted(found.items())


@functools.cache
def _tables() -> tuple[str, ...]:
    return tuple(
        name for name in connection.introspection.table_names() if not name.startswith(("django_", "auth_", "account_"))
    )


def _digests() -> dict[str, int]:
    """Return a digest of all rows of every table, 0 for none."""
    each = "SELECT '{0}', COALESCE(SUM(hashtextextended(t::text, 0)), 0) + COUNT(*) FROM {0} t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each.format(table) for table in _tables()))
        return {table: int(digest) for table, digest in cursor.fetchall()}


def _rows(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(piece) for piece in copy)


def _laid_out(walked: Walked) -> Any:
    """Copy the rows back, with no trigger in the way: what they would do was done."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in walked.rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(rows)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return pickle.loads(walked.made)
