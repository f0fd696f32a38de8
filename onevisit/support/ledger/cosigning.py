"""Ask the witnesses for their cosignatures (C2SP tlog-witness) and store what they answer."""

import logging
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from onevisit.core.merkle import note
from onevisit.support.ledger import quorum
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerLeaf, LedgerPolicy, LedgerWitness
from onevisit.support.ledger.tree import StoredTree

SECONDS_TO_ANSWER = 5
IDLE_SECONDS = 60.0  # nothing weighty waits: once a minute keeps every witness's memory fresh
RETRY_SECONDS = 15.0
GREATEST_ANSWER = 4096
SILENT, REFUSED = "silent", "refused"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a witness answered; status 0 is no answer."""

    status: int
    body: str


def post(url: str, data: bytes) -> Answer:
    """Submit a checkpoint to a witness."""
    request = urllib.request.Request(f"{url.rstrip('/')}/add-checkpoint", data=data, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as answer:
            return Answer(answer.status, answer.read(GREATEST_ANSWER).decode(errors="replace"))
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, refused.read(GREATEST_ANSWER).decode(errors="replace"))
    except (OSError, ValueError) as error:
        return Answer(0, str(error))


class Collector:
    """Asks each witness when a public entry waits, else once a minute; a silent one is left alone for a while."""

    def __init__(
        self, *, ask: Callable[[str, bytes], Answer] = post, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask, self._seconds = ask, seconds
        self._next: dict[str, float] = {}

    def collect(self) -> int:
        """Ask every witness that is due; return how many cosignatures were stored."""
        latest = LedgerCheckpoint.objects.order_by("-size").first()
        if latest is None:
            return 0
        return sum(self._collect_from(witness, latest) for witness in asked())

    def _collect_from(self, witness: LedgerWitness, latest: LedgerCheckpoint) -> bool:
        now = self._seconds()
        if witness.cosignatures.filter(checkpoint=latest).exists():
            return False
        urgent = not witness.trouble and _has_public_entry(since=_cosigned(witness))
        if now < self._next.get(witness.name, 0.0) and not urgent:
            return False
        found = self._submit(witness, latest)
        self._next[witness.name] = now + (RETRY_SECONDS if witness.trouble else IDLE_SECONDS)
        return found

    def _submit(self, witness: LedgerWitness, latest: LedgerCheckpoint) -> bool:
        answer = self._ask(witness.url, _request(latest, old=witness.remembered))
        corrected = _size(answer) if answer.status == 409 else None
        if corrected is not None and corrected != witness.remembered and corrected <= latest.size:
            witness.remembered = corrected
            answer = self._ask(witness.url, _request(latest, old=corrected))
        trouble = _trouble(answer, latest)
        if not trouble:
            trouble = _stored(answer, latest)
        if not trouble:
            witness.remembered = latest.size
        elif trouble != witness.trouble:
            logger.error("witness %s: %s", witness.name, trouble)
        witness.trouble = trouble[:200]
        witness.save(update_fields=["remembered", "trouble"])
        _note_since(witness, kind=_kind(answer, trouble))
        if answer.status:
            LedgerWitness.objects.filter(pk=witness.pk).update(answered_at=Now())
        return not trouble


def asked() -> list[LedgerWitness]:
    """Return the witnesses of the two latest versions of the policy that listen somewhere."""
    versions = LedgerPolicy.objects.order_by("-version")[:2]
    names = {witness.name.decode() for row in versions for witness in quorum.parsed(row.text).witnesses}
    return list(LedgerWitness.objects.filter(name__in=names).exclude(url=""))


def _kind(answer: Answer, trouble: str) -> str:
    """Tell silence from a refusal: the one is a broken line, the other may be a broken history."""
    if not trouble:
        return ""
    return SILENT if answer.status == 0 else REFUSED


def _note_since(witness: LedgerWitness, *, kind: str) -> None:
    """Keep since when a witness is in the same kind of trouble, by the database's real time."""
    if kind != witness.trouble_kind:
        since = Now() if kind else None
        LedgerWitness.objects.filter(pk=witness.pk).update(trouble_kind=kind, trouble_since=since)
        witness.trouble_kind = kind


def _cosigned(witness: LedgerWitness) -> int:
    found: int | None = witness.cosignatures.aggregate(size=models.Max("checkpoint_id"))["size"]
    return found or 0


def _has_public_entry(*, since: int) -> bool:
    placed = LedgerLeaf.objects.filter(seq__gte=since).values("entry")
    return LedgerEntry.objects.filter(pk__in=placed, is_public=True).exists()


def _request(latest: LedgerCheckpoint, *, old: int) -> bytes:
    proof = StoredTree().consistency_proof(size1=old, size2=latest.size) if old <= latest.size else ()
    lines = "".join(f"{note.encode_base64(value)}\n" for value in proof)
    return f"old {old}\n{lines}\n{latest.note}".encode()


def _size(answer: Answer) -> int | None:
    text = answer.body.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _trouble(answer: Answer, latest: LedgerCheckpoint) -> str:
    """Say what an answer means for the operator, empty if it holds cosignatures."""
    remembered = _size(answer)
    if answer.status == 409 and remembered is not None and remembered > latest.size:
        words = _("见证已联署到 %(theirs)s 条，本台账只有 %(ours)s 条：数据库可能被退回旧备份")
        return words % {"theirs": remembered, "ours": latest.size}
    known = {
        200: "",
        0: _("连不上：%(body)s"),
        403: _("见证不认本台账的签名"),
        404: _("见证没有登记本台账"),
        409: _("同样大小的树，见证联署过另一个根：台账分叉"),
        422: _("见证看到的历史与本台账不一致：台账分叉或旧留痕被改写"),
    }
    return known.get(answer.status, _("见证答复 %(status)s：%(body)s")) % {
        "status": answer.status,
        "body": answer.body.strip()[:120],
    }


def _stored(answer: Answer, latest: LedgerCheckpoint) -> str:
    """Store the lines of an answer that are good; return why if there is none."""
    trouble = _("见证没有给出联署")
    for line in answer.body.splitlines():
        try:
            quorum.record_cosignature(size=latest.size, line=line)
        except quorum.CosignatureRefused as refused:
            trouble = refused.message
        else:
            return ""
    return trouble
