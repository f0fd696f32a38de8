"""The writes of an import: upload, match columns, try (dry run), mend, decide on duplicates, confirm, cancel."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from onevisit.stages.registers import events
from onevisit.stages.registers.imports import duplicates, matching
from onevisit.stages.registers.imports.progress import Tell, silent
from onevisit.stages.registers.imports.trying import NOTED, attempt, facts, kind_of, note
from onevisit.stages.registers.imports.trying import ImportRefused as ImportRefused
from onevisit.stages.registers.imports.trying import Outcome as Outcome
from onevisit.stages.registers.lifecycle import IMPORT
from onevisit.stages.registers.models import ImportRun
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger


@transaction.atomic
def upload(
    *, kind: str, file_name: str, content: bytes, actor: Actor, at: datetime, capacity: Capacity | None = None
) -> ImportRun:
    """Keep an uploaded file and try it at once; a file that cannot be read or matched is refused and not kept."""
    held = capacity or actor.must("import.upload")
    run = made(kind=kind, file_name=file_name, content=content, actor=actor, at=at, capacity=held)
    outcome = attempt(run=run, actor=actor, at=at)
    run.state = IMPORT.next(state=run.state, verb="import.check")
    note(run, outcome)
    run.save(force_insert=True)
    ledger.append(events.ImportUploaded(**facts(run)), actor=actor, at=at, capacity=held)
    return run


def made(*, kind: str, file_name: str, content: bytes, actor: Actor, at: datetime, capacity: Capacity) -> ImportRun:
    """Make the run of a file, not saved yet; a clerk imports for the own organ."""
    department_id = capacity.department_id if capacity.role == Role.CLERK else None
    kind_of(kind, is_department=department_id is not None)
    return ImportRun(
        kind=kind,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        state=IMPORT.initial,
        department_id=department_id,
        started_by=actor.id,
        acting_officer_id=actor.officer_id,
        created_at=at,
    )


@transaction.atomic
def match(*, run: ImportRun, places: Mapping[str, int], actor: Actor, at: datetime) -> ImportRun:
    """Say which column of the file is which of ours (对列); the file is to be tried after it.

    Raises:
        ImportRefused: a required column has none, or one column of the file would serve two of ours.
    """
    capacity = actor.must("import.match", run)
    held = locked(run)
    held.state = IMPORT.next(state=held.state, verb="import.match")
    kind = kind_of(held.kind)
    if faults := matching.faults_of(places, kind.template):
        raise ImportRefused("".join(faults), field="columns")
    held.columns = dict(places)
    held.save(update_fields=["state", "columns"])
    event = events.ImportMatched(**facts(held), columns_count=len(places))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def check(*, run: ImportRun, actor: Actor, at: datetime) -> ImportRun:
    """Try the file again, with the corrections made so far."""
    actor.must("import.check", run)
    held = locked(run)
    held.state = IMPORT.next(state=held.state, verb="import.check")
    note(held, attempt(run=held, actor=actor, at=at))
    held.save(update_fields=["state", *NOTED])
    return held


@transaction.atomic
def correct(
    *,
    run: ImportRun,
    cells: Mapping[int, Mapping[str, str]],
    dropped: Iterable[int] = (),
    actor: Actor,
    at: datetime,
) -> ImportRun:
    """Replace cells (row number -> column key -> text) and leave rows out; the file stays as sent, and is to be tried.

    Raises:
        ImportRefused: a column that the template does not know.
    """
    capacity = actor.must("import.correct", run)
    held = locked(run)
    IMPORT.next(state=held.state, verb="import.correct")
    known = {column.key for column in kind_of(held.kind).template.columns}
    for row, mended in cells.items():
        if unknown := set(mended) - known:
            raise ImportRefused(_("模板中没有列“{column}”。").format(column="、".join(sorted(unknown))))
        held.corrections.setdefault(str(row), {}).update(mended)
    held.dropped = sorted({*held.dropped, *dropped})
    held.save(update_fields=["corrections", "dropped"])
    event = events.ImportCorrected(
        **facts(held),
        cells_count=sum(len(mended) for mended in cells.values()),
        dropped_count=len(held.dropped),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def decide(*, run: ImportRun, decisions: Mapping[str, str], actor: Actor, at: datetime) -> ImportRun:
    """Say what to do with suspected duplicates: by rule, or for one row by its number; the file is to be tried.

    Raises:
        ImportRefused: no such rule or row, or no such decision for it.
    """
    capacity = actor.must("import.decide", run)
    held = locked(run)
    IMPORT.next(state=held.state, verb="import.decide")
    rules = {str(suspect["row"]): suspect["rule"] for suspect in held.suspects}
    for about, decision in decisions.items():
        rule = rules.get(about, about)
        if decision not in duplicates.CHOICES.get(rule, ()):
            raise ImportRefused(_("不能这样处理疑似重复。请从所列办法中选择。"), field="decision")
        if about == rule:
            held.decisions = {key: kept for key, kept in held.decisions.items() if rules.get(key) != rule}
        held.decisions[about] = decision
    held.save(update_fields=["decisions"])
    event = events.ImportDecided(
        **facts(held), decisions="；".join(f"{about}={how}" for about, how in sorted(decisions.items()))[:400]
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def confirm(*, run: ImportRun, actor: Actor, at: datetime, tell: Tell = silent) -> ImportRun:
    """Write all rows in one transaction and append one entry with the file's hash; with one fault left, none.

    While it works in the background (`importing`) the run stays unlocked, so that it can be watched and stopped; in
    that state nobody else changes it.

    Raises:
        ImportRefused: rows are wrong, or have become wrong since the dry run.
        WrongState: it was stopped meanwhile.
    """
    capacity = actor.must("import.confirm", run)
    take_turn(run.kind)
    held = ImportRun.objects.get(pk=run.pk) if run.state == "importing" else locked(run)
    IMPORT.next(state=held.state, verb="import.confirm")
    outcome = attempt(run=held, actor=actor, at=at, tell=tell)
    refuse_faults(outcome)
    outcome.save(tell)
    held.state = IMPORT.next(state=locked(run).state, verb="import.confirm")
    note(held, outcome)
    held.imported_at = at
    held.save(update_fields=["state", "imported_at", *NOTED])
    duplicates.enter(batches=outcome.batches, run=held, actor=actor, at=at, capacity=capacity)
    event = events.ImportConfirmed(
        **facts(held),
        new_count=outcome.new_count,
        changed_count=outcome.changed_count,
        unchanged_count=outcome.unchanged_count,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def refuse_faults(outcome: Outcome) -> None:
    """Refuse to go on while one row is wrong."""
    if outcome.sheet.faults:
        words = _("还有 {count} 行有误，先改或从文件中剔除。没有导入任何一行。")
        raise ImportRefused(words.format(count=len({fault.row for fault in outcome.sheet.faults})))


@transaction.atomic
def cancel(*, run: ImportRun, actor: Actor, at: datetime) -> ImportRun:
    """Give an import up; the file's hash stays in the ledger, the file goes."""
    capacity = actor.must("import.cancel", run)
    held = locked(run)
    held.state = IMPORT.next(state=held.state, verb="import.cancel")
    held.content = b""
    held.save(update_fields=["state", "content"])
    ledger.append(events.ImportCancelled(**facts(held)), actor=actor, at=at, capacity=capacity)
    return held


def locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run.pk)


def take_turn(kind: str) -> None:
    """Let two imports of one kind follow each other, so that neither overwrites what it has not seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{kind}"])
