"""What each kind of message does to a department's part; the intake has checked who sent it and locked the part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.visits import events, messages
from onevisit.stages.visits.lifecycle import INSPECTION
from onevisit.stages.visits.messages import Message
from onevisit.stages.visits.models import Inspection, Signature, Submission, TeamMember
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.services import answering, badge_keys, following, holding, progress, signing, swapping
from onevisit.support.attachments import selectors as attachments
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import services as ledger

_EARTH_RADIUS_M = 6_371_000
VERBS = {
    "entry": "inspection.enter",
    "unable": "inspection.unable",
    "answer": "inspection.answer",
    "opinion": "inspection.sign",
    "signature": "inspection.sign",
    "recusal": "inspection.recuse",
    "submit": "inspection.submit",
}


@dataclass(frozen=True)
class Context:
    """One message on its way into the record."""

    inspection: Inspection
    submission: Submission
    message: Message
    actor: Actor
    capacity: Capacity
    at: datetime

    @property
    def trace(self) -> dict[str, Any]:
        """Return the fields that every event of a message carries."""
        return {
            "subject": str(self.inspection.pk),
            "department": str(self.inspection.department_id),
            "submission": str(self.submission.pk),
            "body_sha256": self.submission.body_sha256,
            "recorded": self.message.recorded_at.isoformat(),
            "related": (f"visit:{self.inspection.visit_id}",),
        }

    def append(self, event: events.InspectionEvent) -> None:
        ledger.append(event, actor=self.actor, at=self.at, capacity=self.capacity)


def record(context: Context) -> answering.Placed | None:
    """Do what the message says and return where an answer went, None for other kinds.

    Raises:
        VisitRefused: what it says is not possible; the message stays on the phone.
        WrongState: the part is not open for it (any more).
    """
    handlers: dict[str, Callable[[Context], answering.Placed | None]] = {
        "entry": _enter,
        "unable": _unable,
        "answer": _answer,
        "opinion": _opinion,
        "signature": _sign,
        "recusal": _recuse,
        "submit": _hand_in,
    }
    return handlers[context.message.kind](context)


def _enter(context: Context) -> None:
    entry = messages.read_entry(context.message.payload)
    inspection = context.inspection
    _check_swaps(context)
    holding.check_team(inspection)
    _check_officers(context, entry)
    confirmations = badge_keys.check_confirmations(entry.confirmations, at=context.message.recorded_at)
    distance = distance_m(inspection, context.message)
    inspection.state = INSPECTION.next(state=inspection.state, verb="inspection.enter")
    inspection.entered_at = inspection.entered_at or context.message.recorded_at
    inspection.confirmed_by = list(entry.confirmed_by)
    inspection.entry_distance_m, inspection.place_reason = distance, entry.place_reason
    inspection.unable_reason, inspection.confirmations = "", confirmations
    deadlines.close_deadline(key=following.FOLLOW_UP, subject_type="inspection", subject=inspection.pk, at=context.at)
    inspection.save(
        update_fields=[
            "state",
            "entered_at",
            "confirmed_by",
            "confirmations",
            "entry_distance_m",
            "place_reason",
            "unable_reason",
        ]
    )
    visit = inspection.visit
    if entry.code_shown_at and (visit.code_shown_at is None or entry.code_shown_at < visit.code_shown_at):
        visit.code_shown_at = entry.code_shown_at
        visit.save(update_fields=["code_shown_at"])
    context.append(
        events.InspectionEntered(
            **context.trace,
            officers=len(entry.confirmed_by),
            distance_m=-1 if distance is None else distance,
            place_reason=entry.place_reason,
            ways=" ".join(sorted({row.way for row in entry.confirmations})),
        )
    )
    progress.advance(visit_id=inspection.visit_id, at=context.at)


def _check_swaps(context: Context) -> None:
    """Two people have agreed that somebody of the team does not go: nothing begins before the round is drawn."""
    swapping.drop_begun(context.inspection, moment=context.message.recorded_at, at=context.at)
    if swapping.awaits_swap(context.inspection):
        raise VisitRefused(
            code="swapping",
            message=_("本部门有人员正在更换，重新抽出后才能入场。"),
            fix=_("请等新抽中的人员收到任务；内容仍在本机。"),
            status=409,
        )


def _check_officers(context: Context, entry: messages.Entry) -> None:
    """行政处罚法 art. 42: at least two officers with a valid certificate, from the team that was sent (DS-12)."""
    day = timezone.localtime(context.message.recorded_at).date()
    needed = max(2, deadlines.current("visit.minimum_officers", on=day).amount)
    team = TeamMember.objects.filter(
        inspection__visit_id=context.inspection.visit_id,
        replaced_at__isnull=True,
        inspector__officer_id__in=entry.confirmed_by,
    ).select_related("inspector__officer")
    certified = {
        row.inspector.officer_id
        for row in team
        if row.inspector.certificate_valid_from <= day <= row.inspector.certificate_valid_to
    }
    own = {row.inspector.officer_id for row in team if row.inspection_id == context.inspection.pk}
    if len(certified) < needed or not certified & own:
        raise VisitRefused(
            code="entry_two",
            message=_("须有 %s 名以上持证执法人员到场，且为本次派出的人员。") % needed,
            fix=_("请另一名执法人员扫码确认；证件到期的人员不能参加检查。"),
        )


def distance_m(inspection: Inspection, message: Message) -> int | None:
    """Return how far the phone was from the registered place, None when either is unknown."""
    target, place = inspection.visit.target, message.place
    if place is None or target.latitude is None or target.longitude is None:
        return None
    from_latitude, to_latitude = radians(float(place.latitude)), radians(float(target.latitude))
    across = radians(float(target.longitude) - float(place.longitude))
    inner = sin((to_latitude - from_latitude) / 2) ** 2 + cos(from_latitude) * cos(to_latitude) * sin(across / 2) ** 2
    return round(2 * _EARTH_RADIUS_M * asin(sqrt(inner)))


def _unable(context: Context) -> None:
    payload = context.message.payload
    reason = messages.choice(payload, "reason", messages.UNABLE_REASONS)
    inspection = context.inspection
    inspection.state = INSPECTION.next(state=inspection.state, verb="inspection.unable")
    inspection.unable_reason, inspection.unable_note = reason, messages.text(payload, "note")
    inspection.received_at = context.at
    inspection.submitted_at = context.message.recorded_at
    inspection.save(update_fields=["state", "unable_reason", "unable_note", "received_at", "submitted_at"])
    context.append(events.InspectionUnable(**context.trace, reason=reason))
    deadlines.close_deadline(key="inspection.submit", subject_type="inspection", subject=inspection.pk, at=context.at)
    following.await_follow_up(inspection, at=context.at)
    progress.await_review(inspection, at=context.at)
    progress.advance(visit_id=inspection.visit_id, at=context.at)


def _answer(context: Context) -> answering.Placed:
    INSPECTION.next(state=context.inspection.state, verb="inspection.answer")
    given = messages.read_answer(context.message.payload)
    placed = answering.place(
        inspection=context.inspection, submission=context.submission, given=given, actor=context.actor
    )
    context.append(
        events.InspectionAnswered(
            **context.trace, item=given.item_id, version=placed.version, is_conflict=placed.theirs is not None
        )
    )
    return placed


def _opinion(context: Context) -> None:
    inspection = context.inspection
    INSPECTION.next(state=inspection.state, verb="inspection.sign")
    inspection.has_objection = messages.flag(context.message.payload, "has_objection")
    inspection.opinion = messages.text(context.message.payload, "text")
    if inspection.has_objection and not inspection.opinion:
        raise VisitRefused(
            code="opinion", message=_("当事人有异议的，须记下异议内容。"), fix=_("请补记当事人的意见。"), field="text"
        )
    inspection.save(update_fields=["has_objection", "opinion"])
    context.append(events.InspectionOpinion(**context.trace, has_objection=inspection.has_objection))


def _sign(context: Context) -> None:
    INSPECTION.next(state=context.inspection.state, verb="inspection.sign")
    given = messages.read_signature(context.message.payload)
    if bool(given.picture_id) == bool(given.refused_reason):
        raise VisitRefused(
            code="signature",
            message=_("签名须有签字图样；当事人拒绝签名的，请注明原因。"),
            fix=_("请在签字板上签名，或选择“拒签”并写明原因。"),
        )
    Signature.objects.create(
        inspection=context.inspection,
        submission=context.submission,
        role=given.role,
        name=given.name,
        officer_id=_officer_of_team(context, given.officer_id),
        picture_ref=given.picture_id,
        refused_reason=given.refused_reason,
        signed_at=context.message.recorded_at,
    )
    context.append(events.InspectionSigned(**context.trace, role=given.role, is_refused=bool(given.refused_reason)))


def _officer_of_team(context: Context, officer_id: UUID | None) -> UUID | None:
    if officer_id is None:
        return None
    if not TeamMember.objects.filter(
        inspection__visit_id=context.inspection.visit_id, inspector__officer_id=officer_id
    ).exists():
        raise VisitRefused(
            code="not_of_team", message=_("签名人不在本次派出的人员之中。"), fix=_("请由本次派出的人员签名。")
        )
    return officer_id


def _recuse(context: Context) -> None:
    INSPECTION.next(state=context.inspection.state, verb="inspection.recuse")
    if not messages.text(context.message.payload, "text"):
        raise VisitRefused(code="recusal", message=_("请写明申请回避的理由。"), fix=_("请补写理由。"), field="text")
    context.append(events.InspectionRecused(**context.trace))


def _hand_in(context: Context) -> None:
    inspection = context.inspection
    given = messages.read_hand_in(context.message.payload)
    state = INSPECTION.next(state=inspection.state, verb="inspection.submit")
    answering.check_complete(inspection, given)
    _check_signatures(inspection, given)
    inspection.state = state
    inspection.submitted_at = context.message.recorded_at
    inspection.expected_files = _expected(inspection, given)
    inspection.returned_reason = ""
    inspection.save(update_fields=["state", "submitted_at", "expected_files", "returned_reason"])
    context.append(
        events.InspectionHandedIn(
            **context.trace,
            checklist_sha256=given.checklist_sha256,
            problems=given.counts["problem"],
            missing=len(progress.missing_files(inspection)),
        )
    )
    if not progress.complete_if_here(inspection_id=inspection.pk, at=context.at):
        progress.advance(visit_id=inspection.visit_id, at=context.at)


def _expected(inspection: Inspection, given: messages.HandIn) -> list[UUID]:
    """Return every file that belongs to the part: listed at the end, or named by an answer or a signature."""
    # What an officer took back is named by no standing answer; every other photo is in the phone's own list.
    standing = [answer for answer in inspection.answers.all() if answer.is_current or answer.is_conflict]
    named = [file for answer in standing for file in answer.files]
    pictures = [signature.picture_ref for signature in inspection.signatures.all() if signature.picture_ref]
    return list(dict.fromkeys([*given.files, *named, *pictures]))


def _check_signatures(inspection: Inspection, given: messages.HandIn) -> None:
    """The party signs or its refusal is noted, witnessed or recorded (DS-23); two officers sign."""
    signatures = list(inspection.signatures.all())
    party = signing.standing_on_officers_phone(inspection)
    officers = {signature.officer_id for signature in signatures if signature.role == "officer"} - {None}
    on_own_phone = signing.current_party_signature(inspection)
    if not party and on_own_phone is None:
        raise _unsigned(inspection)
    if (
        party
        and on_own_phone is None
        and all(signature.refused_reason for signature in party)
        and not _is_attested(inspection, signatures, given)
    ):
        raise VisitRefused(
            code="signature_missing",
            message=_("当事人拒绝签名的，请注明原因，由见证人签名或者录音录像。"),
            fix=_("请见证人签名，或补录一段录音。"),
        )
    if len(officers) < 2:
        raise VisitRefused(
            code="signature_missing", message=_("须有 2 名执法人员签名。"), fix=_("请另一名执法人员签名。")
        )


def _unsigned(inspection: Inspection) -> VisitRefused:
    if signing.denied_at(inspection):
        return VisitRefused(
            code="signature_denied",
            message=_("当事人已否认此前的签名，在执法人员手机上的签名不再算数。"),
            fix=_("请当事人凭企业口令在自己的手机上签名；不签的，注明原因，由见证人签名或者录音录像。"),
        )
    if inspection.party_signatures.exists() or inspection.signatures.filter(role="party").exists():
        return VisitRefused(
            code="signature_stale",
            message=_("当事人签名后，检查记录又有改动，签名不再对应现在的记录。"),
            fix=_("请当事人看过新的记录后重新签名。"),
        )
    return VisitRefused(
        code="signature_missing",
        message=_("还没有当事人签名。"),
        fix=_("请当事人签名；拒绝签名的，请注明原因，由见证人签名或者录音录像。"),
    )


def _is_attested(inspection: Inspection, signatures: list[Signature], given: messages.HandIn) -> bool:
    """Say whether a refusal to sign was witnessed or recorded; a file not announced yet may be the recording."""
    if any(signature.role == "witness" for signature in signatures):
        return True
    known = {row.pk: row.mime for row in attachments.of_subject("inspection", inspection.pk)}
    recorded = any(mime.startswith(("audio/", "video/")) for mime in known.values())
    return recorded or any(file not in known for file in given.files)
