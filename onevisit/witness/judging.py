"""What a witness answers to a submitted checkpoint (C2SP tlog-witness, add-checkpoint), pure and short to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from onevisit.core import merkle
from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.checkpoint import Checkpoint
from onevisit.core.merkle.note import Key, Malformed, Note

SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"
MOST_HASHES = 63


class WitnessRefused(Exception):
    """A submission that is not cosigned; `status`, `body` and `kind` are the answer.

    Attributes:
        is_evidence: the log signed two histories; its signed checkpoint is worth keeping.
        evidence: that checkpoint, where it is not the request itself.
    """

    def __init__(
        self, status: HTTPStatus, words: str, *, body: str = "", is_evidence: bool = False, evidence: bytes = b""
    ) -> None:
        super().__init__(words)
        self.status = status
        self.words = words
        self.body = body or f"{words}\n"
        self.kind = SIZE_TYPE if body else TEXT_TYPE
        self.is_evidence = is_evidence
        self.evidence = evidence


@dataclass(frozen=True)
class Memory:
    """The latest tree of a log that this witness cosigned; size 0 if it never did."""

    size: int = 0
    root: bytes = merkle.EMPTY_ROOT
    text: str = ""
    at: int = 0


@dataclass(frozen=True)
class Submission:
    """A request body, read and not believed."""

    old_size: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def read(*, data: bytes) -> Submission:
    """Read the body of an add-checkpoint request.

    Raises:
        WitnessRefused: 400, the form is wrong.
    """
    try:
        return _read(data)
    except (Malformed, UnicodeDecodeError) as error:
        raise WitnessRefused(HTTPStatus.BAD_REQUEST, f"malformed request: {error}") from error


def check_signed(*, submission: Submission, logs: Mapping[str, Sequence[Key]]) -> str:
    """Return the origin of a checkpoint that its log signed.

    Raises:
        WitnessRefused: 404 for a log this witness does not know, 403 without a signature of it.
    """
    origin = submission.checkpoint.origin
    if origin not in logs:
        raise WitnessRefused(HTTPStatus.NOT_FOUND, f"unknown log {origin}")
    keys = {(key.name, key.id): key for key in logs[origin]}
    for line in submission.note.signatures:
        key = keys.get((line.name, line.key_id))
        if key and checkpoint.verifies(signature=line, key=key, text=submission.note.text):
            return origin
    raise WitnessRefused(HTTPStatus.FORBIDDEN, "no signature of a trusted key of this log")


def check_continues(*, submission: Submission, memory: Memory) -> None:
    """Check that the submitted tree continues the remembered one.

    Raises:
        WitnessRefused: 400, 409 or 422.
    """
    found = submission.checkpoint
    if submission.old_size > found.size:
        raise WitnessRefused(HTTPStatus.BAD_REQUEST, "the old size is above that of the checkpoint")
    if submission.old_size != memory.size:
        raise WitnessRefused(
            HTTPStatus.CONFLICT,
            f"the latest cosigned size is {memory.size}, not {submission.old_size}",
            body=f"{memory.size}\n",
        )
    if found.size == memory.size and found.root != memory.root:
        raise WitnessRefused(
            HTTPStatus.CONFLICT,
            f"another root of size {found.size} was cosigned before",
            body=f"{memory.size}\n",
            is_evidence=True,
        )
    if not _continues(submission, memory):
        raise WitnessRefused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"the tree of size {found.size} is not shown to continue the cosigned one of size {memory.size}",
        )


def _continues(submission: Submission, memory: Memory) -> bool:
    if memory.size == 0:
        return not submission.proof
    return merkle.verify_consistency(
        size1=memory.size,
        size2=submission.checkpoint.size,
        root1=memory.root,
        root2=submission.checkpoint.root,
        proof=submission.proof,
    )


def _read(data: bytes) -> Submission:
    head, gap, tail = data.partition(b"\n\n")
    if not gap:
        raise Malformed("no empty line before the checkpoint")
    first, *lines = head.decode("ascii").split("\n")
    if not first.startswith("old "):
        raise Malformed("the first line is not the old size")
    if len(lines) > MOST_HASHES:
        raise Malformed("more than 63 hashes")
    proof = tuple(note.decode_base64(line) for line in lines)
    if any(len(value) != merkle.HASH_SIZE for value in proof):
        raise Malformed("a hash has 32 bytes")
    signed = note.parse_note(data=tail)
    return Submission(
        old_size=checkpoint.parse_number(first.removeprefix("old ")),
        proof=proof,
        note=signed,
        checkpoint=checkpoint.parse(text=signed.text),
    )
