"""Who hears of a letter (抄告): the receiver of a new one, the sender of its answer or return."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.registers.models import Letter
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices

_TITLES = {
    "letter.sent": gettext_lazy("收到抄告，请签收：%(target)s"),
    "letter.answered": gettext_lazy("抄告已反馈：%(target)s"),
    "letter.returned": gettext_lazy("抄告被退回：%(target)s"),
    "letter.reasked": gettext_lazy("抄告须补充反馈：%(target)s"),
    "letter.withdrawn": gettext_lazy("抄告已撤回：%(target)s"),
}
_TO_SENDER = ("letter.answered", "letter.returned")


def tell_letter(*, entry_id: str, at: datetime) -> None:
    """Tell the other end of a letter what has happened to it."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    letter = Letter.objects.select_related("target").get(pk=entry.subject)
    title = str(_TITLES[entry.event]) % {"target": letter.target.name}
    notices.notify_role(
        role=Role.CLERK,
        department_id=letter.sender_id if entry.event in _TO_SENDER else letter.receiver_id,
        kind="letter",
        title=title[:120],
        body=_("编号 %s") % letter.number,
        url=f"/registers/letters/{letter.pk}",
        subject_type="ledger",
        subject=entry_id,
        at=at,
    )
