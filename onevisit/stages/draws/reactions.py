"""What this stage does when a draw becomes public, changes, or is given up."""

import json
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.draws import fairness
from onevisit.stages.draws.keys import escrows
from onevisit.stages.draws.models import Swap
from onevisit.stages.draws.policies import ESCROWS
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices


def count_fairness(*, entry_id: str, at: datetime) -> None:
    """After a receipt became public or grew: count it, and write the report of all draws anew."""
    fairness.refresh(at=at)


def tell_escrow(*, entry_id: str, at: datetime) -> None:
    """Tell those who check shares that their term runs out: they are neither contact persons nor the organ's head."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    content = json.loads(bytes(entry.payload))
    if content["rule"] != escrows.RULE:
        return
    is_late = content["percent"] >= 100
    for role in ESCROWS:
        notices.notify_role(
            role=role,
            department_id=UUID(content["department"]),
            kind="deadline",
            title=(_("逾期：%(matter)s") if is_late else _("期限提醒：%(matter)s")) % content,
            body=_("逾期仍未核对的，由顺位在后的执法监督单位接任托管。"),
            url=content["url"],
            subject_type=entry.subject_type,
            subject=f"{entry.subject}:{content['percent']}:escrow",
            at=at,
        )


def tell_swap_refused(*, entry_id: str, at: datetime) -> None:
    """Tell the department that asked that its officer goes after all, and why: nobody else is drawn."""
    content = json.loads(bytes(LedgerEntry.objects.only("payload").get(pk=entry_id).payload))
    swap = Swap.objects.only("department_id", "draw_id", "refused_words").get(pk=content["swap"])
    for role in (Role.CLERK, Role.APPROVER):
        notices.notify_role(
            role=role,
            department_id=swap.department_id,
            kind="draw",
            title=_("不换人：%s") % swap.refused_words,
            body=_("原人员仍须前往；不能检查的如实记为“未能检查”。"),
            url=f"/draws/{swap.draw_id}/replacements",
            subject_type="draw",
            subject=f"{swap.pk}:{entry_id}",
            at=at,
        )
