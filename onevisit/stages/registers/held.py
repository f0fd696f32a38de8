"""Which inspectors a later stage needs to be who they are: it knows them by their row of the register.

A draw fixes at its freeze which person stands behind each row of its roster. Another person written behind one looks
like an attack, and stops it. Later stages register here what they hold; the registers know none of them.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from uuid import UUID

Holder = Callable[[Collection[UUID], datetime], Mapping[UUID, str]]
_HOLDERS: list[Holder] = []


def register_holder(holder: Holder) -> None:
    """Let a stage say which of some inspectors it holds at a moment, and by what, as the officer reads it."""
    if holder not in _HOLDERS:
        _HOLDERS.append(holder)


def held(inspector_ids: Collection[UUID], *, at: datetime) -> dict[UUID, str]:
    """Return which of some inspectors may get no other person behind their row now, and what holds them."""
    found: dict[UUID, list[str]] = {}
    for holder in _HOLDERS if inspector_ids else ():
        for pk, words in holder(inspector_ids, at).items():
            found.setdefault(pk, []).append(words)
    return {pk: "、".join(words) for pk, words in found.items()}
