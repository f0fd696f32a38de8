"""Who hears of a campaign: the departments asked for remarks, its initiator's head, its organiser."""

import json
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.plans import selectors
from onevisit.stages.plans.models import Campaign, PlanNote
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices


def tell_head(*, entry_id: str, at: datetime) -> None:
    """Tell the initiator's head that a plan waits for approval."""
    campaign = _campaign(entry_id)
    if campaign.state == "submitted":
        _tell(campaign, entry_id, roles=(Role.APPROVER,), title=_("待审批：%s") % campaign.title, page="/review", at=at)


def tell_organiser(*, entry_id: str, at: datetime) -> None:
    """Tell organiser and initiator what the head decided."""
    campaign = _campaign(entry_id)
    words = {"approved": _("方案已批准，可以发要约：%s"), "returned": _("方案被退回：%s")}
    event = LedgerEntry.objects.values_list("event", flat=True).get(pk=entry_id).split(".")[1]
    title = words[event] % campaign.title
    for department_id, role in (
        (campaign.organiser_id, Role.COORDINATOR),
        (campaign.organiser_id, Role.CLERK),
        (campaign.initiator_id, Role.CLERK),
    ):
        notices.notify_role(
            role=role,
            department_id=department_id,
            kind="campaign",
            title=title[:120],
            url=f"/plans/campaigns/{campaign.pk}",
            subject_type="ledger",
            subject=entry_id,
            at=at,
        )


def tell_consulted(*, entry_id: str, at: datetime) -> None:
    """Tell the departments of the cluster that their remarks on a draft are asked for."""
    campaign = _campaign(entry_id)
    cluster = selectors.current_cluster(campaign)
    for row in selectors.departments_of(cluster.pk) if cluster else ():
        if row.department_id != campaign.organiser_id:
            _notify(
                row.department_id, (Role.CLERK,), _("请对方案提出意见：%s") % campaign.title, campaign, entry_id, at
            )


def tell_note(*, entry_id: str, at: datetime) -> None:
    """Tell the organiser of a new remark, and its department how it was answered."""
    campaign = _campaign(entry_id)
    entry = LedgerEntry.objects.get(pk=entry_id)
    note = PlanNote.objects.select_related("department").get(pk=json.loads(bytes(entry.payload))["note"])
    if entry.event == "campaign.annotated":
        title = _("%(organ)s批注了方案：%(title)s") % {"organ": note.department.short_name, "title": campaign.title}
        _notify(campaign.organiser_id, (Role.COORDINATOR, Role.CLERK), title, campaign, entry_id, at)
        return
    title = _("批注%(state)s：%(title)s") % {"state": note.state_now.label, "title": campaign.title}
    _notify(note.department_id, (Role.CLERK,), title, campaign, entry_id, at)


def _notify(
    department_id: UUID, roles: tuple[Role, ...], title: str, campaign: Campaign, entry_id: str, at: datetime
) -> None:
    for role in roles:
        notices.notify_role(
            role=role,
            department_id=department_id,
            kind="campaign",
            title=title[:120],
            url=f"/plans/campaigns/{campaign.pk}/review",
            subject_type="ledger",
            subject=entry_id,
            at=at,
        )


def _campaign(entry_id: str) -> Campaign:
    return Campaign.objects.get(pk=LedgerEntry.objects.get(pk=entry_id).subject)


def _tell(campaign: Campaign, entry_id: str, *, roles: tuple[Role, ...], title: str, page: str, at: datetime) -> None:
    for role in roles:
        notices.notify_role(
            role=role,
            department_id=campaign.initiator_id,
            kind="campaign",
            title=title[:120],
            url=f"/plans/campaigns/{campaign.pk}{page}",
            subject_type="ledger",
            subject=entry_id,
            at=at,
        )
