"""How far a long import is, seen by others while its transaction is still open, and whether somebody stopped it."""

from collections.abc import Callable
from time import monotonic
from uuid import UUID

from django.db import connection

EVERY_SECONDS = 0.5
CHECKING = "checking"
MATCHING = "matching"
WRITING = "writing"

Tell = Callable[[str, int, int], None]


def silent(_phase: str, _done: int, _total: int) -> None:
    """Tell nobody: what runs while the officer waits needs no bar."""


class Stopped(Exception):
    """Somebody stopped the work; nothing of it stays."""


class Ticker:
    """Writes the progress of a run over a connection of its own, because nobody sees an open transaction."""

    def __init__(self, *, run_id: UUID, state: str) -> None:
        self._run_id = run_id
        self._state = state
        self._latest = monotonic()
        self._outside = connection.copy()

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Note how far the work is, twice a second at most.

        Raises:
            Stopped: the run is no longer in the state in which this work began.
        """
        if monotonic() - self._latest < EVERY_SECONDS:
            return
        self._latest = monotonic()
        with self._outside.cursor() as cursor:
            cursor.execute(
                "UPDATE registers_importrun SET phase = %s, done_count = %s, total_count = %s"
                " WHERE id = %s AND state = %s",
                [phase, done, total, self._run_id, self._state],
            )
            if cursor.rowcount == 0:
                raise Stopped

    def close(self) -> None:
        self._outside.close()
