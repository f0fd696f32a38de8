"""What an inspection code (检查码) tells the business: whether it is real, who comes, for what, and why."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from onevisit.stages.draws.moments import latest_opening
from onevisit.stages.draws.pool import given
from onevisit.stages.visits.models import EntryCode, Inspection, Visit
from onevisit.stages.visits.selectors import yearly
from onevisit.support.deadlines import services as deadlines

if TYPE_CHECKING:
    from onevisit.stages.registers.models import Inspector

CAP = "visit_cap.default"
COUNTED_STATES = ("in_progress", "incomplete", "submitted", "closed")


@dataclass(frozen=True)
class Certificate:
    """What stands on an officer's enforcement certificate, to be compared at the door."""

    name: str
    number: str
    issuer: str
    valid_to: date


@dataclass(frozen=True)
class CodePart:
    """One department on a code: its officers, items and the articles they rest on."""

    department: str
    phone: str
    officers: tuple[Certificate, ...]
    notice_number: str
    items: tuple[str, ...]
    basis: tuple[str, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True)
class CodePage:
    """A valid code as its page shows it; `given` says what named the business where no draw did."""

    business: str
    title: str
    valid_from: datetime
    valid_to: datetime
    draw_number: str
    draw_opens_by: datetime | None
    given: str
    visits_this_year: int
    cap: int
    parts: tuple[CodePart, ...]

    @property
    def item_count(self) -> int:
        return sum(len(part.items) for part in self.parts)

    @property
    def papers(self) -> tuple[str, ...]:
        """Return what to prepare, each paper once though several departments ask for it."""
        return tuple(dict.fromkeys(paper for part in self.parts for paper in part.papers))

    @property
    def phone(self) -> str:
        return next((part.phone for part in self.parts if part.phone), "")


def page_of(visit: Visit, *, code: str) -> CodePage:
    """Return what the page of a code says of its visit, also after the visit is over."""
    return _page(EntryCode.objects.select_related("visit__target", "visit__draw").get(visit=visit, code=code))


def valid_code(*, code: str, at: datetime) -> CodePage | None:
    """Return the page of a code that is valid now; an unknown, expired or revoked one is no code at all."""
    found = (
        EntryCode.objects.filter(code=code, valid_from__lte=at, valid_to__gte=at)
        .filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=at))
        .select_related("visit", "visit__target", "visit__draw")
        .first()
    )
    return _page(found) if found else None


def _page(code: EntryCode) -> CodePage:
    visit = code.visit
    inspections = visit.inspections.select_related("department").prefetch_related(
        "members__inspector__officer", "members__inspector"
    )
    return CodePage(
        business=visit.target.full_name,
        title=visit.title,
        valid_from=code.valid_from,
        valid_to=code.valid_to,
        draw_number=visit.draw.number if visit.draw else "",
        draw_opens_by=latest_opening(visit.draw) if visit.draw else None,
        given=given.label_of(visit.draw) if visit.draw else "",
        visits_this_year=yearly.count_with(visit),
        cap=deadlines.amount(CAP, on=timezone.localtime(visit.starts_at).date()),
        parts=tuple(_part(inspection) for inspection in inspections),
    )


def _part(inspection: Inspection) -> CodePart:
    items = inspection.checklist.get("items", [])
    members = [member for member in inspection.members.all() if member.replaced_at is None]
    return CodePart(
        department=inspection.department.name,
        phone=inspection.department.phone,
        officers=tuple(_certificate(member.inspector) for member in members),
        notice_number=inspection.notice_number,
        items=tuple(str(item.get("title", "")) for item in items),
        basis=tuple(dict.fromkeys(_basis(item) for item in items if _basis(item))),
        papers=tuple(dict.fromkeys(paper for item in items for paper in item.get("papers", []))),
    )


def _certificate(inspector: "Inspector") -> Certificate:
    return Certificate(
        name=inspector.officer.name,
        number=inspector.certificate_no,
        issuer=inspector.certificate_issuer,
        valid_to=inspector.certificate_valid_to,
    )


def _basis(item: dict[str, object]) -> str:
    """Return the first valid article of an item, in words."""
    bases = item.get("basis", [])
    assert isinstance(bases, list)
    words = (base.get("text", "") if isinstance(base, dict) else str(base) for base in bases)
    return next((text for text in words if text), "")
