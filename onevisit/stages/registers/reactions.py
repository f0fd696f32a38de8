"""Who hears of a letter (抄告): the head of its department, then the receiver, the sender of its answer or return."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.registers.models import Letter
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices

_TITLES = {
    "letter.drafted": gettext_lazy("抄告待审核：%(target)s"),
    "letter.redrafted": gettext_lazy("抄告已修改，待审核：%(target)s"),
    "letter.sent_back": gettext_lazy("抄告被退回修改：%(target)s"),
    "letter.sent": gettext_lazy("收到抄告，请签收：%(target)s"),
    "letter.answered": gettext_lazy("抄告已反馈：%(target)s"),
    "letter.returned": gettext_lazy("抄告被退回：%(target)s"),
    "letter.reasked": gettext_lazy("抄告须补充反馈：%(target)s"),
    "letter.withdrawn": gettext_lazy("抄告已撤回：%(target)s"),
}
_TO_SENDER = ("letter.answered", "letter.returned", "letter.sent_back")
_TO_HEAD = ("letter.drafted", "letter.redrafted")


def tell_letter(*, entry_id: str, at: datetime) -> None:
    """Tell who has to act on a letter what has happened to it; what never went out is told to nobody outside."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    letter = Letter.objects.select_related("target").get(pk=entry.subject)
    if entry.event == "letter.withdrawn" and letter.sent_at is None:
        return
    is_at_home = entry.event in _TO_SENDER or entry.event in _TO_HEAD
    title = str(_TITLES[entry.event]) % {"target": letter.target.name}
    notices.notify_role(
        role=Role.APPROVER if entry.event in _TO_HEAD else Role.CLERK,
        department_id=letter.sender_id if is_at_home else letter.receiver_id,
        kind="letter",
        title=title[:120],
        body=_("编号 %s") % letter.number,
        url=f"/registers/letters/{letter.pk}",
        subject_type="ledger",
        subject=entry_id,
        at=at,
    )
