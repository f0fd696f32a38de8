"""Requests for recusal that wait for the head's decision, and how each officer's own stands."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from onevisit.stages.visits.models import Submission, TeamMember
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role

LIVE = ("dispatched", "in_progress")
DECLINED = "declined"


def open_recusals(actor: Actor) -> QuerySet[Submission]:
    """Return the requests of officers who still stand in a team of the head's department."""
    standing = TeamMember.objects.filter(
        inspection_id=OuterRef("inspection_id"), inspector__officer_id=OuterRef("officer_id"), replaced_at__isnull=True
    )
    return (
        Submission.objects.filter(
            Exists(standing),
            kind="recusal",
            is_quarantined=False,
            settled_at__isnull=True,
            inspection__state__in=LIVE,
            inspection__department_id__in=actor.department_ids(Role.APPROVER),
        )
        .select_related("inspection__visit", "officer")
        .order_by("received_at")
    )


def recusal_of(member: TeamMember) -> Submission | None:
    """Return the latest request of one officer for one part; it is settled once the head has declined it."""
    asked = Submission.objects.filter(
        inspection_id=member.inspection_id,
        officer_id=member.inspector.officer_id,
        kind="recusal",
        is_quarantined=False,
    )
    return asked.order_by("-received_at").first()


def todos(actor: Actor) -> list[Todo]:
    """Return what the head must decide; the officer's work does not wait for it (行政处罚法 art. 43)."""
    return [
        Todo(
            kind=_("回避"),
            sentence=_("%s 申请回避，请决定：换人或者不准") % row.officer.name,
            sender=row.inspection.visit.title,
            url=f"/visits/{row.inspection.visit_id}#recusals",
            verb="inspection.decline_recusal",
            verb_label=_("决定"),
            subject_id=str(row.pk),
            department_id=row.inspection.department_id,
            due_at=row.inspection.visit.starts_at,
        )
        for row in open_recusals(actor)
    ]
