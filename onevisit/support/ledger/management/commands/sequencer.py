"""`manage.py sequencer`: place and sign the ledger's entries until told to stop."""

import signal
import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from onevisit.support import clock, sm2
from onevisit.support.ledger import sequencer
from onevisit.support.ledger.anchoring import Anchor
from onevisit.support.ledger.cosigning import Collector
from onevisit.support.ledger.signer import SignerRefused
from onevisit.support.sm2 import KeyRefused, PrivateKey, signers

INTERVAL_SECONDS, BUSY_SECONDS = 0.2, 0.05
"""How long it rests after a round without an entry, and after one that placed some: more are coming then."""
STANDBY_SECONDS = 2.0
COLLECT_SECONDS = 1.0


class Command(BaseCommand):
    """Runs as one process beside the web server; a second one stands by until the first has gone."""

    help = "Give pending ledger entries their place in the tree and sign checkpoints, every 200 ms or sooner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="place what is pending now, then end")

    def handle(self, *_args: Any, once: bool = False, **_options: Any) -> None:
        stop = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_signal: stop.set())
        if not self._lock(stop, once=once):
            return
        try:
            self._run(stop, once=once)
        except SignerRefused as refused:
            raise CommandError(refused.message) from refused
        finally:
            sequencer.release_lock()

    def _lock(self, stop: threading.Event, *, once: bool) -> bool:
        is_told = False
        while not stop.is_set():
            if sequencer.try_lock():
                return True
            if once:
                raise CommandError("已有一个排号进程在运行。")
            if not is_told:
                self.stdout.write("已有一个排号进程在运行，本进程待命。")
                is_told = True
            stop.wait(STANDBY_SECONDS)
        return False

    def _run(self, stop: threading.Event, *, once: bool) -> None:
        signer = sequencer.open_signer(folder=settings.KEYS, origin=settings.LEDGER_ORIGIN, sm2=_sm2_key())
        placing = sequencer.Sequencer(signer=signer)
        self.stdout.write(f"排号进程已启动，台账 {settings.LEDGER_ORIGIN}")
        # Each in a thread of its own, so that a large package holds no cosignature up.
        beside = (
            _Beside(name="collecting", stop=stop, steps=_collecting),
            _Beside(name="errands", stop=stop, steps=lambda: tuple(sequencer.ERRANDS)),
        )
        for thread in () if once else beside:
            thread.start()
        while not stop.is_set():
            step = placing.step()
            for follow in sequencer.AFTER_ROUND:
                follow(step)
            if once and not step.placed:
                break
            if step.placed < sequencer.BATCH and not once:
                stop.wait(BUSY_SECONDS if step.placed else INTERVAL_SECONDS)
        if once:
            for step_beside in (Collector().collect, *sequencer.ERRANDS):
                step_beside()
        for failure in filter(None, (thread.failure for thread in beside)):
            raise failure
        self.stdout.write("排号进程已停止。")


def _sm2_key() -> PrivateKey | None:
    """Return the key that signs checkpoints, and remember from when on it does."""
    try:
        key = sm2.configured()
    except KeyRefused as refused:
        raise CommandError(f"国密密钥不能用：{refused.message}") from refused
    if key is not None:
        signers.note(key=key, at=clock.now())
    return key


def _collecting() -> Sequence[Callable[[], object]]:
    return (Collector().collect, Anchor(url=settings.TSA_URL, root=settings.TSA_ROOT).anchor)


class _Beside(threading.Thread):
    """Talks to others beside the placing, so that a slow one holds nobody up; its own fault ends the process."""

    def __init__(
        self, *, name: str, stop: threading.Event, steps: Callable[[], Sequence[Callable[[], object]]]
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._stop_event, self._steps = stop, steps
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            steps = self._steps()
            while not self._stop_event.wait(COLLECT_SECONDS):
                for step in steps:
                    step()
        except BaseException as error:  # handed to the main thread, which raises it
            self.failure = error
            self._stop_event.set()
        finally:
            connections.close_all()
