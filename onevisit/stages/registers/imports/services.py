"""The writes of an import: upload, try (dry run), mend in place, confirm (all rows or none), cancel."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db import connection, transaction
from django.utils.translation import gettext as _

from onevisit.stages.registers import events
from onevisit.stages.registers.imports.checking import Sheet
from onevisit.stages.registers.imports.kinds.registry import Kind, kinds
from onevisit.stages.registers.imports.merging import Batch, Context
from onevisit.stages.registers.lifecycle import IMPORT
from onevisit.stages.registers.models import ImportRun
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger

MOST_FAULTS_KEPT = 2_000


class ImportRefused(Exception):
    """The import cannot go on; `field` names the input."""

    code = "import"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a dry run or an import found: nothing is written while there is a fault."""

    sheet: Sheet
    batches: tuple[Batch, ...]

    @property
    def new_count(self) -> int:
        return sum(len(batch.new) for batch in self.batches if batch.is_counted)

    @property
    def changed_count(self) -> int:
        return sum(len(batch.changed) for batch in self.batches if batch.is_counted)

    @property
    def unchanged_count(self) -> int:
        return sum(batch.unchanged_count for batch in self.batches if batch.is_counted)


@transaction.atomic
def upload(
    *, kind: str, file_name: str, content: bytes, actor: Actor, at: datetime, capacity: Capacity | None = None
) -> ImportRun:
    """Keep an uploaded file and try it at once; a file that cannot be read is refused and not kept."""
    held = capacity or actor.must("import.upload")
    department_id = held.department_id if held.role == Role.CLERK else None
    chosen = _kind(kind, is_department=department_id is not None)
    run = ImportRun(
        kind=kind,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        state=IMPORT.initial,
        department_id=department_id,
        started_by=actor.id,
        created_at=at,
    )
    outcome = _try(run=run, kind=chosen, at=at)
    run.state = IMPORT.next(state=run.state, verb="import.check")
    _note(run, outcome)
    run.save(force_insert=True)
    ledger.append(events.ImportUploaded(**_facts(run, chosen)), actor=actor, at=at, capacity=held)
    return run


@transaction.atomic
def check(*, run: ImportRun, actor: Actor, at: datetime) -> ImportRun:
    """Try the file again, with the corrections made so far."""
    actor.must("import.check", run)
    locked = _locked(run)
    locked.state = IMPORT.next(state=locked.state, verb="import.check")
    _note(locked, _try(run=locked, kind=_kind(locked.kind), at=at))
    locked.save(update_fields=["state", *_NOTED])
    return locked


@transaction.atomic
def correct(
    *,
    run: ImportRun,
    cells: Mapping[int, Mapping[str, str]],
    dropped: Iterable[int] = (),
    actor: Actor,
    at: datetime,
) -> ImportRun:
    """Replace cells (row number -> column key -> text), leave rows out, and try again; the file stays as sent."""
    capacity = actor.must("import.correct", run)
    locked = _locked(run)
    IMPORT.next(state=locked.state, verb="import.correct")
    kind = _kind(locked.kind)
    known = {column.key for column in kind.template.columns}
    for row, mended in cells.items():
        if unknown := set(mended) - known:
            raise ImportRefused(_("模板中没有列“{column}”。").format(column="、".join(sorted(unknown))))
        locked.corrections.setdefault(str(row), {}).update(mended)
    locked.dropped = sorted({*locked.dropped, *dropped})
    _note(locked, _try(run=locked, kind=kind, at=at))
    locked.save(update_fields=["corrections", "dropped", *_NOTED])
    event = events.ImportCorrected(
        **_facts(locked, kind),
        cells_count=sum(len(mended) for mended in cells.values()),
        dropped_count=len(locked.dropped),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return locked


@transaction.atomic
def confirm(*, run: ImportRun, actor: Actor, at: datetime) -> ImportRun:
    """Write all rows in one transaction and append one entry with the file's hash; with one fault left, none."""
    capacity = actor.must("import.confirm", run)
    locked = _locked(run)
    state = IMPORT.next(state=locked.state, verb="import.confirm")
    kind = _kind(locked.kind)
    _take_turn(locked.kind)
    outcome = _try(run=locked, kind=kind, at=at)
    if outcome.sheet.faults:
        words = _("还有 {count} 行有误，先改或从文件中剔除。没有导入任何一行。")
        raise ImportRefused(words.format(count=len({fault.row for fault in outcome.sheet.faults})))
    for batch in outcome.batches:
        batch.save()
    _note(locked, outcome)
    locked.state, locked.imported_at = state, at
    locked.save(update_fields=["state", "imported_at", *_NOTED])
    event = events.ImportConfirmed(
        **_facts(locked, kind),
        new_count=outcome.new_count,
        changed_count=outcome.changed_count,
        unchanged_count=outcome.unchanged_count,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return locked


@transaction.atomic
def cancel(*, run: ImportRun, actor: Actor, at: datetime) -> ImportRun:
    """Give an import up; the file's hash stays in the ledger, the file goes."""
    capacity = actor.must("import.cancel", run)
    locked = _locked(run)
    locked.state = IMPORT.next(state=locked.state, verb="import.cancel")
    locked.content = b""
    locked.save(update_fields=["state", "content"])
    ledger.append(events.ImportCancelled(**_facts(locked, _kind(locked.kind))), actor=actor, at=at, capacity=capacity)
    return locked


_NOTED = ["rows_count", "new_count", "changed_count", "unchanged_count", "errors", "errors_count", "notices"]


def _kind(key: str, *, is_department: bool = False) -> Kind:
    kind = kinds().get(key)
    if kind is None:
        raise ImportRefused(_("没有“{kind}”这种导入。").format(kind=key), field="kind")
    if is_department and not kind.is_open_to_departments:
        words = _("“{label}”由协调处或运维人员统一导入。")
        raise ImportRefused(words.format(label=kind.template.label), field="kind")
    return kind


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run.pk)


def _take_turn(kind: str) -> None:
    """Let two imports of one kind follow each other, so that neither overwrites what it has not seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{kind}"])


def _try(*, run: ImportRun, kind: Kind, at: datetime) -> Outcome:
    sheet = kind.sheet(
        content=bytes(run.content),
        file_name=run.file_name,
        corrections=run.corrections,
        dropped=tuple(run.dropped),
    )
    context = Context(at=at, department_id=run.department_id)
    batches = tuple(kind.prepare(sheet, kind.template, context))
    return Outcome(sheet=sheet, batches=batches)


def _note(run: ImportRun, outcome: Outcome) -> None:
    """Keep what was found; of very many faults the first are kept, and their number."""
    faults = sorted(outcome.sheet.faults, key=lambda fault: fault.row)
    run.rows_count = outcome.sheet.rows_count
    run.new_count, run.changed_count = outcome.new_count, outcome.changed_count
    run.unchanged_count = outcome.unchanged_count
    run.errors = [fault.as_json() for fault in faults[:MOST_FAULTS_KEPT]]
    run.errors_count = len({fault.row for fault in faults})
    run.notices = [notice.as_json() for notice in outcome.sheet.notices[:MOST_FAULTS_KEPT]]


class _Facts(TypedDict):
    subject: str
    kind: str
    label: str
    sha256: str


def _facts(run: ImportRun, kind: Kind) -> _Facts:
    return {"subject": str(run.pk), "kind": run.kind, "label": kind.template.label, "sha256": run.sha256}
