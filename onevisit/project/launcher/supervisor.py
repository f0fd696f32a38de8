"""Watches the children: starts one again that died, gives up loudly when it dies again and again."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from onevisit.project.launcher.children import Child, last_line, stop_all
from onevisit.project.launcher.failures import CannotStart, Stopped

_TICK_SECONDS = 0.25
_STOP_SECONDS = 5.0


@contextmanager
def signals_stop() -> Iterator[None]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into Stopped; later ones are ignored, for we already stop."""
    asked = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if not asked:
            asked = True
            raise Stopped

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@dataclass
class Supervisor:
    """Keeps `children` alive; `fixed` are those whose death ends everything (the database)."""

    children: Sequence[Child]
    fixed: Sequence[Child] = ()
    say: Callable[[str], None] = print
    most_restarts: int = 5
    within_seconds: float = 60.0
    _deaths: dict[str, list[float]] = field(default_factory=dict)

    def start(self) -> None:
        for child in self.children:
            child.start()

    def watch(self, *, until: Callable[[], bool]) -> None:
        """Look after the children until `until` says so.

        Raises:
            CannotStart: a child died too often, or the database died.
        """
        while not until():
            self.look()
            time.sleep(_TICK_SECONDS)

    def look(self) -> None:
        """Look once at every child and start again what died."""
        for child in self.fixed:
            if child.ended() is not None:
                raise self._given_up(child)
        for child in self.children:
            if child.ended() is not None:
                self._restart(child)

    def stop(self) -> None:
        """Stop all children; the fixed ones are stopped by who started them."""
        forced = stop_all(self.children, within=_STOP_SECONDS)
        if forced:
            self.say(f"had to end by force: {', '.join(forced)}")

    def _restart(self, child: Child) -> None:
        now = time.monotonic()
        deaths = [at for at in self._deaths.get(child.name, []) if now - at < self.within_seconds]
        self._deaths[child.name] = [*deaths, now]
        if len(deaths) >= self.most_restarts:
            raise self._given_up(child)
        self.say(f"{child.name} ended with code {child.ended()} and is started again (log: {child.log})")
        child.end(by=now)
        child.start()

    def _given_up(self, child: Child) -> CannotStart:
        return CannotStart(
            f"{child.name} ended with code {child.ended()}: {last_line(child.log)}",
            remedy=f"read {child.log}, then start again",
        )
