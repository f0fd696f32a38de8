"""Where the inbox asks what waits: each stage's `selectors.todos(actor, at)`, in the order of the life."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from importlib import import_module

from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor

Source = Callable[[Actor, datetime], list[Todo]]

SOURCES = (
    "onevisit.stages.registers.selectors.todos",
    "onevisit.stages.plans.selectors.todos",
    "onevisit.stages.offers.selectors.todos",
    "onevisit.stages.draws.selectors.todos",
    "onevisit.stages.visits.selectors.todos",
    "onevisit.stages.findings.selectors.todos",
    "onevisit.stages.publication.selectors.todos",
    "onevisit.watch.oversight.selectors.todos",
)


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Return the functions of the stages that have to-dos; a stage without any has no such function."""
    return tuple(found for path in SOURCES if (found := _found(path)) is not None)


def _found(path: str) -> Source | None:
    module_path, name = path.rsplit(".", 1)
    try:
        module = import_module(module_path)
    except ModuleNotFoundError as missing:
        if missing.name != module_path:
            raise
        return None
    return getattr(module, name, None)


def todos(actor: Actor, at: datetime) -> Iterator[Todo]:
    """Yield everything that waits for the actor, whatever role it came to."""
    for source in sources():
        yield from source(actor, at)
