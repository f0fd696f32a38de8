"""Recompute the whole ledger from its rows and name everything that does not fit.

It trusts no trigger and no generated column: leaves are hashed again from payloads, the tree, its tiles and every
checkpoint from the leaves, signatures are checked, and the columns that screens read are compared with the payloads.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from onevisit.core import merkle
from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import Key, KeyType, Malformed
from onevisit.support import sm2
from onevisit.support.ledger import payloads
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerIdentity, LedgerPolicy, LedgerTile
from onevisit.support.ledger.signer import Memory
from onevisit.support.ledger.tree import TILE_HEIGHT, TILE_WIDTH, filled_tiles, fold

PAGE = 5_000
_ROWS = """
SELECT l.seq, l.entry, l.leaf, e.payload, e.leaf, e.event, e.subject_type, e.subject, e.related, e.actor,
       e.is_public, e.at, w.salt, w.sentence, w.actor_name, w.capacity
FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.id = l.entry LEFT JOIN ledger_words w ON w.entry_id = e.id
WHERE l.seq >= %s ORDER BY l.seq LIMIT %s
"""
_UNPLACED = """
SELECT e.id FROM ledger_entry e
WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.entry = e.id)
  AND NOT EXISTS (SELECT 1 FROM ledger_pending p WHERE p.id = e.id)
"""
_WORDLESS = """
SELECT e.id FROM ledger_entry e
WHERE NOT EXISTS (SELECT 1 FROM ledger_words w WHERE w.entry_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM ledger_entry x WHERE x.event = 'words.erased' AND x.subject = e.id::text)
"""
_ORPHANS = "SELECT p.id FROM ledger_pending p WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = p.id)"
_POLICYLESS = """
SELECT e.id FROM ledger_entry e
WHERE e.event = 'ledger_policy.adopted' AND NOT EXISTS (SELECT 1 FROM ledger_policy p WHERE p.entry_id = e.id)
"""
_WAITING = """
SELECT -1, e.id, e.leaf, e.payload, e.leaf, e.event, e.subject_type, e.subject, e.related, e.actor,
       e.is_public, e.at, w.salt, w.sentence, w.actor_name, w.capacity
FROM ledger_pending p JOIN ledger_entry e ON e.id = p.id LEFT JOIN ledger_words w ON w.entry_id = e.id
"""


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit: `changed`, `missing`, `added`, `checkpoint`, `tile` or `signer`, and which row."""

    kind: str
    row: str
    words: str


@dataclass(frozen=True)
class Report:
    """What was recomputed, and what did not fit."""

    size: int
    root: str
    checkpoints: int
    tiles: int
    pending: int
    sm2_signed: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class Row:
    """One leaf with the entry it stands for and the entry's words; any of them may be gone."""

    seq: int
    entry: UUID
    stored_leaf: bytes
    payload: bytes | None
    generated_leaf: bytes | None
    columns: tuple[object, ...]
    words: tuple[object, ...]

    @property
    def name(self) -> str:
        place = _("第 %(seq)s 条") % {"seq": self.seq} if self.seq >= 0 else _("待排号")
        return f"{place} {self.entry}"


@transaction.atomic
def verify(*, memory: Memory | None = None, sm2_keys: Sequence[bytes] = ()) -> Report:
    """Recompute everything on one snapshot of the database.

    Args:
        memory: what the signer remembers; it betrays a database that was set back.
        sm2_keys: x ‖ y of each SM2 key whose lines shall be checked; a checkpoint without one is no fault.
    """
    with connection.cursor() as cursor:
        if not connection.savepoint_ids:  # a nested call, as in a test, keeps the snapshot it has
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    walk = _Walk(sm2_keys)
    walk.leaves()
    walk.waiting()
    walk.after(memory)
    return Report(
        size=walk.range.size,
        root=walk.range.root.hex(),
        checkpoints=walk.checkpoint_count,
        tiles=walk.tile_count,
        pending=walk.pending,
        sm2_signed=walk.sm2_signed,
        faults=tuple(walk.faults),
    )


class _Walk:
    """One pass over the leaves in order, with the tree growing beside it."""

    def __init__(self, sm2_keys: Sequence[bytes]) -> None:
        self.range = merkle.CompactRange()
        self.faults: list[Fault] = []
        self.pending = 0
        self.tile_count = 0
        self.checkpoint_count = LedgerCheckpoint.objects.count()
        self.sm2_signed = 0
        self._key = _log_key()
        name = self._key.name if self._key else ""
        self._sm2 = [Key(name, KeyType.SM2, public) for public in sm2_keys] if name else []
        self._levels: list[list[bytes]] = []
        self._signed_size = 0

    def fault(self, kind: str, row: str, words: str) -> None:
        self.faults.append(Fault(kind=kind, row=row, words=words))

    def leaves(self) -> None:
        """Hash every placed entry again and grow the tree with what the payload gives."""
        checkpoints = {row.size: row for row in LedgerCheckpoint.objects.order_by("size").iterator(PAGE)}
        for row in _placed():
            if row.seq != self.range.size:
                words = _("序号 %(from)s 至 %(to)s 的叶子不见了") % {"from": self.range.size, "to": row.seq - 1}
                self.fault("missing", f"ledger_leaf {self.range.size}", words)
                self.range = merkle.CompactRange()  # nothing after a gap can be compared with a root
                return
            self._grow(_true_leaf(row, self.faults))
            if found := checkpoints.pop(self.range.size, None):
                self._compare(found)
        for left in checkpoints.values():
            self.fault("missing", f"ledger_checkpoint {left.size}", _("检查点所覆盖的留痕不全"))
        if self.range.size > self._signed_size:
            words = _("第 %(from)s 条起没有检查点签名：未经排号进程写入") % {"from": self._signed_size}
            self.fault("added", f"ledger_leaf {self._signed_size}", words)

    def waiting(self) -> None:
        """Look at what has no place yet: it must at least be whole, announced, and there."""
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            rows = [_row(found) for found in cursor.fetchall()]
            queries = (_UNPLACED, _ORPHANS, _WORDLESS, _POLICYLESS)
            unplaced, orphans, wordless, policyless = (_ids(cursor, query) for query in queries)
        self.pending = len(rows)
        for row in rows:
            _true_leaf(row, self.faults)
        for entry in unplaced:
            self.fault(
                "added", f"ledger_entry {entry}", _("此行不在树中，也不在待排号表中：绕过触发器写入，或待排号记录被删")
            )
        for entry in orphans:
            self.fault("missing", f"ledger_entry {entry}", _("待排号的留痕行不见了"))
        for entry in wordless:
            self.fault("missing", f"ledger_words {entry}", _("文字不见了，且没有依法删除的留痕"))
        for entry in policyless:
            self.fault("missing", f"ledger_policy {entry}", _("采用过的策略版本不见了"))

    def after(self, memory: Memory | None) -> None:
        """Compare the tiles that a tree of this size must have, and the signer's memory."""
        expected = set(filled_tiles(old_size=0, new_size=self.range.size))
        stored = set(LedgerTile.objects.values_list("level", "idx"))
        for level, index in sorted(expected - stored):
            self.fault("missing", f"ledger_tile {level}/{index}", _("整块不见了"))
        if self.range.size:
            for level, index in sorted(stored - expected):
                self.fault("added", f"ledger_tile {level}/{index}", _("树还没有长到这一块"))
        for version in LedgerPolicy.objects.select_related("entry"):
            if hashlib.sha256(version.text.encode()).hexdigest() != _digest_of(version):
                self.fault("changed", f"ledger_policy {version.version}", _("策略文件与采用时的指纹不一致"))
        if memory is not None and memory.size > self._signed_size:
            words = _("签名器签到第 %(signed)s 条，数据库只到 %(size)s 条：数据库被退回到旧状态") % {
                "signed": memory.size,
                "size": self._signed_size,
            }
            self.fault("signer", "ledger_checkpoint", words)

    def _grow(self, leaf: bytes) -> None:
        self.range = self.range.extended(leaves=(leaf,))
        self._fill(0, leaf)

    def _fill(self, level: int, value: bytes) -> None:
        if len(self._levels) == level:
            self._levels.append([])
        hashes = self._levels[level]
        hashes.append(value)
        if len(hashes) == TILE_WIDTH:
            index = (self.range.size >> TILE_HEIGHT * (level + 1)) - 1
            self._compare_tile(level, index, b"".join(hashes))
            self._levels[level] = []
            self._fill(level + 1, fold(hashes))

    def _compare_tile(self, level: int, index: int, hashes: bytes) -> None:
        self.tile_count += 1
        stored = LedgerTile.objects.filter(level=level, idx=index).first()
        if stored is not None and bytes(stored.hashes) != hashes:
            self.fault("tile", f"ledger_tile {level}/{index}", _("与叶子重新计算的结果不一致"))

    def _compare(self, row: LedgerCheckpoint) -> None:
        self._signed_size = row.size
        name = f"ledger_checkpoint {row.size}"
        if bytes(row.root) != self.range.root:
            self.fault("checkpoint", name, _("根与重新计算的不一致：这一条之前的留痕被改动"))
        problem = _note_problem(row, self._key)
        if problem:
            self.fault("checkpoint", name, problem)
        elif self._sm2:
            self._look_beside({(key.name, key.id): key.public for key in self._sm2}, row)

    def _look_beside(self, keys: Mapping[tuple[str, bytes], bytes], row: LedgerCheckpoint) -> None:
        """Check the SM2 lines of some keys under a checkpoint; those of other keys are not known here."""
        found = note.parse_note(data=row.note.encode())
        text = found.text.encode()
        lines = [
            (keys[line.name, line.key_id], line.value) for line in found.signatures if (line.name, line.key_id) in keys
        ]
        if all(sm2.is_signed(public_key=public, message=text, signature=value) for public, value in lines):
            self.sm2_signed += bool(lines)
        else:
            self.fault("checkpoint", f"ledger_checkpoint {row.size}", _("检查点的国密签名（SM2）不对"))


def _digest_of(version: LedgerPolicy) -> object:
    """Return the digest that the entry of a policy's adoption holds; the columns of the row are not believed."""
    return json.loads(bytes(version.entry.payload)).get("digest")


def _ids(cursor: CursorWrapper, query: str) -> list[UUID]:
    cursor.execute(query)
    return [found[0] for found in cursor.fetchall()]


def _placed() -> Iterator[Row]:
    start = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [start, PAGE])
            rows = [_row(found) for found in cursor.fetchall()]
        yield from rows
        if len(rows) < PAGE:
            return
        start = rows[-1].seq + 1


def _row(found: tuple[object, ...]) -> Row:
    seq, entry, stored_leaf, payload, generated_leaf = found[:5]
    assert isinstance(seq, int)
    assert isinstance(entry, UUID)
    return Row(
        seq=seq,
        entry=entry,
        stored_leaf=_bytes(stored_leaf) or b"",
        payload=_bytes(payload),
        generated_leaf=_bytes(generated_leaf),
        columns=found[5:12],
        words=found[12:],
    )


def _bytes(value: object) -> bytes | None:
    return bytes(value) if isinstance(value, bytes | memoryview) else None


def _true_leaf(row: Row, faults: list[Fault]) -> bytes:
    """Return the leaf that the payload gives, and note every place where the row says something else.

    A missing payload leaves the stored leaf: then the tree still shows whether the rest is sound.
    """
    if row.payload is None:
        faults.append(Fault("missing", row.name, _("留痕行被删除")))
        return row.stored_leaf
    leaf = merkle.leaf_hash(payload=row.payload)
    if leaf != row.stored_leaf:
        faults.append(Fault("changed", row.name, _("内容与写入时的指纹不一致")))
    elif leaf != row.generated_leaf:
        faults.append(Fault("changed", row.name, _("指纹列被改动")))
    else:
        faults += (Fault("changed", row.name, words) for words in _differences(row))
        return leaf
    return leaf


def _differences(row: Row) -> Iterator[str]:
    """Name the columns that say something else than the payload they were written with."""
    assert row.payload is not None
    content = json.loads(row.payload)
    event, subject_type, subject, related, actor, is_public, at = row.columns
    said = {
        "id": str(row.entry),
        "event": event,
        "subject_type": subject_type,
        "subject": subject,
        "related": related,
        "actor": actor,
        "at": payloads.moment(at),  # type: ignore[arg-type]  # timestamptz, never null
    }
    for name, value in said.items():
        if content.get(name) != value:
            yield _("列 %(name)s 与写入时不一致") % {"name": name}
    if is_public is ("nonce" in content):
        yield _("列 %(name)s 与写入时不一致") % {"name": "is_public"}
    salt, sentence, actor_name, capacity = row.words
    if salt is not None:
        found = payloads.words_hash(
            salt=_bytes(salt) or b"", sentence=str(sentence), actor_name=str(actor_name), capacity=str(capacity)
        )
        if found != content.get("words"):
            yield _("文字与写入时不一致")


def _log_key() -> Key | None:
    identity = LedgerIdentity.objects.first()
    try:
        return note.parse_vkey(text=identity.vkey, kind=KeyType.ED25519) if identity else None
    except Malformed:
        return None


def _note_problem(row: LedgerCheckpoint, key: Key | None) -> str:
    """Say what is wrong with a stored note, or nothing."""
    try:
        found = note.parse_note(data=row.note.encode())
        stated = checkpoint.parse(text=found.text)
    except Malformed:
        return _("检查点的格式不对")
    if (stated.size, stated.root) != (row.size, bytes(row.root)):
        return _("检查点的文字与它的列不一致")
    for line in found.signatures:
        if key and (line.name, line.key_id) == (key.name, key.id) and _is_signed(key, found.text, line.value):
            return ""
    return _("检查点的签名不对，或不是本台账的密钥所签")


def _is_signed(key: Key, text: str, signature: bytes) -> bool:
    """Check with OpenSSL, a hundred times faster than the reference in the core, which agrees with it in a test."""
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
