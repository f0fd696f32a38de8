"""Each department's own 行政检查审批表: filled by its clerk, approved by its own head before any inspection (AI-07)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.offers import events
from onevisit.stages.offers.lifecycle import PART
from onevisit.stages.offers.models import PartApproval
from onevisit.stages.offers.refusals import OfferRefused, words_of
from onevisit.stages.offers.services.offers import PART_RULE
from onevisit.stages.plans import selectors as plans
from onevisit.stages.registers import availability
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

METHODS = {
    "on_site": gettext_lazy("现场检查"),
    "documents": gettext_lazy("书面核查"),
    "online": gettext_lazy("网络监测"),
}
MIN_INSPECTORS = 2


@transaction.atomic
def submit_part(
    *,
    part: PartApproval,
    item_ids: Sequence[UUID],
    inspector_ids: Sequence[UUID],
    method: str,
    opinion: str,
    actor: Actor,
    at: datetime,
    assistants_count: int = 0,
) -> PartApproval:
    """Hand in the department's items, nominated inspectors and method.

    Raises:
        OfferRefused: an item or inspector of somebody else, fewer than two inspectors, an invalid certificate.
    """
    capacity = actor.must("part.submit", part)
    held = _locked(part)
    held.state = PART.next(state=held.state, verb="part.submit")
    held.item_ids = _items(held, item_ids)
    held.inspector_ids = _inspectors(held, inspector_ids)
    if method not in METHODS:
        raise OfferRefused(message=_("请选择检查方式。"), field="method")
    held.method = method
    held.opinion = words_of(opinion, message=_("请填写承办意见。"), field="opinion")[:400]
    held.assistants_count = assistants_count
    held.submitted_at, held.submitted_by = at, actor.id
    held.save(
        update_fields=[
            "state",
            "item_ids",
            "inspector_ids",
            "method",
            "opinion",
            "assistants_count",
            "submitted_at",
            "submitted_by",
        ]
    )
    event = events.PartSubmitted(
        **_named(held), items=len(held.item_ids), inspectors=len(held.inspector_ids), method=method
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def recall_part(*, part: PartApproval, actor: Actor, at: datetime) -> PartApproval:
    """Take the form back before it is decided."""
    capacity = actor.must("part.recall", part)
    held = _locked(part)
    held.state = PART.next(state=held.state, verb="part.recall")
    held.save(update_fields=["state"])
    ledger.append(events.PartRecalled(**_named(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def approve_part(*, part: PartApproval, decision: str, actor: Actor, at: datetime) -> PartApproval:
    """Approve the department's own part; the form gets its number under the department's own heading."""
    capacity = actor.must("part.approve", part)
    held = _locked(part)
    held.state = PART.next(state=held.state, verb="part.approve")
    if held.submitted_by == actor.id:
        raise OfferRefused(message=_("填报人与审批人不能是同一人。"), code="same_person")
    _inspectors(held, held.inspector_ids)
    held.decision = decision.strip()[:400] or _("同意")
    held.decided_at, held.decided_by = at, actor.id
    held.document_number = _next_document_number(held, year=at.year)
    held.save(update_fields=["state", "decision", "decided_at", "decided_by", "document_number"])
    deadlines.close_deadline(key=PART_RULE, subject_type="part", subject=held.pk, at=at)
    event = events.PartApproved(**_named(held), document_number=held.document_number)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def return_part(*, part: PartApproval, decision: str, actor: Actor, at: datetime) -> PartApproval:
    """Return the form to the clerk with a reason; the term runs on."""
    capacity = actor.must("part.return", part)
    held = _locked(part)
    held.state = PART.next(state=held.state, verb="part.return")
    held.decision = words_of(decision, message=_("请写明退回意见。"), field="decision")[:400]
    held.decided_at, held.decided_by = at, actor.id
    held.save(update_fields=["state", "decision", "decided_at", "decided_by"])
    event = events.PartReturned(**_named(held), reason=held.decision)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def _locked(part: PartApproval) -> PartApproval:
    return PartApproval.objects.select_for_update(of=("self",)).select_related("offer", "department").get(pk=part.pk)


def _items(part: PartApproval, given: Sequence[UUID]) -> list[UUID]:
    own = {item.item_id for item in plans.items_of(part.offer.cluster_id, department_id=part.department_id)}
    chosen = list(dict.fromkeys(given))
    if strange := [item_id for item_id in chosen if item_id not in own]:
        raise OfferRefused(
            message=_("有 %(n)s 项不是本部门在本集群内的事项。") % {"n": len(strange)}, field="item_ids", code="not_own"
        )
    if not chosen:
        raise OfferRefused(message=_("请至少选择 1 项检查事项。"), field="item_ids", code="missing")
    return chosen


def _inspectors(part: PartApproval, given: Sequence[UUID]) -> list[UUID]:
    offer = part.offer
    known = {
        nominee.id: nominee
        for nominee in availability.nominees(
            department_ids=[part.department_id], starts_on=offer.starts_on, ends_on=offer.ends_on
        )
    }
    chosen = list(dict.fromkeys(given))
    for inspector_id in chosen:
        nominee = known.get(inspector_id)
        if nominee is None:
            raise OfferRefused(message=_("只能提名本部门的执法人员。"), field="inspector_ids", code="not_own")
        if nominee.barred:
            raise OfferRefused(message=nominee.barred, field="inspector_ids", code="cert.expired")
    if len(chosen) < MIN_INSPECTORS:
        raise OfferRefused(
            message=_("请提名 2 名以上持证执法人员入库，现有 %(n)s 名。") % {"n": len(chosen)},
            field="inspector_ids",
            code="too_few",
        )
    return chosen


def _next_document_number(part: PartApproval, *, year: int) -> str:
    prefix = part.department.document_prefix or part.department.short_name
    number = identity.next_number(series=f"part-{part.department.code}-{year}")
    return f"{prefix}检审〔{year}〕{number}号"


def _named(part: PartApproval) -> dict[str, Any]:
    return {
        "subject": str(part.pk),
        "department": part.department.short_name,
        "offer": part.offer.number,
        "related": (f"offer:{part.offer_id}", f"department:{part.department_id}"),
    }
