"""Who may read a notice: the person it was sent to."""

from typing import TYPE_CHECKING

from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity
    from onevisit.support.notices.models import Notice


def _addressee(actor: "Actor", notice: "Notice | None") -> "Capacity | None":
    if notice is not None and notice.officer_id != actor.officer_id:
        return None
    return actor.capacities[0] if actor.capacities else None


POLICIES = (Policy("notice.read", "查看通知", _addressee, "只能由收件人查看。", is_read=True),)
