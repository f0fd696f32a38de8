"""From any number to the records of one inspection: campaign, offer, draw, visits, results, publication."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Model, Q

from onevisit.stages.draws.models import Draw
from onevisit.stages.findings.models import CorrectionOrder, Finding
from onevisit.stages.offers.models import Offer, PartApproval
from onevisit.stages.plans.models import Campaign
from onevisit.stages.publication.models import Publication
from onevisit.stages.visits.models import Inspection, Visit


@dataclass(frozen=True)
class Chain:
    """The records from the plan to the public result; a reference to a stage before the visit gives no visit."""

    campaign: Campaign | None = None
    offer: Offer | None = None
    draw: Draw | None = None
    visit: Visit | None = None
    parts: tuple[PartApproval, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    findings: tuple[Finding, ...] = ()
    publications: tuple[Publication, ...] = field(default=())

    @property
    def root(self) -> Model:
        """Return the record that stands for the whole: the visit, else the latest stage that there is."""
        found = self.visit or self.draw or self.offer or self.campaign
        assert found is not None, "chain_of returns no empty chain"
        return found

    def department_ids(self) -> set[UUID]:
        """Return the departments that took part."""
        found = {part.department_id for part in self.parts} | {part.department_id for part in self.inspections}
        return found | ({self.campaign.initiator_id, self.campaign.organiser_id} if self.campaign else set())

    def subjects(self) -> list[tuple[str, list[tuple[str, object]]]]:
        """Return the stages in the order of the life with the ledger subjects of each."""
        return [
            ("plans", _keys("campaign", [self.campaign])),
            ("offers", [*_keys("offer", [self.offer]), *_keys("part", self.parts)]),
            ("draws", _keys("draw", [self.draw])),
            ("visits", [*_keys("visit", [self.visit]), *_keys("inspection", self.inspections)]),
            ("findings", _keys("finding", self.findings)),
            ("publication", _keys("publication", self.publications)),
        ]


def _keys(noun: str, records: Iterable[Model | None]) -> list[tuple[str, object]]:
    return [(noun, record.pk) for record in records if record is not None]


def _uuid(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None


def _visit(reference: str) -> Visit | None:
    """Find a visit by its own number or by that of a notice, a problem, an order, a publication."""
    found = (
        Q(number=reference)
        | Q(inspections__notice_number=reference)
        | Q(inspections__findings__number=reference)
        | Q(inspections__findings__order__document_number=reference)
    )
    if key := _uuid(reference):
        found = Q(pk=key) | Q(inspections__pk=key) | Q(inspections__findings__pk=key) | Q(publication__pk=key)
    return Visit.objects.filter(found).select_related("target", "draw", "offer").first()


def _draw(reference: str) -> Draw | None:
    key = _uuid(reference)
    return Draw.objects.filter(Q(pk=key) if key else Q(number=reference)).select_related("offer").first()


def _offer(reference: str) -> Offer | None:
    key = _uuid(reference)
    found = Q(pk=key) | Q(parts__pk=key) if key else Q(number=reference) | Q(parts__document_number=reference)
    return Offer.objects.filter(found).select_related("campaign", "initiator").first()


def _campaign(reference: str) -> Campaign | None:
    key = _uuid(reference)
    return Campaign.objects.filter(Q(pk=key) if key else Q(number=reference)).first()


def chain_of(reference: str) -> Chain | None:
    """Return the chain that a number or id belongs to, None if it belongs to none."""
    words = reference.strip()
    if not words:
        return None
    visit = _visit(words)
    draw = visit.draw if visit else _draw(words)
    offer = (visit.offer if visit else None) or (draw.offer if draw else None) or _offer(words)
    campaign = offer.campaign if offer else _campaign(words)
    if campaign is not None and offer is None:
        offer = campaign.offers.exclude(state="withdrawn").order_by("-created_at").first()
    if campaign is None and visit is None and draw is None:
        return None
    return Chain(
        campaign=campaign,
        offer=offer,
        draw=draw or (offer.draws.order_by("-created_at").first() if offer else None),
        visit=visit,
        parts=tuple(offer.parts.select_related("department")) if offer else (),
        inspections=tuple(_inspections(visit)),
        findings=tuple(Finding.objects.filter(inspection__visit=visit).select_related("order")) if visit else (),
        publications=tuple(Publication.objects.filter(visit=visit)) if visit else (),
    )


def _inspections(visit: Visit | None) -> list[Inspection]:
    if visit is None:
        return []
    return list(visit.inspections.select_related("department").prefetch_related("members__inspector__officer"))


def orders_of(chain: Chain) -> list[CorrectionOrder]:
    """Return the orders to correct on the chain."""
    return [finding.order for finding in chain.findings if hasattr(finding, "order")]
