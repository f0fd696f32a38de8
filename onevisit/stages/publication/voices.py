"""Reads of what businesses and the public said: for the desk, for who asked, and what is printed beside a result."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import SUBJECT, PublicRequest, RequestKind, TypicalCase, rule_of
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.deadlines.models import Deadline
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department, OrganKind
from onevisit.support.identity.roles import Role


@dataclass(frozen=True)
class RequestStatus:
    """What who asked reads by the receipt: never the words or the contact, which only the sender knows."""

    receipt: str
    kind: str
    organ: str
    created_at: datetime
    due_at: datetime | None
    state: str
    answer: str
    answered_at: datetime | None


def visible_to(actor: Actor) -> QuerySet[PublicRequest]:
    """Return the requests that the actor may see, with what a page needs."""
    rows = PublicRequest.objects.visible_to(actor)
    return rows.select_related(
        "department", "publication__target", "publication__visit", "visit__target", "draw"
    ).defer(*(f"draw__{name}" for name in ("manifest", "roster", "exclusions", "sources", "receipt")))


def term(request: PublicRequest) -> Deadline | None:
    """Return the running clock of a request."""
    return deadlines.running(subject_type=SUBJECT, subject=request.pk).first()


def status(receipt: str) -> RequestStatus | None:
    """Return what a receipt gives to read."""
    found = PublicRequest.objects.filter(receipt=receipt.strip().upper()).select_related("department").first()
    if found is None:
        return None
    return RequestStatus(
        receipt=found.receipt,
        kind=found.get_kind_display(),
        organ=found.department.name,
        created_at=found.created_at,
        due_at=deadlines.due_at(key=rule_of(found.kind), subject_type=SUBJECT, subject=found.pk),
        state=found.state,
        answer=found.answer,
        answered_at=found.answered_at,
    )


def organs() -> list[Department]:
    """Return the organs that somebody without a code may turn to: those that inspect, and the coordination office."""
    rows = Department.objects.filter(valid_to__isnull=True).order_by("code")
    return [one for one in rows if one.can_inspect or one.kind == OrganKind.COORDINATION_OFFICE]


def doubts_of(number: str) -> tuple[int, int]:
    """Count the complaints about a draw by its number: all, and those that are answered."""
    rows = PublicRequest.objects.filter(draw__number=number)
    return rows.count(), rows.exclude(state="open").count()


def with_voices(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    """Add to publications whether an objection is open, and what their businesses said that is printed."""
    objections = PublicRequest.objects.filter(publication=OuterRef("pk"), kind=RequestKind.OBJECTION, state="open")
    replies = PublicRequest.objects.filter(kind=RequestKind.REPLY, state="printed").order_by("answered_at")
    return rows.annotate(has_objection=Exists(objections)).prefetch_related(
        Prefetch("visit__requests", queryset=replies, to_attr="statements")
    )


def statements_of(*, visit_id: UUID, department_id: UUID | None = None) -> list[PublicRequest]:
    """Return what a visit's business stated in its defence, oldest first; of one department where it is named."""
    rows = PublicRequest.objects.filter(kind=RequestKind.STATEMENT, visit_id=visit_id).select_related("department")
    if department_id is not None:
        rows = rows.filter(department_id=department_id)
    return list(rows.order_by("created_at"))


def shown_cases(*, on: date) -> list[TypicalCase]:
    """Return the typical cases that the public may read: approved, and their result still public."""
    rows = TypicalCase.objects.filter(state="shown", publication__in=Publication.objects.public(on=on))
    rows = rows.exclude(publication__state="withdrawn")
    return list(rows.select_related("department", "publication__target").order_by("-decided_at")[:100])


def case_of(publication: Publication) -> TypicalCase | None:
    """Return the typical case that a publication was made to, in whatever state."""
    return TypicalCase.objects.filter(publication=publication).select_related("department").first()


def objections_of(publication_id: UUID) -> QuerySet[PublicRequest]:
    """Return the objections to one publication, the latest first."""
    rows = PublicRequest.objects.filter(publication_id=publication_id, kind=RequestKind.OBJECTION)
    return rows.select_related("department")


def todos(actor: Actor) -> list[Todo]:
    """Return the open requests that wait for the actor's organ, and the typical cases that wait for its head."""
    organs_of = actor.department_ids(Role.CLERK, Role.APPROVER)
    waiting = PublicRequest.objects.filter(state="open", department_id__in=organs_of).select_related("department")
    found = [
        Todo(
            kind=str(one.get_kind_display()),
            sentence=_("%(kind)s待办理，回执 %(receipt)s") % {"kind": one.get_kind_display(), "receipt": one.receipt},
            sender=_("当事人") if one.is_by_party else _("公众"),
            url=f"/publication/requests/{one.pk}",
            verb="request.see",
            verb_label=_("办理"),
            subject_id=str(one.pk),
            department_id=one.department_id,
            due_at=deadlines.due_at(key=rule_of(one.kind), subject_type=SUBJECT, subject=one.pk),
        )
        for one in waiting
    ]
    return found + _cases(actor)


def _cases(actor: Actor) -> list[Todo]:
    heads = actor.department_ids(Role.APPROVER)
    waiting = TypicalCase.objects.filter(state="proposed", department_id__in=heads).select_related("department")
    return [
        Todo(
            kind=_("典型案例"),
            sentence=_("“%s”待批准刊登") % one.title,
            sender=one.department.short_name,
            url=f"/publication/{one.publication_id}",
            verb="typical_case.approve",
            verb_label=_("审批"),
            subject_id=str(one.pk),
            department_id=one.department_id,
        )
        for one in waiting
    ]
