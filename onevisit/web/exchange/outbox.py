"""Messages about released results to the publicity system and the credit platform: queued, sent, logged, sent again."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.stages.publication.models import Publication
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.web.exchange import events, receivers
from onevisit.web.exchange.lifecycle import MESSAGE
from onevisit.web.exchange.models import DeliveryAttempt, OutboundMessage

KINDS = {
    "credit.collected": "inspection_result",
    "publication.corrected": "inspection_result_corrected",
    "publication.mended": "inspection_result_mended",
    "publication.withdrawn": "inspection_result_withdrawn",
}


def queue(*, entry_id: str, at: datetime) -> None:
    """After a result was collected, corrected, mended or withdrawn: queue one message to each system.

    Running it again queues nothing new: the same body goes to a system once.
    """
    entry = LedgerEntry.objects.get(pk=entry_id)
    released = Publication.objects.select_related("visit", "target").get(pk=entry.subject)
    kind = KINDS[entry.event]
    body = _body(released, kind=kind, entry=entry)
    digest = hashlib.sha256(canonical.encode(value=body)).hexdigest()
    for system in receivers.SYSTEMS:
        message, is_new = OutboundMessage.objects.get_or_create(
            system=system.key,
            subject=str(released.pk),
            body_sha256=digest,
            defaults={"kind": kind, "subject_type": "publication", "body": body, "created_at": at},
        )
        if is_new:
            _defer(message)


@transaction.atomic
def deliver(*, message_id: str, at: datetime) -> None:
    """Try once to deliver a message and write down what came of it: delivered, failed, or refused by the other side."""
    message = OutboundMessage.objects.select_for_update().get(pk=message_id)
    if message.state not in {"queued", "failed"}:
        return
    message.attempts += 1
    try:
        message.receipt = receivers.receiver_of(message.system).send(
            message_id=str(message.pk), kind=message.kind, body=canonical.encode(value=message.body)
        )
    except receivers.NotDelivered as failure:
        _note(message, verb="message.fail", words=str(failure), at=at)
    except receivers.Refused as refusal:
        _note(message, verb="message.refuse", words=str(refusal), at=at)
    else:
        _arrived(message, at=at)


def _arrived(message: OutboundMessage, *, at: datetime) -> None:
    """Write down a receipt of the other side, or, where no system is connected, the file that waits for it."""
    if receivers.is_connected(message.system):
        message.sent_at = at
        _note(message, verb="message.deliver", words=message.receipt, at=at)
        ledger.append(_sent(message), actor=SYSTEM, at=at)
        return
    file, message.receipt = message.receipt, ""
    _note(message, verb="message.file", words=_("系统未接通，已写入待送文件夹：%s") % file, at=at)
    event = events.MessageFiled(
        subject=str(message.pk),
        system=receivers.BY_KEY[message.system].name,
        kind=message.kind,
        body=message.body_sha256,
        related=(f"{message.subject_type}:{message.subject}",),
    )
    ledger.append(event, actor=SYSTEM, at=at)


@transaction.atomic
def resend(*, message: OutboundMessage, actor: Actor, at: datetime) -> OutboundMessage:
    """Put a message that failed or was refused into the queue again."""
    capacity = actor.must("exchange.resend", message)
    held = OutboundMessage.objects.select_for_update().get(pk=message.pk)
    held.state = MESSAGE.next(state=held.state, verb="exchange.resend")
    held.save(update_fields=["state"])
    event = events.MessageResent(
        subject=str(held.pk),
        system=receivers.BY_KEY[held.system].name,
        kind=held.kind,
        related=(f"{held.subject_type}:{held.subject}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    _defer(held)
    return held


def _body(released: Publication, *, kind: str, entry: LedgerEntry) -> dict[str, canonical.Json]:
    is_withdrawn = released.state == "withdrawn"
    return {
        "kind": kind,
        "publication": str(released.pk),
        "ledger_entry": str(entry.pk),
        "content_sha256": released.content_sha256,
        "content": {} if is_withdrawn else released.content,
        "reason": released.withdrawn_reason if is_withdrawn else released.correction_reason,
        "takedown_on": released.takedown_on.isoformat() if released.takedown_on else "",
    }


def _note(message: OutboundMessage, *, verb: str, words: str, at: datetime) -> None:
    message.state = MESSAGE.next(state=message.state, verb=verb)
    message.error = words[:300] if verb in {"message.fail", "message.refuse"} else ""
    message.save(update_fields=["state", "attempts", "receipt", "error", "sent_at"])
    DeliveryAttempt.objects.create(message=message, at=at, is_delivered=verb == "message.deliver", words=words[:300])


def _sent(message: OutboundMessage) -> events.MessageSent:
    return events.MessageSent(
        subject=str(message.pk),
        system=receivers.BY_KEY[message.system].name,
        kind=message.kind,
        body=message.body_sha256,
        receipt=message.receipt,
        related=(f"{message.subject_type}:{message.subject}",),
    )


def _defer(message: OutboundMessage) -> None:
    from onevisit.web.exchange import tasks

    tasks.deliver.defer(message_id=str(message.pk))
