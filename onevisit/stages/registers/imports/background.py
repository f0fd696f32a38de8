"""Imports that go on in the background: queued on the desk, run by the queue, watched, stopped, ended by a notice."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core.lifecycle import WrongState
from onevisit.stages.registers import events
from onevisit.stages.registers.imports import services
from onevisit.stages.registers.imports.checking import UnmatchedColumns
from onevisit.stages.registers.imports.progress import Stopped, Ticker
from onevisit.stages.registers.imports.reading import UnreadableFile
from onevisit.stages.registers.imports.trying import NOTED, ImportRefused, attempt, facts, kind_of, note
from onevisit.stages.registers.lifecycle import IMPORT
from onevisit.stages.registers.models import ImportRun
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import actors
from onevisit.support.identity.actors import Actor, Capacity, MayNot
from onevisit.support.ledger import services as ledger
from onevisit.support.notices import services as notices

BIG_RULE = "import.background_kilobytes"
_CLEARED = {"phase": "", "done_count": 0, "total_count": 0, "failure": ""}


def is_big(run: ImportRun, *, at: datetime) -> bool:
    """Say whether a file is tried in the background, by the rule of the day."""
    return len(run.content) > deadlines.amount(BIG_RULE, on=timezone.localtime(at).date()) * 1024


@transaction.atomic
def receive(*, kind: str, file_name: str, content: bytes, actor: Actor, at: datetime) -> ImportRun:
    """Keep a file from the desk: tried at once, by the queue where it is big, or left to be matched by hand.

    Raises:
        UnreadableFile: a small file that cannot be read; it is not kept.
    """
    capacity = actor.must("import.upload")
    run = services.made(kind=kind, file_name=file_name, content=content, actor=actor, at=at, capacity=capacity)
    if is_big(run, at=at):
        run.save(force_insert=True)
        _defer_check(run, actor=actor, at=at)
    else:
        try:
            outcome = attempt(run=run, actor=actor, at=at)
        except UnmatchedColumns as unmatched:
            _ask_to_match(run, unmatched)
        else:
            run.state = IMPORT.next(state=run.state, verb="import.check")
            note(run, outcome)
        run.save(force_insert=True)
    ledger.append(events.ImportUploaded(**facts(run)), actor=actor, at=at, capacity=capacity)
    return run


def try_again(*, run: ImportRun, actor: Actor, at: datetime) -> ImportRun:
    """Try a file after corrections, matching or decisions: at once, or by the queue where it is big."""
    if not is_big(run, at=at):
        return services.check(run=run, actor=actor, at=at)
    with transaction.atomic():
        actor.must("import.queue_check", run)
        held = services.locked(run)
        _defer_check(held, actor=actor, at=at)
    return held


@transaction.atomic
def queue(*, run: ImportRun, actor: Actor, at: datetime) -> ImportRun:
    """Let the queue write all rows of a file that was tried without a fault.

    Raises:
        ImportRefused: rows are wrong.
    """
    capacity = actor.must("import.queue", run)
    held = services.locked(run)
    state = IMPORT.next(state=held.state, verb="import.queue")
    if held.errors_count:
        words = _("还有 {count} 行有误，先改或从文件中剔除。没有导入任何一行。")
        raise ImportRefused(words.format(count=held.errors_count))
    _begin(held, state=state, actor=actor, at=at)
    ledger.append(events.ImportQueued(**facts(held)), actor=actor, at=at, capacity=capacity)
    from onevisit.stages.registers.tasks import write_import

    write_import.defer(import_id=str(held.pk))
    return held


@transaction.atomic
def stop(*, run: ImportRun, actor: Actor, at: datetime) -> ImportRun:
    """Stop what the queue does with a file, as long as it has not committed; nothing of it stays."""
    capacity = actor.must("import.stop", run)
    held = services.locked(run)
    _end_without(held, reason=_("由经办人取消"), actor=actor, at=at, capacity=capacity)
    return held


def ahead(run: ImportRun) -> ImportRun | None:
    """Return the import of the same kind that a queued one waits for: who began earlier and is not finished."""
    if run.state != "importing" or run.acting_since is None:
        return None
    others = ImportRun.objects.filter(kind=run.kind, state="importing", acting_since__lt=run.acting_since)
    rows = others.exclude(pk=run.pk).select_related("acting_officer__department").defer("content")
    return rows.order_by("acting_since").first()


def _defer_check(run: ImportRun, *, actor: Actor, at: datetime) -> None:
    state = IMPORT.next(state=run.state, verb="import.queue_check")
    _begin(run, state=state, actor=actor, at=at)
    from onevisit.stages.registers.tasks import check_import

    check_import.defer(import_id=str(run.pk))


def _begin(run: ImportRun, *, state: str, actor: Actor, at: datetime) -> None:
    for name, value in {**_CLEARED, "state": state, "acting_officer_id": actor.officer_id, "acting_since": at}.items():
        setattr(run, name, value)
    run.save(update_fields=[*_CLEARED, "state", "acting_officer", "acting_since"])


def _ask_to_match(run: ImportRun, unmatched: UnmatchedColumns) -> None:
    run.headings = [list(pair) for pair in unmatched.headings]
    run.template_version = unmatched.match.version
    run.failure = "；".join(unmatched.match.faults)[:400]


def _end_without(run: ImportRun, *, reason: str, actor: Actor, at: datetime, capacity: Capacity) -> None:
    run.state = IMPORT.next(state=run.state, verb="import.stop")
    run.failure, run.phase = reason[:400], ""
    run.save(update_fields=["state", "failure", "phase"])
    event = events.ImportStopped(**facts(run), reason=reason[:100])
    ledger.append(event, actor=actor, at=at, capacity=capacity)


# --- What the queue runs -----------------------------------------------------------------------------------------


def check(*, import_id: str, at: datetime) -> None:
    """Try a big file; run again it starts over, and after a stop it does nothing."""
    run = ImportRun.objects.get(pk=import_id)
    if run.state != "checking":
        return
    actor = _actor_of(run, at=at)
    ticker = Ticker(run_id=run.pk, state=run.state)
    try:
        outcome = attempt(run=run, actor=actor, at=at, tell=ticker)
    except Stopped:
        return
    except UnmatchedColumns as unmatched:
        _ask_to_match(run, unmatched)
        _give_up(run, reason=run.failure, at=at, fields=["headings", "template_version"])
        return
    except (UnreadableFile, ImportRefused) as refusal:
        _give_up(run, reason=refusal.message, at=at)
        return
    finally:
        ticker.close()
    with transaction.atomic():
        held = services.locked(run)
        if held.state != "checking":
            return
        held.state = IMPORT.next(state=held.state, verb="import.check")
        note(held, outcome)
        held.phase = ""
        held.save(update_fields=["state", "phase", *NOTED])
        words = (
            _("试运行完成：{label}，{count} 行有误") if held.errors_count else _("试运行完成：{label}，可以确认导入")
        )
        _tell(held, words, at=at)


def write(*, import_id: str, at: datetime) -> None:
    """Write all rows of a confirmed file; faults that came up since are shown, a stop leaves nothing."""
    run = ImportRun.objects.get(pk=import_id)
    if run.state != "importing":
        return
    actor = _actor_of(run, at=at)
    ticker = Ticker(run_id=run.pk, state=run.state)
    try:
        done = services.confirm(run=run, actor=actor, at=at, tell=ticker)
    except (Stopped, WrongState):
        return  # somebody stopped it, which is noted; nothing was written
    except (ImportRefused, MayNot) as refusal:
        _give_up(run, reason=refusal.message, at=at)
        return
    finally:
        ticker.close()
    _tell(done, _("已导入：{label}，新增 {new}、更新 {changed}"), at=at)


def fail(*, import_id: str, at: datetime) -> None:
    """Note that the queue has given up on an import: nothing was written, and the officer is told."""
    run = ImportRun.objects.defer("content").get(pk=import_id)
    _give_up(run, reason=_("系统出错，没有写入任何一行。请重新试运行；仍不成功的，请报运维。"), at=at)


def _give_up(run: ImportRun, *, reason: str, at: datetime, fields: list[str] | None = None) -> None:
    with transaction.atomic():
        held = services.locked(run)
        if not IMPORT.allows(state=held.state, verb="import.stop"):
            return
        for name in fields or []:
            setattr(held, name, getattr(run, name))
        held.save(update_fields=fields or [])
        _end_without(held, reason=reason, actor=actors.SYSTEM, at=at, capacity=actors.SYSTEM_CAPACITY)
        _tell(held, _("没有导入：{label}，需要处理"), at=at, body=reason)


def _actor_of(run: ImportRun, *, at: datetime) -> Actor:
    """Return who let the work begin, with the posts of today; who has lost the post is refused by the service."""
    officer = run.acting_officer
    if officer is None or officer.user is None:
        return actors.NOBODY
    return actors.of_user(user=officer.user, on=timezone.localtime(at).date())


def _tell(run: ImportRun, title: str, *, at: datetime, body: str = "") -> None:
    if run.acting_officer_id is None:
        return
    label = kind_of(run.kind).template.label
    notices.notify(
        officer_ids=[run.acting_officer_id],
        kind="import",
        title=title.format(label=label, new=run.new_count, changed=run.changed_count, count=run.errors_count),
        body=body or run.file_name,
        url=f"/registers/imports/{run.pk}",
        at=at,
        subject_type="import",
        subject=run.pk,
    )
