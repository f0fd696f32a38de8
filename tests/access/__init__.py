"""Who may do what: the matrix of policies without HTTP, and every path by HTTP as four actors.

Each stage adds `pages/<noun>.py` with `PAGES` (one `Page` per URL name) and `subjects/<app>.py` with `SUBJECTS`
(noun of the verb -> function that builds, for the cast, a subject owned by 市商务局 as initiator).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from tests.cast import Cast

Builder = Callable[[Cast], Any]


@dataclass(frozen=True)
class Page:
    """One path: how to build its arguments, who may, and what others get.

    Attributes:
        name: URL name.
        build: makes the records for the cast and returns the URL's keyword arguments.
        may: name in the cast of one who may; "" = a public page.
        other: same role of another department (or ""), who gets `other_status`.
        method: GET or POST; a POST sends `form`.
        ok: statuses that count as "may" (302 after a post, 422 for a form that lacks words).
        outsider_status: what 吴, who has an account and no post, gets.
    """

    name: str
    build: Builder = lambda people: {}
    may: str = "林"
    other: str = ""
    other_status: int = 404
    method: str = "GET"
    form: dict[str, str] = field(default_factory=dict)
    ok: tuple[int, ...] = (200, 302)
    outsider_status: int = 403


def _modules(folder: str) -> list[Any]:
    place = Path(__file__).parent / folder
    return [import_module(f"tests.access.{folder}.{found.name}") for found in iter_modules([str(place)])]


def every_page() -> list[Page]:
    """Return every page that the stages registered."""
    return [page for module in _modules("pages") for page in module.PAGES]


def every_subject() -> dict[str, Builder]:
    """Return the subject builder of every noun."""
    return {noun: build for module in _modules("subjects") for noun, build in module.SUBJECTS.items()}
