"""What this stage does when something happened before it, or in it."""

import json
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.publication import services, statements, voided
from onevisit.stages.publication.models import PUBLIC_STATES, Publication
from onevisit.stages.publication.request_models import PublicRequest, RequestKind
from onevisit.stages.visits import selectors as visits
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices


def prepare_after_review(*, entry_id: str, at: datetime) -> None:
    """After one department's result was reviewed: put together what is there of its visit."""
    inspection = visits.inspection(UUID(_entry(entry_id).subject))
    if not voided.is_of_void_draw(inspection.visit):
        services.prepare(visit_id=inspection.visit_id, actor=SYSTEM, at=at)


def prepare_after_visit(*, entry_id: str, at: datetime) -> None:
    """After the visit was submitted as a whole: start the term of publication."""
    visit_id = UUID(_entry(entry_id).subject)
    if not voided.is_of_void_draw(visits.inspections_of(visit_id)[0].visit):
        services.prepare(visit_id=visit_id, actor=SYSTEM, at=at)


def stop_after_void(*, entry_id: str, at: datetime) -> None:
    """After a draw was given up: nothing found on its visits stands in public as a result of it."""
    voided.stop(draw_id=UUID(_entry(entry_id).subject), actor=SYSTEM, at=at)


def release(*, entry_id: str, at: datetime) -> None:
    """After publication was approved: make it public, unless the business has stated something since."""
    _release(Publication.objects.get(pk=_entry(entry_id).subject), at=at)


def release_after_answer(*, entry_id: str, at: datetime) -> None:
    """After a statement was answered that held a release: make public what was approved before it."""
    asked = PublicRequest.objects.get(pk=_entry(entry_id).subject)
    if asked.visit_id is None:
        return
    for publication in Publication.objects.filter(visit_id=asked.visit_id, state="approved"):
        _release(publication, at=at)


def _release(publication: Publication, *, at: datetime) -> None:
    if publication.state != "approved" or voided.is_of_void_draw(publication.visit):
        return
    if not statements.waits_for(publication):
        services.release(publication=publication, at=at)


def collect(*, entry_id: str, at: datetime) -> None:
    """After results were released: collect the credit record."""
    services.collect(publication=Publication.objects.get(pk=_entry(entry_id).subject), at=at)


def mend(*, entry_id: str, at: datetime) -> None:
    """After a problem was closed or its order revoked: say so on the public pages that show it."""
    number = json.loads(bytes(_entry(entry_id).payload))["number"]
    shown = Publication.objects.filter(
        state__in=PUBLIC_STATES[:2], content__parts__contains=[{"findings": [{"number": number}]}]
    )
    for publication in shown:
        services.mend(publication=publication, finding=number, at=at)


def tell_organ(*, entry_id: str, at: datetime) -> None:
    """After a request came in: tell the organ's head, and its clerk where the clerk may answer."""
    made = PublicRequest.objects.select_related("department").get(pk=_entry(entry_id).subject)
    is_for_the_head = made.kind in {RequestKind.COMPLAINT, RequestKind.STRANGER, RequestKind.STATEMENT}
    for role in (Role.APPROVER,) if is_for_the_head else (Role.APPROVER, Role.CLERK):
        notices.notify_role(
            role=role,
            department_id=made.department_id,
            kind="request",
            title=_("收到%(kind)s，回执 %(receipt)s") % {"kind": made.get_kind_display(), "receipt": made.receipt},
            url=f"/publication/requests/{made.pk}",
            at=at,
            subject_type="public_request",
            subject=made.pk,
        )


def _entry(entry_id: str) -> LedgerEntry:
    return LedgerEntry.objects.get(pk=entry_id)
