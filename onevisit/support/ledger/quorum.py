"""Who must have seen a checkpoint before the weighty entries count, and whether they have."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import Key, KeyType, Malformed, Note
from onevisit.core.merkle.policy import Policy, parse_policy
from onevisit.support.ledger.models import (
    LedgerCheckpoint,
    LedgerCosignature,
    LedgerEntry,
    LedgerIdentity,
    LedgerLeaf,
    LedgerPolicy,
    LedgerWitness,
)


class CosignatureRefused(Exception):
    """A cosignature that does not verify, or is nobody's."""

    code = "cosignature_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Witnessing:
    """How far an entry has come: placed in the tree, signed by the log, cosigned by the quorum.

    Attributes:
        size: size of the checkpoint that its proof uses; None before it is placed.
        signed: names of the witnesses that cosigned that checkpoint.
        quorum_time: the moment the quorum was complete (Unix seconds); None without one.
        is_complete: the entry counts. With `quorum none` that is once the log has signed it.
        is_witnessed: the policy asks for a quorum at all.
    """

    seq: int | None = None
    size: int | None = None
    witnesses: tuple[str, ...] = ()
    signed: tuple[str, ...] = ()
    quorum_time: int | None = None
    is_complete: bool = False
    is_witnessed: bool = False


@dataclass(frozen=True)
class Cosigner:
    """A witness that cosigned, the name of its key, and the moment on its own clock (Unix seconds)."""

    name: str
    key_name: str
    time: int

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.time, tz=UTC)


def policy_text(*, at: datetime) -> str | None:
    """Return the policy file in force at a moment; None before the ledger's first start, `quorum none` by default."""
    held = version_in_force(at=at)
    if held is not None:
        return held.text
    identity = LedgerIdentity.objects.first()
    return unwitnessed(vkey=identity.vkey) if identity else None


def unwitnessed(*, vkey: str) -> str:
    """Write the policy of a ledger without witnesses."""
    return f"log {vkey}\nquorum none\n"


def version_in_force(*, at: datetime) -> LedgerPolicy | None:
    """Return the version of the policy that rules entries written at a moment; None is `quorum none`.

    A later version than the first rules only once its entry is cosigned under the version before and under itself.
    """
    found: LedgerPolicy | None = None
    for version in LedgerPolicy.objects.filter(effective_at__lte=at):
        if found is None or all(_is_complete(version, under=policy) for policy in (found, version)):
            found = version
    return found


def policy(*, at: datetime) -> Policy | None:
    """Return the policy in force at a moment, read by the reader that everybody uses."""
    text = policy_text(at=at)
    return parsed(text) if text else None


@lru_cache(maxsize=16)
def parsed(text: str) -> Policy:
    """Read a stored policy file."""
    return parse_policy(data=text.encode())


@transaction.atomic
def record_cosignature(*, size: int, line: str) -> LedgerCosignature:
    """Store a witness's line under the checkpoint of `size`.

    Raises:
        CosignatureRefused: the line has no known witness or does not verify over that checkpoint.
    """
    row = LedgerCheckpoint.objects.filter(size=size).first()
    if row is None:
        raise CosignatureRefused(_("没有大小为 %(size)s 的检查点。") % {"size": size})
    signature, witness, key = _witness_of(line)
    text = note.parse_note(data=row.note.encode()).text
    if not checkpoint.verifies(signature=signature, key=key, text=text):
        raise CosignatureRefused(_("联署签名与该检查点不符。"))
    time = checkpoint.cosignature_time(signature=signature)
    if not 1 <= time <= checkpoint.GREATEST:
        raise CosignatureRefused(_("联署时间不在允许范围内。"))
    found, _created = LedgerCosignature.objects.get_or_create(
        checkpoint=row, witness=witness, time=time, defaults={"line": line}
    )
    return found


def witnessing(*, entry_id: UUID, under: str = "") -> Witnessing:
    """Tell how far an entry has come towards the quorum of the policy it was written under.

    Args:
        under: another policy file whose quorum is looked for first; without it the entry's own counts.
    """
    entry = LedgerEntry.objects.filter(pk=entry_id).first()
    leaf = LedgerLeaf.objects.filter(entry=entry_id).first()
    if entry is None or leaf is None:
        return Witnessing()
    if under and (state := _under(parsed(under), leaf)).is_complete:
        return state
    found = policy(at=entry.at)
    return _under(found, leaf) if found else Witnessing()


def cosigners(*, entry_id: UUID) -> tuple[Cosigner, ...]:
    """Return who cosigned the checkpoint that an entry's proof uses, the first first."""
    state = witnessing(entry_id=entry_id)
    if not state.signed:
        return ()
    rows = LedgerCosignature.objects.filter(checkpoint_id=state.size, witness_id__in=state.signed)
    first: dict[str, Cosigner] = {}
    for row in rows.select_related("witness").order_by("time"):
        key = row.witness.vkey.partition("+")[0]
        first.setdefault(row.witness_id, Cosigner(name=row.witness_id, key_name=key, time=row.time))
    return tuple(first.values())


def awaits(*, entry_id: UUID) -> bool:
    """Tell whether an entry's policy asks for a quorum that is not complete yet; never so with `quorum none`."""
    entry = LedgerEntry.objects.filter(pk=entry_id).first()
    found = policy(at=entry.at) if entry else None
    return found is not None and not found.is_unwitnessed and not witnessing(entry_id=entry_id).is_complete


def _under(found: Policy, leaf: LedgerLeaf) -> Witnessing:
    """Tell how far a leaf has come under one policy."""
    if found.is_unwitnessed:
        size = covering(seq=leaf.seq)
        return Witnessing(seq=leaf.seq, size=size, is_complete=size is not None)
    return _best(leaf=leaf, found=found)


def _is_complete(version: LedgerPolicy, *, under: LedgerPolicy) -> bool:
    leaf = LedgerLeaf.objects.filter(entry=version.entry_id).first()
    return leaf is not None and _under(parsed(under.text), leaf).is_complete


def _best(*, leaf: LedgerLeaf, found: Policy) -> Witnessing:
    """Choose among the checkpoints over a leaf the first with a quorum, else the one with most signatures."""
    names = [witness.name.decode() for witness in found.witnesses]
    times: dict[int, dict[str, int]] = {}
    rows = LedgerCosignature.objects.filter(checkpoint_id__gt=leaf.seq, witness_id__in=names)
    for row in rows.order_by("checkpoint_id", "-time"):
        times.setdefault(row.checkpoint_id, {})[row.witness_id] = row.time
    complete = {
        size: time
        for size, at in times.items()
        if (time := found.quorum_time(times={name.encode(): one for name, one in at.items()})) is not None
    }
    if complete:
        chosen = min(complete, key=lambda one: (complete[one], one))
    else:
        chosen = max(times, key=lambda one: len(times[one]), default=0)
    return Witnessing(
        seq=leaf.seq,
        size=chosen or covering(seq=leaf.seq),
        witnesses=tuple(names),
        signed=tuple(name for name in names if name in times.get(chosen, {})),
        quorum_time=complete.get(chosen),
        is_complete=bool(complete),
        is_witnessed=True,
    )


def newest_complete(*, found: Policy) -> int | None:
    """Return the size of the newest checkpoint that the quorum of a policy cosigned, None if there is none yet.

    With `quorum none` the log's own signature is all there is: then it is the newest checkpoint.
    """
    if found.is_unwitnessed:
        return LedgerCheckpoint.objects.order_by("-size").values_list("size", flat=True).first()
    names = [witness.name.decode() for witness in found.witnesses]
    rows = LedgerCosignature.objects.filter(witness_id__in=names).order_by("-checkpoint_id")
    signed = rows.values_list("checkpoint_id", "witness_id").iterator(chunk_size=256)
    for size, lines in groupby(signed, key=lambda row: row[0]):
        if found.quorum_time(times={name.encode(): 1 for _size, name in lines}) is not None:
            return int(size)
    return None


def covering(*, seq: int) -> int | None:
    """Return the size of the first checkpoint over a leaf."""
    return LedgerCheckpoint.objects.filter(size__gt=seq).order_by("size").values_list("size", flat=True).first()


def signed_note(*, size: int) -> Note:
    """Return a checkpoint with the log's signature and all cosignatures."""
    row = LedgerCheckpoint.objects.get(size=size)
    base = note.parse_note(data=row.note.encode())
    lines = row.cosignatures.order_by("witness_id", "time").values_list("line", flat=True)
    return Note(text=base.text, signatures=(*base.signatures, *(note.parse_signature(line=line) for line in lines)))


def _witness_of(line: str) -> tuple[note.Signature, LedgerWitness, Key]:
    try:
        signature = note.parse_signature(line=line)
    except Malformed as error:
        raise CosignatureRefused(_("联署行的格式不对。")) from error
    for witness in LedgerWitness.objects.all():
        key = note.parse_vkey(text=witness.vkey, kind=KeyType.COSIGNATURE)
        if (key.name, key.id) == (signature.name, signature.key_id):
            return signature, witness, key
    raise CosignatureRefused(_("联署公钥未登记为见证。"))
