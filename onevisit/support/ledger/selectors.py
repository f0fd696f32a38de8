"""Reads of the ledger: timelines, entries, proofs, and how the tree stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from onevisit.core.merkle import note, tlog_proof
from onevisit.support.ledger import payloads as payload_form
from onevisit.support.ledger import quorum, sequencer
from onevisit.support.ledger.models import (
    LedgerAnchor,
    LedgerCheckpoint,
    LedgerEntry,
    LedgerIdentity,
    LedgerLeaf,
    LedgerPending,
    LedgerPolicy,
    LedgerWitness,
)
from onevisit.support.ledger.quorum import Cosigner, Witnessing
from onevisit.support.ledger.tree import TILE_HEIGHT, TILE_WIDTH, StoredTree

STALE = timedelta(seconds=10)
_RECENT = 16
"""Among so many latest entries of a nightly event one has a place."""


@dataclass(frozen=True)
class Standing:
    """How the tree stands: its size and root, the age of its checkpoint, and what waits."""

    size: int
    root: str
    age: timedelta | None
    pending: int
    oldest_pending: timedelta | None
    is_running: bool
    vkey: str

    @property
    def is_stale(self) -> bool:
        """Entries wait longer than they should: the sequencer stands still."""
        return self.oldest_pending is not None and self.oldest_pending > STALE

    @property
    def age_words(self) -> str:
        """Say the age of the checkpoint in the largest unit that fits."""
        if self.age is None:
            return ""
        seconds = int(self.age.total_seconds())
        for size, words in ((86_400, _("%(n)s 日")), (3_600, _("%(n)s 小时")), (60, _("%(n)s 分钟"))):
            if seconds >= size:
                return words % {"n": seconds // size}
        return _("%(n)s 秒") % {"n": seconds}


def timeline(subject_type: str, subject: object) -> QuerySet[LedgerEntry]:
    """Return the entries of one subject and those related to it, newest first."""
    key = str(subject)
    return newest_first().filter(
        Q(subject_type=subject_type, subject=key) | Q(related__contains=[f"{subject_type}:{key}"])
    )


def timeline_of(subjects: Iterable[tuple[str, object]]) -> QuerySet[LedgerEntry]:
    """Return the entries of several subjects in one timeline, newest first."""
    wanted = Q(pk__in=())
    for subject_type, subject in subjects:
        key = str(subject)
        wanted |= Q(subject_type=subject_type, subject=key) | Q(related__contains=[f"{subject_type}:{key}"])
    return newest_first().filter(wanted)


def newest_first() -> QuerySet[LedgerEntry]:
    """Return all entries with their words, newest first."""
    return LedgerEntry.objects.select_related("words").order_by("-at", "-ordinal")


def search(*, words: str) -> QuerySet[LedgerEntry]:
    """Return the entries whose id, subject, event or actor is `words`, or whose sentence holds them."""
    text = words.strip()
    wanted = Q(subject=text) | Q(event=text) | Q(actor=text) | Q(words__sentence__contains=text)
    wanted |= Q(subject_type=text) | Q(words__actor_name=text)
    if identifier := _uuid(text):
        wanted |= Q(pk=identifier) | Q(actor=f"officer:{identifier}") | Q(subject=str(identifier))
    if text.isdigit() and len(text) <= 18:
        wanted |= Q(pk__in=LedgerLeaf.objects.filter(seq=int(text)).values("entry"))
    return newest_first().filter(wanted)


def seq_of(entry_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the places in the tree of those entries that have one."""
    return dict(LedgerLeaf.objects.filter(entry__in=list(entry_ids)).values_list("entry", "seq"))


def proof_of(entry_id: UUID, *, under: str = "") -> bytes | None:
    """Return the tlog-proof of an entry, None as long as it has no place or no checkpoint covers it.

    Args:
        under: the policy file that the reader will hold it against, where that is not the one it was written under: a
            checkpoint with that quorum is taken if there is one.
    """
    state = quorum.witnessing(entry_id=entry_id, under=under)
    if state.seq is None or state.size is None:
        return None
    entry = LedgerEntry.objects.get(pk=entry_id)
    return tlog_proof.encode_proof(
        payload=bytes(entry.payload),
        index=state.seq,
        hashes=StoredTree().inclusion_proof(index=state.seq, size=state.size),
        note=quorum.signed_note(size=state.size),
    )


@dataclass(frozen=True)
class Anchored:
    """A time stamp over an entry: the proof that leads to the stamped checkpoint, the stamp, and the stamped text."""

    proof: bytes
    stamp: bytes
    body: bytes


def anchored(entry_id: UUID) -> Anchored | None:
    """Return the first time stamp of a checkpoint over an entry, None as long as there is none."""
    seq = seq_of([entry_id]).get(entry_id)
    found = (
        LedgerAnchor.objects.filter(checkpoint_id__gt=seq).order_by("checkpoint_id").first()
        if seq is not None
        else None
    )
    if seq is None or found is None:
        return None
    size = found.checkpoint_id
    signed = quorum.signed_note(size=size)
    proof = tlog_proof.encode_proof(
        payload=bytes(LedgerEntry.objects.get(pk=entry_id).payload),
        index=seq,
        hashes=StoredTree().inclusion_proof(index=seq, size=size),
        note=signed,
    )
    return Anchored(proof=proof, stamp=bytes(found.response), body=signed.text.encode())


def is_witnessed(entry_id: UUID) -> bool:
    """Tell whether an entry counts: cosigned by the quorum, or, with `quorum none`, signed by the log."""
    return witnessing(entry_id).is_complete


def witnessing(entry_id: UUID) -> Witnessing:
    """Tell how far an entry has come: its place, who cosigned, and when the quorum was complete."""
    return quorum.witnessing(entry_id=entry_id)


def cosigners(entry_id: UUID | None) -> tuple[Cosigner, ...]:
    """Return the witnesses that cosigned the checkpoint over an entry, with key names and times."""
    return quorum.cosigners(entry_id=entry_id) if entry_id else ()


def awaits_quorum(entry_id: UUID) -> bool:
    """Tell whether what stands on an entry must wait for witnesses; never so with `quorum none`."""
    return quorum.awaits(entry_id=entry_id)


def events_of(subject_type: str, subjects: Iterable[object], *, event: str) -> list[bytes]:
    """Return the payloads of one event of several subjects, the earliest first."""
    wanted = [str(subject) for subject in subjects]
    rows = newest_first().filter(subject_type=subject_type, subject__in=wanted, event=event)
    return [bytes(payload) for payload in rows.reverse().values_list("payload", flat=True)]


def public_payloads(*, subject_type: str, events: Iterable[str]) -> list[tuple[int, bytes]]:
    """Return place and payload of every public entry of these events that has a place, in the tree's order."""
    found = LedgerEntry.objects.filter(subject_type=subject_type, event__in=list(events), is_public=True)
    payloads = {pk: bytes(payload) for pk, payload in found.values_list("pk", "payload")}
    return sorted((seq, payloads[pk]) for pk, seq in seq_of(payloads).items())


@dataclass(frozen=True)
class Bearing:
    """What a list of entries is held against: the newest checkpoint that counts, and the policy that says so."""

    size: int
    note: bytes
    policy: bytes


def bearing(*, at: datetime) -> Bearing | None:
    """Return the newest checkpoint that the quorum in force cosigned; without one, the newest that the log signed."""
    text, latest = quorum.policy_text(at=at), latest_checkpoint()
    if text is None or latest is None:
        return None
    size = quorum.newest_complete(found=quorum.parsed(text)) or latest.size
    return Bearing(size=size, note=note.encode_note(note=quorum.signed_note(size=size)), policy=text.encode())


def cover(*, indexes: Sequence[int], size: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from the entries at these places to the root of the tree of a size."""
    return StoredTree().cover(indexes=indexes, size=size)


def newest_public(*, event: str, below: int) -> tuple[int, bytes] | None:
    """Return place and payload of the newest public entry of an event that stands below a place."""
    recent = list(LedgerEntry.objects.filter(event=event, is_public=True).order_by("-at", "-ordinal")[:_RECENT])
    places = {pk: seq for pk, seq in seq_of(entry.pk for entry in recent).items() if seq < below}
    newest = max(recent, key=lambda entry: places.get(entry.pk, -1), default=None)
    return (places[newest.pk], bytes(newest.payload)) if newest is not None and newest.pk in places else None


def moment(at: datetime) -> str:
    """Write a moment as payloads do."""
    return payload_form.moment(at)


def policy_text(*, at: datetime) -> str | None:
    """Return the policy file in force at a moment, None before the ledger's first start."""
    return quorum.policy_text(at=at)


def policy_versions() -> QuerySet[LedgerPolicy]:
    """Return every version of the policy, the latest first."""
    return LedgerPolicy.objects.order_by("-version")


def witnesses() -> QuerySet[LedgerWitness]:
    """Return the witnesses that a policy has named, and how the last talk with each ended."""
    return LedgerWitness.objects.order_by("name")


def standing() -> Standing:
    """Tell how the tree stands now, by the database's own clock."""
    latest = latest_checkpoint()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - max(at) FROM ledger_checkpoint")
        age = cursor.fetchone()[0]
    identity = LedgerIdentity.objects.first()
    return Standing(
        size=latest.size if latest else 0,
        root=bytes(latest.root).hex() if latest else "",
        age=age,
        pending=LedgerPending.objects.count(),
        oldest_pending=_oldest_pending(),
        is_running=sequencer.is_running(),
        vkey=identity.vkey if identity else "",
    )


def origin() -> str:
    """Return the name that this ledger signs under, empty before its first start."""
    identity = LedgerIdentity.objects.first()
    return identity.vkey.partition("+")[0] if identity else ""


def latest_check() -> LedgerEntry | None:
    """Return the entry of the latest check of ledger and records, None before the first night."""
    return LedgerEntry.objects.filter(event="ledger.checked").order_by("-at").first()


def anchor_of(*, size: int) -> LedgerAnchor | None:
    """Return the time stamp of the checkpoint of a size."""
    return LedgerAnchor.objects.filter(checkpoint_id=size).first()


def latest_checkpoint() -> LedgerCheckpoint | None:
    return LedgerCheckpoint.objects.order_by("-size").first()


def checkpoints() -> QuerySet[LedgerCheckpoint]:
    """Return the checkpoints, the largest first."""
    return LedgerCheckpoint.objects.order_by("-size")


def checkpoint_note(*, size: int) -> bytes | None:
    """Return a checkpoint as the bytes that are published, with its cosignatures."""
    if not LedgerCheckpoint.objects.filter(size=size).exists():
        return None
    return note.encode_note(note=quorum.signed_note(size=size))


def checkpoint_body(*, size: int) -> bytes | None:
    """Return the text of a checkpoint that log, witnesses and time stamp are over, without the signatures."""
    if not LedgerCheckpoint.objects.filter(size=size).exists():
        return None
    return quorum.signed_note(size=size).text.encode()


def tile(*, level: int, index: int, width: int) -> bytes | None:
    """Return a tile of hashes of the signed tree (C2SP tlog-tiles), None if the tree does not hold it."""
    latest = latest_checkpoint()
    size = (latest.size if latest else 0) >> TILE_HEIGHT * level
    if not 1 <= width <= TILE_WIDTH or index * TILE_WIDTH + width > size:
        return None
    return b"".join(StoredTree().hashes(level=level, start=index * TILE_WIDTH, count=width))


def consistency_proof(*, size1: int, size2: int) -> tuple[bytes, ...] | None:
    """Return the hashes that show one checkpoint to continue another, None for sizes that are not there."""
    latest = latest_checkpoint()
    if latest is None or not 1 <= size1 <= size2 <= latest.size:
        return None
    return StoredTree().consistency_proof(size1=size1, size2=size2)


def _oldest_pending() -> timedelta | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - min(noticed_at) FROM ledger_pending")
        found: timedelta | None = cursor.fetchone()[0]
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
