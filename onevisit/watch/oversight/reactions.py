"""Who is told of an alert: the supervisor when it is raised or explained, the department when it is asked or found."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices
from onevisit.watch.oversight.models import Alert


def tell_supervisor(*, entry_id: str, at: datetime) -> None:
    """Tell the seats of the organ that owns the rule."""
    _tell(entry_id, roles=(Role.SUPERVISOR, Role.COORDINATOR), of_owner=True, at=at)


def tell_department(*, entry_id: str, at: datetime) -> None:
    """Tell the contact persons and the head of the department concerned."""
    _tell(entry_id, roles=(Role.CLERK, Role.APPROVER), of_owner=False, at=at)


def _tell(entry_id: str, *, roles: tuple[Role, ...], of_owner: bool, at: datetime) -> None:
    entry = LedgerEntry.objects.only("subject", "event").get(pk=entry_id)
    alert = Alert.objects.select_related("rule", "department").get(pk=entry.subject)
    words = {
        "alert.raised": _("新预警：%s"),
        "alert.explained": _("部门已说明预警：%s"),
        "alert.asked": _("请说明预警：%s"),
    }
    title = words.get(entry.event, _("预警已定性：%s")) % alert.words
    for role in roles:
        notices.notify_role(
            role=role,
            department_id=alert.rule.owner_id if of_owner else alert.department_id,
            kind="alert",
            title=title,
            body=f"{alert.number}（{alert.department.short_name}）{timezone.localtime(at):%m-%d %H:%M}",
            url=f"/oversight/alerts/{alert.pk}",
            subject_type="alert",
            subject=f"{alert.pk}:{entry.event}",
            at=at,
        )
