"""What will be public of a visit: put together from all departments' results, masked, and kept up with mending."""

import copy
from dataclasses import dataclass
from datetime import date

from onevisit.stages.findings import selectors as findings
from onevisit.stages.publication import contents
from onevisit.stages.publication.contents import Content
from onevisit.stages.publication.masking import Piece, Spot, mask
from onevisit.stages.registers.lookup import InspectionTarget
from onevisit.stages.visits.selectors import Visit

MASKED_FIELDS = ("words", "basis")


@dataclass(frozen=True)
class Prepared:
    """Content in both forms: as the departments hold it, and as the public will read it.

    `pieces` are the texts in order, cut at their masked spots, each with the department or the problem it belongs to.
    """

    held: Content
    public: Content
    pieces: tuple[tuple[str, tuple[Piece, ...]], ...]

    @property
    def spots(self) -> tuple[Spot, ...]:
        return tuple(piece.spot for _owner, pieces in self.pieces for piece in pieces if piece.spot)

    @property
    def digest(self) -> str:
        return contents.digest(self.public)


def prepare(*, visit: Visit, results: findings.VisitResults) -> Prepared:
    """Put the reviewed results of a visit together and mask what the public may not read."""
    held = _held(visit, results)
    public = copy.deepcopy(held)
    pieces: list[tuple[str, tuple[Piece, ...]]] = []
    count = 0
    for place in contents.texts(public):
        for name in MASKED_FIELDS:
            found = mask(text=str(place[name]), first_number=count + 1)
            place[name] = found.text
            count += len(found.spots)
            pieces.append((str(place.get("department", place.get("number"))), found.pieces))
    return Prepared(held=held, public=public, pieces=tuple(pieces))


def mended(content: Content, *, results: findings.VisitResults) -> Content:
    """Return the content with the present progress of its problems; words stay as they were released."""
    now = {finding.number: finding for part in results.parts for finding in part.findings}
    changed = copy.deepcopy(content)
    for published in (finding for part in contents.parts_of(changed) for finding in contents.findings_of(part)):
        if found := now.get(str(published["number"])):
            published |= {"state": found.state, "due_on": _day(found.due_on), "closed_on": _day(found.closed_on)}
    return changed


def _held(visit: Visit, results: findings.VisitResults) -> Content:
    target = visit.target
    return {
        "visit": visit.number,
        "title": visit.title,
        "draw": visit.draw.number if visit.draw else "",
        "target": {
            "object_id": target.object_id,
            "uscc": target.uscc,
            "name": target.name,
            "region_code": target.region_code,
        },
        **_party(target),
        "parts": [_part(part) for part in results.parts],
    }


def _party(target: InspectionTarget) -> Content:
    """Return the business that a place, a product or conduct belongs to: other systems file the result under it."""
    if target.owner_id is None:
        return {}
    party = target.party
    return {"party": {"object_id": party.object_id, "uscc": party.uscc, "name": party.name}}


def _part(part: findings.PartResult) -> Content:
    return {
        "department": part.department_name,
        "department_id": str(part.department_id),
        "inspected_on": part.inspected_on.isoformat(),
        "codes": list(part.codes),
        "words": part.words,
        "basis": "",
        # What was revoked before anything was public never was a result.
        "findings": [_finding(finding) for finding in part.findings if finding.state != "revoked"],
    }


def _finding(finding: findings.PublicFinding) -> Content:
    return {
        "number": finding.number,
        "words": finding.words,
        "basis": finding.basis,
        "order_number": finding.order_number,
        "due_on": _day(finding.due_on),
        "closed_on": _day(finding.closed_on),
        "state": finding.state,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
