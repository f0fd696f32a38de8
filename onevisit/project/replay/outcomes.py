"""What the entries after a visit fix: problems and orders, what is public of a result, requests, typical cases."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from onevisit.project.replay.noun import STANDS, Beside, Noun, Payload, Published, stands, under
from onevisit.stages.publication import contents, typical_cases

_CONTENTS = ("publication.approved", "result.released", "publication.corrected", "publication.mended")
_PUBLIC = ("result.released", "publication.corrected", "publication.mended")
_ANSWERS = (
    "request.answered",
    "objection.sustained",
    "objection.rejected",
    "reply.printed",
    "reply.declined",
    "statement.adopted",
    "statement.rejected",
)
_CASES = ("typical_case.proposed", "typical_case.approved")


def _content(row: Any) -> str:
    """Return the digest of a content as it stands."""
    return contents.digest(row.content)


def _version(payload: Payload) -> Iterator[str]:
    if payload["event"] in _PUBLIC:
        yield str(payload["id"])


def _words(row: Any, words: str) -> str:
    return sha256(f"{row.salt}\x00{words}".encode()).hexdigest()


def _columns(row: Any) -> Beside:
    """Compare the digest beside a content with the content."""
    if row.content_sha256 and row.content_sha256 != (found := _content(row)):
        yield "content_sha256", found, row.content_sha256


FINDINGS = (
    Noun(
        "finding",
        "findings.Finding",
        {
            "finding.recorded": ("pending",),
            "finding.ordered": ("correcting",),
            "finding.dropped": ("dropped",),
            "finding.proved": ("proof_sent",),
            "finding.revisit_arranged": ("revisit",),
            "finding.returned": ("returned",),
            "finding.closed": ("closed",),
            "finding.revoked": ("revoked",),
        },
        (
            Published("number", ("finding.recorded",), "number", lambda row: str(row.number)),
            Published("item", ("finding.recorded",), "item", lambda row: str(row.item)),
        ),
    ),
    Noun(
        "correction_order",
        "findings.CorrectionOrder",
        {"finding.ordered": (STANDS,)},
        (
            Published("document_number", ("finding.ordered",), "document_number", lambda row: str(row.document_number)),
            Published("due_on", ("finding.ordered",), "due_on", lambda row: row.due_on.isoformat()),
        ),
        entries=("finding",),
        identity=lambda row: str(row.finding_id),
        state=stands,
    ),
    Noun(
        "correction_proof",
        "findings.CorrectionProof",
        {"finding.proved": (STANDS,)},
        (Published("is_late", ("finding.proved",), "is_late", lambda row: str(row.is_late)),),
        entries=("finding",),
        named=under("subject", "receipt"),
        identity=lambda row: f"{row.finding_id}/{row.receipt}",
        state=stands,
    ),
    Noun(
        "follow_up_visit",
        "findings.FollowUpVisit",
        {"finding.revisit_arranged": (STANDS,)},
        entries=("finding",),
        named=under("subject", "on"),
        identity=lambda row: f"{row.finding_id}/{row.on.isoformat()}",
        state=stands,
    ),
)

PUBLICATION = (
    Noun(
        "publication",
        "publication.Publication",
        {
            "publication.prepared": ("pending",),
            "publication.approved": ("approved",),
            "result.released": ("released",),
            "publication.returned": ("pending",),
            "publication.withheld": ("withheld",),
            "publication.corrected": ("corrected",),
            "publication.withdrawn": ("withdrawn",),
        },
        (
            Published("content", _CONTENTS, "content", _content),
            Published("withheld_reason", ("publication.withheld",), "reason", lambda row: str(row.withheld_reason)),
            Published("target", ("result.released",), "target", lambda row: str(row.target.object_id)),
            Published("credit_records", ("credit.collected",), "records", lambda row: str(row.credit_records.count())),
        ),
        joined=("target",),
        beside=_columns,
    ),
    Noun(
        "publication_version",
        "publication.PublicationVersion",
        dict.fromkeys(_PUBLIC, (STANDS,)),
        (Published("content", _PUBLIC, "content", _content),),
        entries=("publication",),
        named=_version,
        identity=lambda row: str(row.entry),
        state=stands,
    ),
    Noun(
        "public_request",
        "publication.PublicRequest",
        {
            "request.received": ("open",),
            "request.answered": ("answered",),
            "objection.sustained": ("sustained",),
            "objection.rejected": ("rejected",),
            "reply.printed": ("printed",),
            "reply.declined": ("declined",),
            "statement.adopted": ("adopted",),
            "statement.rejected": ("not_adopted",),
            "statement.held": ("open",),
        },
        (
            Published("kind", ("request.received",), "kind", lambda row: str(row.kind)),
            Published("words", ("request.received",), "words_sha256", lambda row: _words(row, row.words)),
            Published("answer", _ANSWERS, "answer_sha256", lambda row: _words(row, row.answer)),
        ),
    ),
    Noun(
        "typical_case",
        "publication.TypicalCase",
        {
            "typical_case.proposed": ("proposed",),
            "typical_case.approved": ("shown",),
            "typical_case.returned": ("returned",),
            "typical_case.removed": ("removed",),
        },
        (Published("words", _CASES, "words_sha256", typical_cases.digest),),
    ),
)
