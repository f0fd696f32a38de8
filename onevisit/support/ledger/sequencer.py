"""The sequencer: gives every committed entry its place in the tree and signs the tree. One process at a time."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from onevisit.core import merkle
from onevisit.core.merkle import note
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerIdentity
from onevisit.support.ledger.signer import Signer, SignerRefused
from onevisit.support.ledger.tree import StoredTree, write_filled_tiles
from onevisit.support.sm2 import PrivateKey

BATCH = 5_000
LOCK = 0x6C656467  # "ledg"
AFTER_ROUND: list[Callable[["Step"], None]] = []  # the jobs app hangs the sign of life here
ERRANDS: list[Callable[[], object]] = []  # what goes out to witnesses beside the cosigning: the draws app lodges
logger = logging.getLogger(__name__)

_PENDING = """
SELECT e.id, e.payload, e.leaf FROM ledger_entry e
WHERE e.id IN (SELECT id FROM ledger_pending WHERE NOT id = ANY(%s) LIMIT %s) ORDER BY e.ordinal
"""
_PLACE = "INSERT INTO ledger_leaf (seq, entry, leaf) SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::bytea[])"


@dataclass(frozen=True)
class Step:
    """What one round did: how many entries got a place, and how large the tree is now."""

    placed: int
    size: int


class Sequencer:
    """Holds the compact range of the tree between rounds; rebuilt whenever the stored tree is not where it left it."""

    def __init__(self, *, signer: Signer, is_held: bool = False) -> None:
        """`is_held`: the caller's transaction holds several rounds; he calls `remember` once it is stored."""
        self._signer = signer
        self._is_held = is_held
        self._range: merkle.CompactRange | None = None
        self._damaged: list[UUID] = []

    def step(self) -> Step:
        """Place what is pending and sign, in one transaction.

        Raises:
            SignerRefused: the stored tree is not the continuation of the one signed before.
        """
        with transaction.atomic():
            before = self._current()
            rows = self._take()
            if rows:
                after = self._place(before, rows)
                LedgerCheckpoint.objects.create(size=after.size, root=after.root, note=self._sign(after))
        if not rows:
            return Step(placed=0, size=before.size)
        self._range = after
        if not self._is_held:
            self.remember()
        return Step(placed=len(rows), size=after.size)

    def remember(self) -> None:
        """Let the signer remember the latest tree of this sequencer, which is stored by now."""
        if self._range is not None:
            self._signer.remember(size=self._range.size, root=self._range.root)

    def _current(self) -> merkle.CompactRange:
        latest = LedgerCheckpoint.objects.order_by("-size").first()
        size = latest.size if latest else 0
        if self._range is None or self._range.size != size:
            self._range = StoredTree().compact_range(size=size)
        if latest and bytes(latest.root) != self._range.root:
            raise SignerRefused("最新检查点与留痕树不一致，停止排号。请运行 manage.py ledger verify。")
        if size < self._signer.memory.size:
            raise SignerRefused(f"数据库里的留痕只有 {size} 条，签名器已签到 {self._signer.memory.size} 条，停止排号。")
        return self._range

    def _take(self) -> list[tuple[UUID, bytes]]:
        """Take pending entries whose payload still has the leaf it was stored with."""
        with connection.cursor() as cursor:
            cursor.execute(_PENDING, [self._damaged, BATCH])
            found = [(row[0], bytes(row[1]), bytes(row[2])) for row in cursor.fetchall()]
        for entry_id, payload, leaf in found:
            if merkle.leaf_hash(payload=payload) != leaf:
                self._damaged.append(entry_id)
                logger.error("ledger entry %s does not have the leaf of its payload and gets no place", entry_id)
        return [(entry_id, leaf) for entry_id, _payload, leaf in found if entry_id not in self._damaged]

    def _place(self, before: merkle.CompactRange, rows: Sequence[tuple[UUID, bytes]]) -> merkle.CompactRange:
        ids, leaves = [row[0] for row in rows], [row[1] for row in rows]
        after = before.extended(leaves=leaves)
        with connection.cursor() as cursor:
            cursor.execute(_PLACE, [list(range(before.size, after.size)), ids, leaves])
            cursor.execute("DELETE FROM ledger_pending WHERE id = ANY(%s)", [ids])
        write_filled_tiles(old_size=before.size, new_size=after.size)
        return after

    def _sign(self, after: merkle.CompactRange) -> str:
        remembered = self._signer.memory.size
        proof = StoredTree().consistency_proof(size1=remembered, size2=after.size)
        return self._signer.sign(size=after.size, root=after.root, proof=proof)


def open_signer(*, folder: Path, origin: str, sm2: PrivateKey | None = None) -> Signer:
    """Return the signer of this database's ledger; the first start names the ledger and makes its key.

    Raises:
        SignerRefused: the key in the folder is not the one the ledger began with.
    """
    identity = LedgerIdentity.objects.first()
    fresh = identity or LedgerIdentity()
    signer = Signer(folder=folder, ledger_id=fresh.id, origin=origin, sm2=sm2)
    vkey = note.encode_vkey(key=signer.key)
    if identity is None:
        fresh.vkey = vkey
        fresh.save(force_insert=True)
    elif identity.vkey != vkey:
        raise SignerRefused("密钥文件或台账名称与本留痕开始时登记的不符，停止签名。请放回原密钥文件。")
    return signer


def try_lock() -> bool:
    """Take the advisory lock of the one sequencer; it is held until released or until the connection ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def release_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def is_running() -> bool:
    """Tell whether some process holds the lock of the sequencer on this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
            " AND classid = 0 AND objid = %s AND database = (SELECT oid FROM pg_database"
            " WHERE datname = current_database()))",
            [LOCK],
        )
        return bool(cursor.fetchone()[0])
