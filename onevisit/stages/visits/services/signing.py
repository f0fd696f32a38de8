"""The inspected party signs on its own phone, reached by the inspection code: what the server holds, and only that."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.stages.visits import checklists, events
from onevisit.stages.visits.lifecycle import INSPECTION
from onevisit.stages.visits.models import Answer, EntryCode, Inspection, PartySignature, Signature, Submission
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.attachments import services as attachments
from onevisit.support.attachments.models import Attachment, AttachmentSource
from onevisit.support.attachments.services import receipt_number
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

PNG = b"\x89PNG\r\n\x1a\n"
LARGEST_PICTURE = 400 * 1024
LONGEST_NAME = 60


@dataclass(frozen=True)
class RecordHeld:
    """What the server holds of one part: its answers, how many are still to come, and the digest of them all."""

    answers: dict[str, Answer]
    total: int
    sha256: str

    @property
    def left(self) -> int:
        return self.total - len(self.answers)


def record_held(inspection: Inspection) -> RecordHeld:
    """Return the record of a part as it stands, shared facts included."""
    wanted = [str(item["id"]) for item in [*checklists.shared_facts(), *checklists.items_of(inspection.checklist)]]
    rows = Answer.objects.filter(inspection__visit_id=inspection.visit_id, is_current=True, item__in=wanted)
    found = {row.item: row for row in rows if row.inspection_id == inspection.pk or row.item in checklists.SHARED_IDS}
    content = [
        [item, found[item].answer, found[item].result_type, found[item].skip_reason, found[item].note]
        for item in wanted
        if item in found
    ]
    digest = hashlib.sha256(canonical.encode(value=content)).hexdigest()
    return RecordHeld(answers={item: found[item] for item in wanted if item in found}, total=len(wanted), sha256=digest)


def current_party_signature(inspection: Inspection) -> PartySignature | None:
    """Return the party's own signature, if what it signed is still what the record says."""
    if not inspection.party_signatures.exists():
        return None
    held = record_held(inspection)
    found = inspection.party_signatures.filter(record_sha256=held.sha256)
    if denied := denied_at(inspection):
        found = found.filter(signed_at__gt=denied)
    return found.order_by("-signed_at").first()


def denied_at(inspection: Inspection) -> datetime | None:
    """Return when the business last denied a signature in its name on this part."""
    latest = inspection.signature_disputes.order_by("-disputed_at").first()
    return latest.disputed_at if latest else None


def standing_on_officers_phone(inspection: Inspection) -> list[Signature]:
    """Return the party's signatures and refusals from the officers' phones that stand for the record as it is.

    After a denial no signature on an officer's phone proves anything, whenever it says it was given: the party signs
    by its own key, or its refusal is noted anew. A signature given before an answer was corrected stands for another
    record.
    """
    rows = inspection.signatures.filter(role="party").select_related("submission").order_by("signed_at")
    if denied := denied_at(inspection):
        return list(rows.exclude(refused_reason="").filter(submission__received_at__gt=denied))
    answers = list(inspection.answers.select_related("submission").order_by("version"))
    return [row for row in rows if row.refused_reason or not _is_changed_after(row, answers)]


def _is_changed_after(signature: Signature, answers: list[Answer]) -> bool:
    before = {
        answer.item: answer
        for answer in answers
        if not answer.is_conflict and not _is_later(answer.submission, signature.submission)
    }
    later = [answer for answer in answers if answer.is_current and _is_later(answer.submission, signature.submission)]
    return any(answer.item not in before or _said(answer) != _said(before[answer.item]) for answer in later)


def _is_later(first: Submission, second: Submission) -> bool:
    """Say whether one message was written after another; one phone counts, two phones only have their clocks."""
    if first.device == second.device:
        return first.sequence > second.sequence
    return first.recorded_at > second.recorded_at


def _said(answer: Answer) -> tuple[str, str, str, str]:
    return answer.answer, answer.result_type, answer.skip_reason, answer.note


@transaction.atomic
def sign_as_party(
    *, code_id: UUID, signed: dict[UUID, str], name: str, picture: bytes, actor: Actor, at: datetime
) -> list[PartySignature]:
    """Take the party's signature for the parts it read; `signed` names each part with the digest it was shown.

    Who acts holds the business's own key (`business_keys.holder`): the code alone is known to the officers too.

    Raises:
        VisitRefused: no name, no picture, nothing to sign, or the record changed meanwhile.
        WrongState: a part is not open.
    """
    code = EntryCode.objects.get(pk=code_id)
    capacity = actor.must("inspection.sign_as_party", code)
    _check(name=name, picture=picture, signed=signed)
    parts = Inspection.objects.select_for_update().filter(visit_id=code.visit_id, pk__in=signed).order_by("pk")
    made = []
    for part in parts:
        INSPECTION.next(state=part.state, verb="inspection.sign_as_party")
        if current_party_signature(part) is not None:
            raise VisitRefused(
                code="signed", message=_("这份检查记录当事人已签名，不能重签。记录有变动的，可再签。"), status=409
            )
        held = record_held(part)
        if held.left or held.sha256 != signed[part.pk]:
            raise VisitRefused(
                code="record_changed",
                message=_("您打开此页后，检查记录有变动，尚未签名。"),
                fix=_("请看过新的记录后再签名。"),
                status=409,
            )
        made.append(_sign(part, code, name=name, picture=picture, sha256=held.sha256, actor=actor, at=at))
        event = events.PartySigned(
            subject=str(part.pk),
            department=str(part.department_id),
            record_sha256=held.sha256,
            picture_sha256=made[-1].picture.sha256,
            related=(f"visit:{part.visit_id}",),
        )
        ledger.append(event, actor=actor, at=at, capacity=capacity)
    if len(made) != len(signed):
        raise VisitRefused(code="not_found", message=_("没有找到要签名的检查记录。"), status=404)
    return made


def _sign(
    part: Inspection, code: EntryCode, *, name: str, picture: bytes, sha256: str, actor: Actor, at: datetime
) -> PartySignature:
    kept: Attachment = attachments.store(
        content=picture,
        subject_type="inspection",
        subject=part.pk,
        mime="image/png",
        title=_("当事人手机签名"),
        actor=actor,
        at=at,
        source=AttachmentSource.SIGNATURE,
    )
    return PartySignature.objects.create(
        inspection=part,
        code=code,
        name=name.strip(),
        picture=kept,
        record_sha256=sha256,
        signed_at=at,
        receipt=receipt_number(str(part.pk), sha256, kept.sha256),
    )


def _check(*, name: str, picture: bytes, signed: dict[UUID, str]) -> None:
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise VisitRefused(code="name", message=_("请填写签名人姓名，60 字以内。"), field="name")
    if not signed:
        raise VisitRefused(code="nothing_to_sign", message=_("现在没有等待签名的检查记录。"), status=409)
    if not picture.startswith(PNG) or len(picture) > LARGEST_PICTURE:
        raise VisitRefused(code="picture", message=_("没有收到签名，请在框内签名后再提交。"), field="picture")
