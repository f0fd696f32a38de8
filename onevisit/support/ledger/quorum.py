"""Who must have seen a checkpoint before the weighty entries count, and whether they have."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import Key, KeyType, Malformed, Note
from onevisit.core.merkle.policy import Policy, parse_policy
from onevisit.support.ledger.models import (
    LedgerCheckpoint,
    LedgerCosignature,
    LedgerIdentity,
    LedgerLeaf,
    LedgerWitness,
)

GROUP = "quorum"


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
        quorum_time: the moment the quorum was complete (Unix seconds); None without one.
        is_complete: the entry counts. With `quorum none` that is once the log has signed it.
    """

    seq: int | None
    size: int | None
    needed: int
    signed: int
    quorum_time: int | None
    is_complete: bool


def policy_text() -> str | None:
    """Write the policy of this ledger; None before its first start. Without witnesses it says `quorum none`."""
    identity = LedgerIdentity.objects.first()
    if identity is None:
        return None
    witnesses = list(LedgerWitness.objects.all())
    lines = [f"log {identity.vkey}", *(f"witness {witness.name} {witness.vkey}" for witness in witnesses)]
    if witnesses:
        names = " ".join(witness.name for witness in witnesses)
        lines += [f"group {GROUP} {threshold(len(witnesses))} {names}", f"quorum {GROUP}"]
    else:
        lines.append("quorum none")
    return "\n".join(lines) + "\n"


def threshold(count: int) -> int:
    """Return how many of `count` witnesses make a quorum, so that any two quorums share one."""
    return count // 2 + 1


def policy() -> Policy | None:
    """Return the policy of this ledger, read by the reader that everybody uses."""
    text = policy_text()
    return parse_policy(data=text.encode()) if text else None


def register_witness(*, name: str, label: str, vkey: str) -> LedgerWitness:
    """Let the cosignatures of a witness count from now on.

    Raises:
        CosignatureRefused: the key is not a cosignature key.
    """
    try:
        note.parse_vkey(text=vkey, kind=KeyType.COSIGNATURE)
    except Malformed as error:
        raise CosignatureRefused("见证公钥不是 C2SP 联署公钥（类型 0x04），请向见证单位核对。") from error
    return LedgerWitness.objects.create(name=name, label=label, vkey=vkey)


@transaction.atomic
def record_cosignature(*, size: int, line: str) -> LedgerCosignature:
    """Store a witness's line under the checkpoint of `size`.

    Raises:
        CosignatureRefused: the line has no known witness or does not verify over that checkpoint.
    """
    row = LedgerCheckpoint.objects.filter(size=size).first()
    if row is None:
        raise CosignatureRefused(f"没有大小为 {size} 的检查点。")
    signature, witness, key = _witness_of(line)
    text = note.parse_note(data=row.note.encode()).text
    if not checkpoint.verifies(signature=signature, key=key, text=text):
        raise CosignatureRefused("联署签名与该检查点不符。")
    time = checkpoint.cosignature_time(signature=signature)
    if not 1 <= time <= checkpoint.GREATEST:
        raise CosignatureRefused("联署时间不在允许范围内。")
    found, _created = LedgerCosignature.objects.get_or_create(
        checkpoint=row, witness=witness, time=time, defaults={"line": line}
    )
    return found


def _witness_of(line: str) -> tuple[note.Signature, LedgerWitness, Key]:
    try:
        signature = note.parse_signature(line=line)
    except Malformed as error:
        raise CosignatureRefused("联署行的格式不对。") from error
    for witness in LedgerWitness.objects.all():
        key = note.parse_vkey(text=witness.vkey, kind=KeyType.COSIGNATURE)
        if (key.name, key.id) == (signature.name, signature.key_id):
            return signature, witness, key
    raise CosignatureRefused("联署公钥未登记为见证。")


def witnessing(*, entry_id: UUID) -> Witnessing:
    """Tell how far an entry has come towards its quorum."""
    found = policy()
    leaf = LedgerLeaf.objects.filter(entry=entry_id).first()
    witnesses = LedgerWitness.objects.count()
    needed = threshold(witnesses) if witnesses else 0
    if leaf is None or found is None:
        return Witnessing(seq=None, size=None, needed=needed, signed=0, quorum_time=None, is_complete=False)
    if found.is_unwitnessed:
        size = covering(seq=leaf.seq)
        return Witnessing(seq=leaf.seq, size=size, needed=0, signed=0, quorum_time=None, is_complete=size is not None)
    return _best(leaf=leaf, found=found, needed=needed)


def _best(*, leaf: LedgerLeaf, found: Policy, needed: int) -> Witnessing:
    """Choose among the checkpoints over a leaf the first with a quorum, else the one with most signatures."""
    times: dict[int, dict[bytes, int]] = {}
    rows = LedgerCosignature.objects.filter(checkpoint_id__gt=leaf.seq).order_by("checkpoint_id", "-time")
    for row in rows:
        times.setdefault(row.checkpoint_id, {})[row.witness_id.encode()] = row.time
    complete = {size: time for size, at in times.items() if (time := found.quorum_time(times=at)) is not None}
    if complete:
        chosen = min(complete, key=lambda one: (complete[one], one))
    else:
        chosen = max(times, key=lambda one: len(times[one]), default=0)
    return Witnessing(
        seq=leaf.seq,
        size=chosen or covering(seq=leaf.seq),
        needed=needed,
        signed=len(times.get(chosen, {})),
        quorum_time=complete.get(chosen),
        is_complete=bool(complete),
    )


def covering(*, seq: int) -> int | None:
    """Return the size of the first checkpoint over a leaf."""
    return LedgerCheckpoint.objects.filter(size__gt=seq).order_by("size").values_list("size", flat=True).first()


def signed_note(*, size: int) -> Note:
    """Return a checkpoint with the log's signature and all cosignatures."""
    row = LedgerCheckpoint.objects.get(size=size)
    base = note.parse_note(data=row.note.encode())
    lines = row.cosignatures.order_by("witness_id", "time").values_list("line", flat=True)
    return Note(text=base.text, signatures=(*base.signatures, *(note.parse_signature(line=line) for line in lines)))
