"""What the party reads on its own phone before it signs: each department's record as far as the server holds it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from onevisit.stages.visits import checklists, wording
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.stages.visits.services import business_keys as dispute
from onevisit.stages.visits.services import signing


@dataclass(frozen=True)
class RecordLine:
    """One item of a record as the party reads it."""

    title: str
    answer: str
    note: str
    is_problem: bool


@dataclass(frozen=True)
class PartToSign:
    """One department's record that the party may sign now, or why not yet."""

    inspection_id: UUID
    department: str
    record_number: str
    lines: tuple[RecordLine, ...]
    left: int
    total: int
    sha256: str
    signed_by: str
    signed_at: datetime | None
    is_open: bool
    may_dispute: bool = False
    disputed_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        return self.is_open and self.left == 0 and not self.signed_by

    @property
    def here(self) -> int:
        return self.total - self.left

    @property
    def problems(self) -> tuple[RecordLine, ...]:
        return tuple(line for line in self.lines if line.is_problem)


def parts_to_sign(visit: Visit) -> list[PartToSign]:
    """Return the record of every department that has entered, as far as the server holds it."""
    parts = visit.inspections.filter(entered_at__isnull=False).select_related("department")
    return [_part_to_sign(part) for part in parts]


def _part_to_sign(part: Inspection) -> PartToSign:
    held = signing.record_held(part)
    signature = signing.current_party_signature(part)
    latest = part.signature_disputes.order_by("-disputed_at").first()
    titles = {str(item["id"]): str(item["title"]) for item in _all_items(part)}
    return PartToSign(
        inspection_id=part.pk,
        department=part.department.name,
        record_number=part.record_number,
        lines=tuple(
            RecordLine(
                title=titles[item],
                answer=wording.ANSWER_LABELS[row.answer],
                note=row.note,
                is_problem=row.answer == "problem",
            )
            for item, row in held.answers.items()
        ),
        left=held.left,
        total=held.total,
        sha256=held.sha256,
        signed_by=signature.name if signature else "",
        signed_at=signature.signed_at if signature else None,
        is_open=part.state in {"in_progress", "returned"},
        may_dispute=dispute.is_signed(part),
        disputed_at=latest.disputed_at if latest else None,
    )


def _all_items(part: Inspection) -> list[checklists.Item]:
    return [*checklists.shared_facts(), *checklists.items_of(part.checklist)]
