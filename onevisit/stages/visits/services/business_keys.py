"""Issuing the own keys of businesses, and a business's word that a signature is not its own."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from onevisit.stages.registers import selectors as registers
from onevisit.stages.visits import business_keys, events
from onevisit.stages.visits.business_keys import Letter
from onevisit.stages.visits.lifecycle import INSPECTION
from onevisit.stages.visits.models import BusinessKey, EntryCode, Inspection, SignatureDispute
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.attachments.services import receipt_number
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

MOST_LETTERS = 50
LEAST_WORDS, MOST_WORDS = 6, 400


@transaction.atomic
def issue_business_keys(*, target_ids: Sequence[UUID], actor: Actor, at: datetime) -> list[Letter]:
    """Make a new key for each business and end its former one; the letters carry the keys, nothing else does.

    Raises:
        VisitRefused: no business was chosen, too many, or one that is not there.
    """
    capacity = actor.must("business_key.issue")
    wanted = sorted(set(target_ids))
    if not 1 <= len(wanted) <= MOST_LETTERS:
        raise VisitRefused(code="count", message=_("请选择 1 至 %s 户。") % MOST_LETTERS, field="target")
    targets = list(registers.targets().select_for_update().filter(pk__in=wanted).order_by("name", "pk"))
    if len(targets) != len(wanted):
        raise VisitRefused(code="not_found", message=_("没有找到所选的检查对象，请重新选择。"), field="target")
    letters = []
    for target in targets:
        # A key that was once issued for one of its places ends with it.
        former = BusinessKey.objects.filter(Q(target=target) | Q(target__owner=target), revoked_at__isnull=True)
        former.update(revoked_at=at)
        letters.append(Letter(target=target, key=business_keys.make(), issued_at=at))
        made = BusinessKey.objects.create(
            target=target, sha256=business_keys.digest(letters[-1].key), issued_at=at, issued_by=actor.id
        )
        event = events.BusinessKeyIssued(subject=str(made.pk), related=(f"target:{target.pk}",))
        ledger.append(event, actor=actor, at=at, capacity=capacity)
    return letters


@transaction.atomic
def dispute_signature(
    *, code_id: UUID, inspection_id: UUID, key_id: UUID | None, words: str, at: datetime
) -> SignatureDispute:
    """Take the business's word that a signature in its name is not its own; what was signed before counts no more.

    Raises:
        VisitRefused: too few words, or nothing was signed. MayNot: not the business's own key.
        WrongState: nothing was recorded in the part yet.
    """
    code = EntryCode.objects.select_related("visit").get(pk=code_id)
    actor = business_keys.holder(key_id)
    capacity = actor.must("inspection.dispute_signature", code)
    key = business_keys.must_hold(key_id=key_id, visit_id=code.visit_id)
    part = Inspection.objects.select_for_update().filter(pk=inspection_id, visit_id=code.visit_id).first()
    if part is None:
        raise VisitRefused(code="not_found", message=_("没有找到这份检查记录。"), status=404)
    INSPECTION.next(state=part.state, verb="inspection.dispute_signature")
    said = words.strip()
    if not LEAST_WORDS <= len(said) <= MOST_WORDS:
        message = _("请写明情况，%(least)s 至 %(most)s 个字。") % {"least": LEAST_WORDS, "most": MOST_WORDS}
        raise VisitRefused(code="words", message=message, field="words")
    if not is_signed(part):
        raise VisitRefused(code="not_signed", message=_("这份检查记录还没有当事人签名。"), status=409)
    digest = hashlib.sha256(said.encode()).hexdigest()
    made = SignatureDispute.objects.create(
        inspection=part,
        key=key,
        words=said,
        disputed_at=at,
        receipt=receipt_number(str(part.pk), digest, at.isoformat()),
    )
    event = events.SignatureDisputed(
        subject=str(part.pk),
        department=str(part.department_id),
        words_sha256=digest,
        related=(f"visit:{part.visit_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


def is_signed(part: Inspection) -> bool:
    """Say whether the part carries a signature in the party's name that is not disputed yet."""
    latest = part.signature_disputes.order_by("-disputed_at").first()
    own = part.party_signatures.all()
    on_officers_phone = part.signatures.filter(role="party", refused_reason="")
    if latest is not None:
        own = own.filter(signed_at__gt=latest.disputed_at)
        on_officers_phone = on_officers_phone.filter(signed_at__gt=latest.disputed_at)
    return own.exists() or on_officers_phone.exists()
