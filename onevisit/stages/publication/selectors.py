"""Reads of publication for the desk: lists, what a publication would show, and to-dos."""

from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from onevisit.stages.findings import selectors as findings
from onevisit.stages.publication import drafts, statements, voices
from onevisit.stages.publication.masking import Piece
from onevisit.stages.publication.models import CreditRecord, Publication
from onevisit.stages.publication.public_record import TERM, joined, unexplained
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.deadlines.models import Deadline
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role

__all__ = ["TERM", "unexplained"]


def publication(publication_id: UUID) -> Publication | None:
    """Return one publication with what its pages need."""
    return joined(Publication.objects.filter(pk=publication_id)).first()


def visible_to(actor: Actor, *, at: datetime | None = None) -> QuerySet[Publication]:
    """Return what the actor may see; with `at` each says whether it is late and whether an objection is open."""
    rows = joined(Publication.objects.visible_to(actor))
    if at is None:
        return rows
    late = Deadline.objects.filter(
        rule_version__rule_id=TERM, subject=Cast(OuterRef("pk"), CharField()), closed_at__isnull=True, due_at__lt=at
    )
    return voices.with_voices(rows).annotate(is_late=Exists(late))


def prepared(publication: Publication) -> drafts.Prepared:
    """Return what the departments hold and what the public would read, as it stands now."""
    return drafts.prepare(visit=publication.visit, results=findings.results_of(publication.visit_id))


def due_at(publication: Publication) -> datetime | None:
    """Return when the term of publication ends, None once it is closed."""
    return deadlines.due_at(key=TERM, subject_type="publication", subject=publication.pk)


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what waits for the actor: results of a visit to publish, once all departments' are there."""
    organs = actor.department_ids(Role.APPROVER)
    return [*voices.todos(actor), *_to_publish(organs)]


def _to_publish(organs: set[UUID]) -> list[Todo]:
    if not organs:
        return []
    own = Publication.objects.filter(missing=[], department_ids__overlap=list(organs))
    waiting = joined(own.filter(Q(state="pending") | Q(statements.adopted_since(), state="approved")))
    return [
        Todo(
            kind=_("公示"),
            sentence=_("%(name)s 的检查结果待公示（%(count)s 个部门）")
            % {"name": one.target.name, "count": len(one.department_ids)},
            sender=_("结果审核"),
            url=f"/publication/{one.pk}",
            verb="publication.approve",
            verb_label=_("批准公示"),
            subject_id=str(one.pk),
            due_at=due_at(one),
            is_statutory=True,
        )
        for one in waiting
    ]


def of_visit(visit_id: UUID) -> Publication | None:
    return joined(Publication.objects.filter(visit_id=visit_id)).first()


def credit_of(target_id: UUID) -> QuerySet[CreditRecord]:
    """Return the credit record of a target, newest first."""
    return CreditRecord.objects.filter(target_id=target_id).select_related("department").order_by("-on")


def hidden(publication: Publication, *, number: int) -> Piece | None:
    """Return what one masked spot hides; whoever shows it records the reading first."""
    pieces = (piece for _owner, pieces in prepared(publication).pieces for piece in pieces)
    return next((piece for piece in pieces if piece.spot and piece.spot.number == number), None)
