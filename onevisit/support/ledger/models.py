"""The tables of the ledger (draw-protocol.md section 17).

Entries are written by business transactions; leaves, tiles and checkpoints by the sequencer alone. Triggers refuse
UPDATE, DELETE and TRUNCATE; that guards against accidents, and the tree against everybody else.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func
from django.db.models.functions import Now
from django.utils.translation import gettext as _


class LeafHash(Func):
    """SHA-256 over a zero byte and the payload, computed by the database itself."""

    template = r"sha256('\x00'::bytea || %(expressions)s)"
    output_field = models.BinaryField()


class NextOrdinal(Func):
    """The order of writing, for reading only: numbers commit out of order, so nothing is ever read "after" one."""

    template = "nextval('ledger_entry_ordinal')"
    output_field = models.BigIntegerField()


class LedgerEntry(models.Model):
    """One row per act: written in the business transaction, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    payload = models.BinaryField()
    leaf = models.GeneratedField(expression=LeafHash(F("payload")), output_field=models.BinaryField(), db_persist=True)
    ordinal = models.BigIntegerField(db_default=NextOrdinal(), editable=False)
    event = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    related = ArrayField(models.CharField(max_length=120), default=list)
    actor = models.CharField(max_length=80)
    is_public = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "ledger_entry"
        required_db_vendor = "postgresql"  # lets checks run where no database is configured
        indexes = [
            models.Index(fields=["subject_type", "subject", "at"]),
            models.Index(fields=["event", "at"]),
            models.Index(fields=["actor", "at"]),
            GinIndex(fields=["related"], name="ledger_entry_related"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"

    @property
    def sentence(self) -> str:
        words = self._words
        return words.sentence if words else _("文字已依法删除，指纹仍在")

    @property
    def actor_name(self) -> str:
        words = self._words
        return words.actor_name if words else ""

    @property
    def capacity(self) -> str:
        words = self._words
        return words.capacity if words else ""

    @property
    def _words(self) -> "LedgerWords | None":
        return getattr(self, "words", None)


class LedgerWords(models.Model):
    """One row per entry: its readable words. The payload holds only their salted hash, so they can be erased by law."""

    entry = models.OneToOneField(LedgerEntry, primary_key=True, on_delete=models.PROTECT, related_name="words")
    salt = models.BinaryField()
    sentence = models.CharField(max_length=400)
    actor_name = models.CharField(max_length=80, blank=True)
    capacity = models.CharField(max_length=160, blank=True)

    class Meta:
        db_table = "ledger_words"

    def __str__(self) -> str:
        return self.sentence


class LedgerPending(models.Model):
    """One row per entry that has no place in the tree yet; filled by trigger, emptied by the sequencer."""

    id = models.UUIDField(primary_key=True)
    noticed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "ledger_pending"

    def __str__(self) -> str:
        return str(self.id)


class LedgerLeaf(models.Model):
    """One row per leaf of the tree, without gaps, written by the sequencer only."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    leaf = models.BinaryField()

    class Meta:
        db_table = "ledger_leaf"

    def __str__(self) -> str:
        return str(self.seq)


class LedgerTile(models.Model):
    """One row per full tile: 256 hashes of one level side by side (C2SP tlog-tiles)."""

    id = models.BigAutoField(primary_key=True)
    level = models.IntegerField()
    idx = models.BigIntegerField()
    width = models.IntegerField(default=256)
    hashes = models.BinaryField()

    class Meta:
        db_table = "ledger_tile"
        constraints = [models.UniqueConstraint(fields=["level", "idx", "width"], name="ledger_tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.idx}"


class LedgerCheckpoint(models.Model):
    """One row per signed size of the tree; `at` is the database's real time, not the city's clock."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "ledger_checkpoint"

    def __str__(self) -> str:
        return str(self.size)


class LedgerIdentity(models.Model):
    """One row: which ledger this is and under which key. A new database is a new ledger with a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vkey = models.CharField(max_length=200)
    only = models.BooleanField(default=True, unique=True)

    class Meta:
        db_table = "ledger_identity"
        constraints = [models.CheckConstraint(name="ledger_identity_only", condition=models.Q(only=True))]

    def __str__(self) -> str:
        return str(self.id)


class LedgerAnchor(models.Model):
    """One row per time stamp (RFC 3161) of a checkpoint: the authority's whole answer, checked before it was stored."""

    checkpoint = models.OneToOneField(LedgerCheckpoint, on_delete=models.PROTECT, related_name="anchor")
    response = models.BinaryField()
    stamped_at = models.DateTimeField()
    authority = models.CharField(max_length=200)

    class Meta:
        db_table = "ledger_anchor"
        ordering = ["-checkpoint_id"]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.stamped_at:%Y-%m-%dT%H:%M:%SZ}"


class LedgerPolicy(models.Model):
    """One row per version of the policy file: the bytes that are published, never changed."""

    version = models.PositiveIntegerField(primary_key=True)
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    own = ArrayField(models.CharField(max_length=80), default=list)
    lodge = ArrayField(models.CharField(max_length=80), default=list)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="policy")
    adopted_at = models.DateTimeField()
    effective_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_policy"
        ordering = ["version"]

    def __str__(self) -> str:
        return f"{self.version} {self.digest[:12]}"


class LedgerWitness(models.Model):
    """One row per witness that a policy has named: its key, where it listens, and how the last talk with it ended."""

    name = models.CharField(primary_key=True, max_length=80)
    vkey = models.CharField(max_length=200, unique=True)
    url = models.CharField(max_length=200, blank=True)
    is_own = models.BooleanField(default=False)
    remembered = models.BigIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=200, blank=True)
    trouble_kind = models.CharField(max_length=10, blank=True)
    trouble_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ledger_witness"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LedgerCosignature(models.Model):
    """One row per signature line of a witness under a checkpoint; more may come at any time."""

    checkpoint = models.ForeignKey(LedgerCheckpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(LedgerWitness, on_delete=models.PROTECT, related_name="cosignatures")
    time = models.BigIntegerField()
    line = models.CharField(max_length=300)

    class Meta:
        db_table = "ledger_cosignature"
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "witness", "time"], name="ledger_cosignature_once")
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness_id}"
