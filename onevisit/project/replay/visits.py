"""What the entries of a visit fix: its parts, what phones sent, the answers that stand, signatures, badge keys."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from onevisit.core import canonical
from onevisit.project.replay.noun import STANDS, Beside, Noun, Payload, Published, stands, subject, under
from onevisit.stages.visits.selectors.recusals import DECLINED

_MESSAGES = (
    "inspection.entered",
    "inspection.answered",
    "inspection.opinion",
    "inspection.signed",
    "inspection.recused",
    "inspection.unable",
    "inspection.handed_in",
)
_KEPT_APART = ("submission.quarantined", "submission.adopted", "submission.dismissed")
_DECLINED = ("inspection.recusal_declined",)
_REVIEWED = ("inspection.reviewed",)
_ANSWER = ("item_id", "answer", "result_type", "note", "skip_reason")


def _parts(payload: Payload) -> Iterator[str]:
    """Name the parts that an entry speaks of: its subject, or those that a visit's entry lists."""
    if payload["subject_type"] == "inspection":
        yield from subject(payload)
        return
    listed = payload.get("inspections") or ()
    yield from (str(one) for one in listed) if isinstance(listed, list) else ()


def _message_state(row: Any) -> str:
    if not row.is_quarantined:
        return "declined" if row.outcome == DECLINED else "accepted"
    if row.settled_at is None:
        return "quarantined"
    return "dismissed" if row.outcome == "dismissed" else "adopted"


def _body(row: Any) -> str:
    return sha256(canonical.encode(value=row.body)).hexdigest()


def _as_sent(row: Any) -> Beside:
    """Compare an answer with the phone's message that it came from, which its entry fixes."""
    payload = row.submission.body.get("payload", {})
    held = {"item_id": row.item, **{name: getattr(row, name) for name in _ANSWER[1:]}}
    for name in _ANSWER:
        if held[name] != (sent := str(payload.get(name) or "").strip()):
            yield name, sent, str(held[name])


VISITS = (
    Noun(
        "visit",
        "visits.Visit",
        {
            "visit.dispatched": ("dispatched",),
            "visit.entered": ("in_progress", "incomplete"),
            "visit.resumed": ("in_progress", "incomplete"),
            "visit.submitted": ("submitted",),
            "visit.unable": ("unable",),
            # Parts that had begun go on when the rest of a visit is called off.
            "visit.withdrawn": ("withdrawn", "in_progress", "incomplete", "submitted", "closed"),
            "visit.closed": ("closed",),
        },
        (Published("number", ("visit.dispatched",), "number", lambda row: str(row.number)),),
        silent=("visit.swapped", "visit.reminded"),
    ),
    Noun(
        "inspection",
        "visits.Inspection",
        {
            "visit.dispatched": ("dispatched",),
            "visit.withdrawn": ("withdrawn",),
            "inspection.entered": ("in_progress",),
            "inspection.unable": ("unable",),
            "inspection.handed_in": ("incomplete",),
            "inspection.submitted": ("submitted",),
            "inspection.returned": ("returned",),
            "inspection.reviewed": ("reviewed",),
        },
        (
            Published("results", _REVIEWED, "results", lambda row: ",".join(row.result_codes)),
            Published("department", _REVIEWED, "department", lambda row: str(row.department_id)),
            Published(
                "checklist", ("inspection.handed_in",), "checklist_sha256", lambda row: str(row.checklist_sha256)
            ),
            Published("reason", ("inspection.unable",), "reason", lambda row: str(row.unable_reason)),
            Published("objection", ("inspection.opinion",), "has_objection", lambda row: str(row.has_objection)),
        ),
        entries=("visit", "inspection"),
        named=_parts,
        silent=(
            "visit.entered",
            "visit.resumed",
            "visit.submitted",
            "visit.unable",
            "visit.closed",
            "visit.swapped",
            "visit.reminded",
            "inspection.followed_up",
            "inspection.answered",
            "inspection.signed",
            "inspection.party_signed",
            "inspection.recused",
            *_DECLINED,
            *_KEPT_APART,
        ),
    ),
    Noun(
        "submission",
        "visits.Submission",
        {
            **dict.fromkeys(_MESSAGES, ("accepted",)),
            **dict.fromkeys(_DECLINED, ("declined",)),
            "submission.quarantined": ("quarantined",),
            "submission.adopted": ("adopted",),
            "submission.dismissed": ("dismissed",),
        },
        (
            Published(
                "body_sha256", (*_MESSAGES, *_DECLINED, *_KEPT_APART), "body_sha256", lambda row: str(row.body_sha256)
            ),
            Published("body", (*_MESSAGES, *_DECLINED, *_KEPT_APART), "body_sha256", _body),
        ),
        entries=("inspection",),
        named=under("submission"),
        state=_message_state,
    ),
    Noun(
        "answer",
        "visits.Answer",
        {"inspection.answered": (STANDS,)},
        (
            Published("item", ("inspection.answered",), "item", lambda row: str(row.item)),
            Published("version", ("inspection.answered",), "version", lambda row: str(row.version)),
        ),
        entries=("inspection",),
        named=under("submission"),
        identity=lambda row: str(row.submission_id),
        state=stands,
        beside=_as_sent,
        joined=("submission",),
    ),
    Noun(
        "signature",
        "visits.Signature",
        {"inspection.signed": (STANDS,)},
        (
            Published("role", ("inspection.signed",), "role", lambda row: str(row.role)),
            Published("is_refused", ("inspection.signed",), "is_refused", lambda row: str(bool(row.refused_reason))),
        ),
        entries=("inspection",),
        named=under("submission"),
        identity=lambda row: str(row.submission_id),
        state=stands,
    ),
    Noun(
        "party_signature",
        "visits.PartySignature",
        {"inspection.party_signed": (STANDS,)},
        (Published("picture", ("inspection.party_signed",), "picture_sha256", lambda row: str(row.picture.sha256)),),
        entries=("inspection",),
        named=under("subject", "record_sha256"),
        identity=lambda row: f"{row.inspection_id}/{row.record_sha256}",
        state=stands,
        joined=("picture",),
    ),
    Noun(
        "signature_dispute",
        "visits.SignatureDispute",
        {"inspection.signature_disputed": (STANDS,)},
        entries=("inspection",),
        named=under("subject", "words_sha256"),
        identity=lambda row: f"{row.inspection_id}/{sha256(row.words.encode()).hexdigest()}",
        state=stands,
    ),
    Noun(
        "business_key",
        "visits.BusinessKey",
        {"business_key.issued": (STANDS,)},
        state=stands,
    ),
    Noun(
        "badge_key",
        "visits.BadgeKey",
        {"badge_key.registered": (STANDS,)},
        entries=("officer",),
        named=under("subject", "key_id"),
        identity=lambda row: f"{row.officer_id}/{row.key_id}",
        state=stands,
        silent=("post.granted", "post.ended", "account.demo_signed_in", "account.linked", "administrator.appointed"),
    ),
)
