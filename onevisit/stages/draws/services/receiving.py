"""The public keys that shares are sealed to: of each department, and of the escrow outside the organiser."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.stages.draws.keys import share_events
from onevisit.stages.draws.keys.share_models import ReceivingKey
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")


def registered(draw: Draw) -> dict[tuple[str, bool], str]:
    """Return the key that each party registered last, as the ledger holds it, by party and whether it is the escrow."""
    entries = ledger_state.timeline("draw", draw.pk).filter(
        event=share_events.RecipientRegistered.name, subject=str(draw.pk)
    )
    said = [canonical.parse(data=bytes(entry.payload)) for entry in reversed(entries)]
    return {(str(one["party"]), str(one["role"]) == "escrow"): str(one["recipient"]) for one in said}


def must_be_as_registered(draw: Draw) -> None:
    """Refuse receiving keys that are not those which their holders registered last, as the ledger holds them.

    Who could put another key into the table would have every share sealed to himself, and so each department's key.

    Raises:
        DrawRefused: a row holds another one.
    """
    logged = registered(draw)
    for row in ReceivingKey.objects.filter(draw=draw):
        if logged.get((row.party, row.is_escrow)) != row.recipient:
            words = _("%(party)s 的收存公钥与其登记时的留痕不符，可能被调换，不能存放份额。请该单位重新生成收存密钥。")
            raise DrawRefused(message=words % {"party": row.party}, code="recipient_differs")


def receive(
    draw: Draw,
    *,
    party: str,
    recipient: str,
    actor: Actor,
    at: datetime,
    capacity: Capacity,
    is_escrow: bool = False,
) -> ReceivingKey:
    """Store the public key of a party of a locked draw, in place of its former one.

    Raises:
        DrawRefused: it is no public key of the kind that shares are sealed to.
    """
    if not _RECIPIENT.fullmatch(recipient):
        raise DrawRefused(message=_("收存公钥的写法不对，请在本页重新生成。"), field="recipient")
    row, _created = ReceivingKey.objects.update_or_create(
        draw=draw,
        party=party,
        defaults={
            "department_id": capacity.department_id,
            "recipient": recipient,
            "is_escrow": is_escrow,
            "made_at": at,
            "made_by": actor.id,
        },
    )
    event = share_events.RecipientRegistered(
        subject=str(draw.pk),
        draw=draw.number,
        party=party,
        recipient=recipient,
        role="escrow" if is_escrow else "holder",
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row
