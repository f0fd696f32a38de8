"""Reads of one department's part: for its review, for findings and for publication."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from onevisit.stages.visits import checklists, wording
from onevisit.stages.visits.models import Answer, Inspection, Visit
from onevisit.support.attachments.models import Attachment


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One problem as the team recorded it, with the checklist's words."""

    item: str
    title: str
    note: str
    basis: str
    result_type: str
    officer_id: UUID
    found_at: datetime


@dataclass(frozen=True, kw_only=True)
class Dispute:
    """One item on which two officers differ, with both records."""

    title: str
    versions: tuple["AnswerView", ...]


@dataclass(frozen=True, kw_only=True)
class AnswerView:
    """One item of the checklist with what was found, for the reviewer."""

    item: str
    code: str
    title: str
    how: str
    item_class: str
    basis: tuple[tuple[str, bool], ...]
    is_shared: bool
    answer: str = ""
    answer_label: str = ""
    result_type: str = ""
    note: str = ""
    skip_label: str = ""
    is_batch: bool = False
    batch_note: str = ""
    officer: str = ""
    recorded_at: datetime | None = None
    received_at: datetime | None = None
    files: tuple[Attachment, ...] = ()
    missing_count: int = 0
    versions_count: int = 0


def inspection(inspection_id: UUID | str) -> Inspection:
    """Return one part with its department, visit and target.

    Raises:
        Inspection.DoesNotExist: there is none.
    """
    return Inspection.objects.select_related("department", "visit__target", "visit__draw").get(pk=inspection_id)


def lock_inspection(inspection_id: UUID | str) -> Inspection:
    """Return one part under a row lock; the caller holds the transaction."""
    return (
        Inspection.objects.select_for_update(of=("self",))
        .select_related("department", "visit__target", "visit__draw")
        .get(pk=inspection_id)
    )


def inspections_of(visit_id: UUID | str) -> list[Inspection]:
    """Return the parts of a visit by department code."""
    return list(
        Inspection.objects.filter(visit_id=visit_id)
        .select_related("department", "visit__target", "visit__draw", "visit__offer")
        .order_by("department__code")
    )


def waiting_for_review(department_ids: Iterable[UUID]) -> list[Inspection]:
    """Return the parts of some departments that wait for their review, longest waiting first."""
    return list(
        Inspection.objects.filter(department_id__in=list(department_ids), state__in=("submitted", "unable"))
        .select_related("department", "visit__target", "visit__draw")
        .order_by("received_at", "pk")
    )


def problems(inspection_id: UUID | str) -> list[Problem]:
    """Return the problems that a part stands for now; a shared fact belongs to the part that recorded it."""
    part = inspection(inspection_id)
    items = _items(part)
    rows = _current(part).filter(answer="problem", inspection=part)
    return [
        Problem(
            item=row.item,
            title=str(items[row.item]["title"]),
            note=row.note,
            basis="；".join(words for words, is_verified in _bases(items[row.item]) if is_verified),
            result_type=row.result_type,
            officer_id=row.submission.officer_id,
            found_at=row.submission.recorded_at,
        )
        for row in rows
    ]


def answers(inspection_id: UUID | str) -> list[AnswerView]:
    """Return every item of a part in the order of its checklist, shared facts first, each with what was found."""
    part = inspection(inspection_id)
    found = {row.item: row for row in _current(part)}
    files = {row.pk: row for row in Attachment.objects.filter(subject_type="inspection", subject=str(part.pk))}
    counts: dict[str, int] = {}
    for item in part.answers.values_list("item", flat=True):
        counts[item] = counts.get(item, 0) + 1
    return [_view(item, found.get(key), files, counts.get(key, 0)) for key, item in _items(part).items()]


def shared_facts_of(visit: Visit) -> list[AnswerView]:
    """Return the facts that are asked once for the whole visit, each with what was found."""
    rows = Answer.objects.filter(inspection__visit=visit, item__in=checklists.SHARED_IDS, is_current=True)
    found = {row.item: row for row in rows.select_related("submission__officer")}
    return [_view(item, found.get(str(item["id"])), {}, 0) for item in checklists.shared_facts()]


def conflicts_of(visit: Visit) -> list[Dispute]:
    """Return the items of a visit that two officers answered differently and no leader has decided yet."""
    rows = Answer.objects.filter(inspection__visit=visit).select_related("submission__officer", "inspection")
    open_ones = list(rows.filter(is_conflict=True).order_by("item", "version"))
    disputes = []
    for item_id in dict.fromkeys(row.item for row in open_ones):
        mine = [row for row in open_ones if row.item == item_id]
        item = _items(mine[0].inspection)[item_id]
        beside = rows.filter(item=item_id, is_current=True)
        if item_id not in checklists.SHARED_IDS:
            beside = beside.filter(inspection_id=mine[0].inspection_id)
        views = tuple(_view(item, row, {}, 0) for row in [*beside, *mine])
        disputes.append(Dispute(title=str(item["title"]), versions=views))
    return disputes


def _items(part: Inspection) -> dict[str, checklists.Item]:
    return {str(item["id"]): item for item in [*checklists.shared_facts(), *checklists.items_of(part.checklist)]}


def _current(part: Inspection) -> QuerySet[Answer]:
    own = Q(inspection=part) & ~Q(item__in=checklists.SHARED_IDS)
    shared = Q(inspection__visit_id=part.visit_id, item__in=checklists.SHARED_IDS)
    return Answer.objects.filter(own | shared, is_current=True).select_related("submission__officer")


def _bases(item: checklists.Item) -> list[tuple[str, bool]]:
    bases = item["basis"]
    assert isinstance(bases, list)
    return [(str(basis["text"]), basis["state"] == "valid") for basis in bases if isinstance(basis, dict)]


def _view(item: checklists.Item, row: Answer | None, files: dict[UUID, Attachment], versions_count: int) -> AnswerView:
    shown = AnswerView(
        item=str(item["id"]),
        code=str(item["code"]),
        title=str(item["title"]),
        how=str(item["how"]),
        item_class=str(item["item_class"]),
        basis=tuple(_bases(item)),
        is_shared=str(item["id"]) in checklists.SHARED_IDS,
        versions_count=versions_count,
    )
    if row is None:
        return shown
    here = tuple(files[file] for file in row.files if file in files and files[file].completed_at)
    return replace(
        shown,
        answer=row.answer,
        answer_label=wording.ANSWER_LABELS[row.answer],
        result_type=row.result_type,
        note=row.note,
        skip_label=wording.SKIP_LABELS.get(row.skip_reason, ""),
        is_batch=row.is_batch,
        batch_note=row.batch_note,
        officer=row.submission.officer.name,
        recorded_at=row.submission.recorded_at,
        received_at=row.submission.received_at,
        files=here,
        missing_count=len(row.files) - len(here),
    )
