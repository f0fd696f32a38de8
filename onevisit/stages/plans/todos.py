"""What waits for a person in the plans: to approve, to mend, to answer remarks, to be heard on a draft."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from onevisit.stages.plans.models import Campaign, PlanNote
from onevisit.support.deadlines.models import Deadline
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role


def todos(actor: Actor, _at: datetime) -> list[Todo]:
    """Return what waits for the actor: plans to approve or mend, remarks to answer, drafts to be heard on."""
    return [*_to_approve(actor), *_to_mend(actor), *_to_answer(actor), *_to_be_heard(actor)]


def _to_approve(actor: Actor) -> list[Todo]:
    heads = actor.department_ids(Role.APPROVER)
    if not heads:
        return []
    waiting = Campaign.objects.filter(state="submitted", initiator_id__in=heads).select_related("organiser")
    due = _due_of([plan.pk for plan in waiting])
    return [
        Todo(
            kind=_("审批"),
            sentence=_("审批专项方案 %(title)s") % {"title": plan.title},
            sender=plan.organiser.short_name,
            url=f"/plans/campaigns/{plan.pk}/review",
            verb="campaign.approve",
            verb_label=_("审阅"),
            subject_id=str(plan.pk),
            department_id=plan.initiator_id,
            due_at=due.get(str(plan.pk)),
        )
        for plan in waiting
    ]


def _to_mend(actor: Actor) -> list[Todo]:
    own = actor.department_ids(Role.COORDINATOR, Role.CLERK)
    if not own:
        return []
    returned = Campaign.objects.filter(state="returned", organiser_id__in=own).select_related("initiator")
    return [
        Todo(
            kind=_("专项"),
            sentence=_("方案被退回：%(title)s") % {"title": plan.title},
            sender=plan.initiator.short_name,
            url=f"/plans/campaigns/{plan.pk}",
            verb="campaign.edit",
            verb_label=_("修改"),
            subject_id=str(plan.pk),
            department_id=plan.organiser_id,
        )
        for plan in returned
    ]


def _to_answer(actor: Actor) -> list[Todo]:
    own = actor.department_ids(Role.COORDINATOR, Role.CLERK)
    if not own:
        return []
    plans = Campaign.objects.filter(organiser_id__in=own, state__in=("draft", "returned", "submitted"))
    waiting = PlanNote.objects.filter(campaign__in=plans, state="open").order_by("campaign__created_at", "campaign")
    counts = waiting.values_list("campaign").annotate(Count("pk"))
    by_id = plans.in_bulk([plan_id for plan_id, _count in counts])
    return [
        Todo(
            kind=_("专项"),
            sentence=_("%(n)s 条批注待处理：%(title)s") % {"n": count, "title": by_id[plan_id].title},
            sender=_("集群内部门"),
            url=f"/plans/campaigns/{plan_id}/review",
            verb="plan_note.adopt",
            verb_label=_("处理"),
            subject_id=str(plan_id),
            department_id=by_id[plan_id].organiser_id,
        )
        for plan_id, count in counts
    ]


def _to_be_heard(actor: Actor) -> list[Todo]:
    """Return the drafts on which a department was asked and has said nothing in this version."""
    own = actor.department_ids(Role.CLERK, Role.APPROVER)
    if not own:
        return []
    due = _consulted_until(own)
    plans = Campaign.objects.filter(
        pk__in={plan_id for plan_id, _organ in due}, state__in=("draft", "returned")
    ).select_related("organiser")
    by_id = {str(plan.pk): plan for plan in plans}
    said = set(PlanNote.objects.filter(campaign__in=plans, department_id__in=own).values_list("campaign", "department"))
    return [
        Todo(
            kind=_("专项"),
            sentence=_("请对方案提出批注或答复无意见：%(title)s") % {"title": by_id[plan_id].title},
            sender=by_id[plan_id].organiser.short_name,
            url=f"/plans/campaigns/{plan_id}/review",
            verb="campaign.annotate",
            verb_label=_("审阅"),
            subject_id=plan_id,
            department_id=UUID(organ),
            due_at=due_at,
        )
        for (plan_id, organ), due_at in sorted(due.items(), key=lambda pair: pair[1])
        if plan_id in by_id and (by_id[plan_id].pk, UUID(organ)) not in said
    ]


def _consulted_until(departments: Iterable[UUID]) -> dict[tuple[str, str], datetime]:
    """Return the running terms of consultations by plan and department."""
    rows = Deadline.objects.filter(
        subject_type="campaign_consultation", department_id__in=departments, closed_at__isnull=True
    )
    found = {}
    for subject, due_at in rows.values_list("subject", "due_at"):
        plan_id, organ = subject.split(":")
        found[(plan_id, organ)] = due_at
    return found


def _due_of(ids: Iterable[UUID]) -> dict[str, datetime]:
    running = Deadline.objects.filter(
        subject_type="campaign", subject__in=[str(pk) for pk in ids], closed_at__isnull=True
    )
    return dict(running.values_list("subject", "due_at"))
