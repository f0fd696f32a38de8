"""Play the past: all of it or nothing, in one transaction; the ledger's places are given on the way."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from onevisit.demo.past import clinics, markets, parts, sales, season, voices
from onevisit.demo.past.stage import Stage, Story
from onevisit.stages.draws.models import Draw
from onevisit.support import sm2
from onevisit.support.ledger import sequencer
from onevisit.support.sm2 import signers

STORIES: tuple[Story, ...] = (markets.story, parts.story, sales.story, season.story, clinics.story, voices.story)


class PastRefused(Exception):
    """The past cannot be played here."""

    code = "past"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, kw_only=True)
class Played:
    """What was played: how many acts, and how long it took, in all and of this processor."""

    acts: int
    seconds: float
    processor_seconds: float


def play(*, now: datetime, tell: Callable[[str], None] = lambda _line: None) -> Played:
    """Play the last weeks of the demo city up to `now`.

    Raises:
        PastRefused: there are draws already, or another sequencer is at work.
    """
    if Draw.objects.exists():
        raise PastRefused("this city has draws already: its past is its own")
    if not sequencer.try_lock():
        raise PastRefused("a sequencer is at work on this city")
    began, used = time.monotonic(), time.process_time()
    try:
        placing = _sequencer(now)
        with transaction.atomic():
            acts = Stage(now=now, sequencer=placing).play(list(STORIES), tell=tell)
        placing.remember()
    finally:
        sequencer.release_lock()
    return Played(acts=acts, seconds=time.monotonic() - began, processor_seconds=time.process_time() - used)


def _sequencer(now: datetime) -> sequencer.Sequencer:
    """Open the ledger as its own process does; what it signs is remembered once all of it is stored."""
    key = sm2.configured()
    signer = sequencer.open_signer(folder=settings.KEYS, origin=settings.LEDGER_ORIGIN, sm2=key)
    if key is not None:
        signers.note(key=key, at=now)
    return sequencer.Sequencer(signer=signer, is_held=True)
