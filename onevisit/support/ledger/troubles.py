"""What is wrong with the witnessing now: witnesses in trouble, and weighty entries that wait for the quorum."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Max

from onevisit.support.ledger import cosigning, quorum
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerCosignature, LedgerEntry, LedgerLeaf, LedgerWitness

SILENT, REFUSED = cosigning.SILENT, cosigning.REFUSED


@dataclass(frozen=True, kw_only=True)
class Troubled:
    """A witness of the policy that is silent or refuses: since when, for how many minutes, and in its own words."""

    name: str
    kind: str
    words: str
    since: datetime
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A weighty entry that the log has signed and the quorum has not seen, and for how many minutes."""

    entry_id: UUID
    event: str
    subject: str
    minutes: int


def troubled(*, kind: str) -> list[Troubled]:
    """Return the witnesses in one kind of trouble among those that are asked; minutes are real ones."""
    now = _now()
    asked = {witness.name for witness in cosigning.asked()}
    rows = LedgerWitness.objects.filter(name__in=asked, trouble_kind=kind).order_by("name")
    return [
        Troubled(name=row.name, kind=kind, words=row.trouble, since=since, minutes=_minutes(since, now))
        for row in rows
        if (since := row.trouble_since) is not None
    ]


def waiting(*, events: Iterable[str]) -> list[Waiting]:
    """Return the entries of these events that wait for their quorum, the longest first; none with `quorum none`.

    They wait since the log signed them: the city's clock says when an act was done, the database's how long it lies.
    """
    now, found = _now(), []
    leaves = LedgerLeaf.objects.filter(seq__gte=_seen()).order_by("seq").values_list("entry", "seq")
    places = dict(leaves)
    entries = LedgerEntry.objects.filter(pk__in=places, event__in=list(events))
    for entry in sorted(entries, key=lambda one: places[one.pk]):
        signed = LedgerCheckpoint.objects.filter(size__gt=places[entry.pk]).order_by("size").first()
        if signed is not None and quorum.awaits(entry_id=entry.pk):
            minutes = _minutes(signed.at, now)
            found.append(Waiting(entry_id=entry.pk, event=entry.event, subject=entry.subject, minutes=minutes))
    return found


def _seen() -> int:
    """Return how many leaves some checkpoint with signatures of every witness covers: none below waits for anybody."""
    names = [witness.name for witness in cosigning.asked()]
    rows = LedgerCosignature.objects.filter(witness_id__in=names).values("witness_id")
    latest = dict(rows.annotate(size=Max("checkpoint_id")).values_list("witness_id", "size"))
    return min((latest.get(name, 0) for name in names), default=0)


def _minutes(since: datetime, now: datetime) -> int:
    return int((now - since).total_seconds() // 60)


def _now() -> datetime:
    """Return the database's real time: the city's clock may have been set forward."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found
