"""What the tests of the ledger share: an actor, an event, a signer in a temporary folder, and a superuser's hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from onevisit.support.identity import actors
from onevisit.support.ledger import sequencer
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.ledger.sequencer import Sequencer
from onevisit.support.ledger.signer import Signer
from tests.cast import AT

LIN = actors.Actor(id="officer:7c1c7f1a-0000-4000-8000-000000000001", name="林")
ORIGIN = "city.example/ledger"
TABLES = (
    "entry",
    "words",
    "pending",
    "leaf",
    "tile",
    "checkpoint",
    "cosignature",
    "identity",
    "witness",
    "policy",
    "anchor",
)


def append(subject: str = "T1", **more: str) -> LedgerEntry:
    """Append one entry, as a business transaction does."""
    return ledger.record_read(subject_type="target", subject=subject, what="联系电话", actor=LIN, at=AT, **more)


def append_many(count: int) -> list[LedgerEntry]:
    return [append(f"T{number}") for number in range(count)]


@contextmanager
def superuser() -> Iterator[Callable[..., None]]:
    """Do what only a superuser can: change the ledger's tables with all their triggers disabled."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor.execute
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


@pytest.fixture
def signer(db: None, tmp_path: Path) -> Signer:
    return sequencer.open_signer(folder=tmp_path / "keys", origin=ORIGIN)


@pytest.fixture
def placing(signer: Signer) -> Sequencer:
    """A sequencer over an empty ledger."""
    return Sequencer(signer=signer)


@pytest.fixture
def full(placing: Sequencer) -> Sequencer:
    """A ledger with 300 placed entries under three checkpoints, and a full tile."""
    for _round in range(3):
        append_many(100)
        placing.step()
    return placing
