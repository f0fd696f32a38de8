"""What waits for a person in this stage; the inbox merges it with the other stages."""

from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.stages.offers import joining
from onevisit.stages.offers.models import ExtraDepartment, Offer, OfferReply, PartApproval
from onevisit.support.deadlines.models import Deadline
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return offers to answer, send or settle, departments to allow or take in, and parts to fill or approve."""
    return [*_answers(actor), *_initiator(actor), *_extras(actor), *joining.todos(actor), *_parts(actor)]


def _answers(actor: Actor) -> list[Todo]:
    own = actor.department_ids(Role.CLERK)
    if not own:
        return []
    rows = OfferReply.objects.filter(state="pending", offer__state="sent", department_id__in=own)
    return [
        Todo(
            kind=_("要约"),
            sentence=_("应约：%(title)s") % {"title": row.offer.title},
            sender=row.offer.initiator.short_name,
            url=f"/offers/{row.offer_id}",
            verb="offer.accept",
            verb_label=_("应约"),
            subject_id=str(row.pk),
            department_id=row.department_id,
            due_at=row.due_at,
            preview_url=f"/offers/{row.offer_id}/preview",
        )
        for row in rows.select_related("offer__initiator")
    ]


def _initiator(actor: Actor) -> list[Todo]:
    own = actor.department_ids(Role.CLERK)
    if not own:
        return []
    found = []
    rows = Offer.objects.filter(initiator_id__in=own, state__in=("draft", "sent")).prefetch_related("replies")
    for offer in rows.select_related("campaign__organiser"):
        states = {reply.state for reply in offer.replies.all()}
        if offer.state == "draft":
            sentence, verb, label = _("发出要约：%(title)s"), "offer.send", _("发出")
        elif "countered" in states:
            sentence, verb, label = _("答复改期：%(title)s"), "offer.adopt", _("办理")
        elif "pending" not in states:
            sentence, verb, label = _("各部门已答复，可以成约：%(title)s"), "offer.settle", _("成约")
        else:
            continue
        found.append(
            Todo(
                kind=_("要约"),
                sentence=sentence % {"title": offer.title},
                sender=offer.campaign.organiser.short_name,
                url=f"/offers/{offer.pk}",
                verb=verb,
                verb_label=label,
                subject_id=str(offer.pk),
                department_id=offer.initiator_id,
                preview_url=f"/offers/{offer.pk}/preview",
            )
        )
    return found


def _extras(actor: Actor) -> list[Todo]:
    capacity = identity.coordination_capacity(actor, Role.APPROVER)
    if capacity is None:
        return []
    rows = ExtraDepartment.objects.filter(state="pending", offer__state__in=("draft", "sent"))
    return [
        Todo(
            kind=_("审批"),
            sentence=_("审批第 6 个部门 %(name)s：%(title)s")
            % {"name": row.department.short_name, "title": row.offer.title},
            sender=row.offer.initiator.short_name,
            url=f"/offers/{row.offer_id}",
            verb="offer.allow",
            verb_label=_("审批"),
            subject_id=str(row.pk),
            department_id=capacity.department_id,
        )
        for row in rows.select_related("offer__initiator", "department")
    ]


def _parts(actor: Actor) -> list[Todo]:
    clerks, heads = actor.department_ids(Role.CLERK), actor.department_ids(Role.APPROVER)
    rows = list(
        PartApproval.objects.filter(state__in=("draft", "returned"), department_id__in=clerks).select_related(
            "offer__initiator"
        )
    )
    rows += PartApproval.objects.filter(state="submitted", department_id__in=heads).select_related("offer__initiator")
    due = dict(
        Deadline.objects.filter(
            subject_type="part", subject__in=[str(row.pk) for row in rows], closed_at__isnull=True
        ).values_list("subject", "due_at")
    )
    words = {
        "draft": (_("填报行政检查审批表：%(title)s"), "part.submit", _("填报")),
        "returned": (_("审批表被退回：%(title)s"), "part.submit", _("修改")),
        "submitted": (_("审批行政检查审批表：%(title)s"), "part.approve", _("审批")),
    }
    return [
        Todo(
            kind=_("审批表"),
            sentence=words[row.state][0] % {"title": row.offer.title},
            sender=row.offer.initiator.short_name,
            url=f"/offers/parts/{row.pk}",
            verb=words[row.state][1],
            verb_label=words[row.state][2],
            subject_id=str(row.pk),
            department_id=row.department_id,
            due_at=due.get(str(row.pk)),
        )
        for row in rows
    ]
