"""Exports of filtered lists: asked for on the screen, written by the queue, ended by a notice."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.urls import get_resolver
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import actors
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger
from onevisit.support.notices import services as notices
from onevisit.support.sm2 import marks
from onevisit.web.ui import columns as writing
from onevisit.web.ui import events, listing, sheets
from onevisit.web.ui.jobs import JobView
from onevisit.web.ui.models import ExportState, ListExport

BATCH = 1000
KEPT = timedelta(days=7)
_OPEN = (ExportState.WAITING, ExportState.RUNNING)
BIG_RULE = "export.background_rows"


class ExportRefused(Exception):
    """The list cannot be exported, or the file is gone."""

    def __init__(self, *, code: str, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def known(name: str) -> listing.Listing:
    """Return a list by its name; the lists are declared beside their views, so the views are read first.

    Raises:
        ExportRefused: there is no such list, or it is not exported.
    """
    _ = get_resolver().url_patterns
    found = listing.REGISTRY.get(name)
    if found is None or not found.is_exported:
        raise ExportRefused(code="no_list", message="没有这份列表，或者它不提供导出。", status=404)
    return found


@transaction.atomic
def ask(*, name: str, query: str, columns: list[str], actor: Actor, at: datetime, format: str = "csv") -> ListExport:
    """Export the filtered list: a short one at once, a long one (by the rule of the day) in the queue.

    Raises:
        ExportRefused: there is no such list or no such kind of file.
    """
    actor.must("list.export")
    if format not in sheets.FORMATS:
        raise ExportRefused(code="no_format", message=_("请选择 CSV 或 XLSX。"))
    assert actor.officer_id is not None  # only somebody with a post may export
    found = known(name)
    export = ListExport.objects.create(
        officer_id=actor.officer_id,
        listing=name,
        title=str(found.title),
        query=query[:1000],
        columns=columns,
        format=format,
        created_at=at,
    )
    most = deadlines.amount(BIG_RULE, on=timezone.localtime(at).date())
    if found.matching(actor, QueryDict(export.query)).order_by()[: most + 1].count() <= most:
        _write(export, actor=actor, at=at)
        return export
    from onevisit.web.ui.tasks import write_export

    write_export.defer(export_id=str(export.pk))
    return export


def cancel(*, export: ListExport, actor: Actor, at: datetime) -> None:
    """Stop an export that still waits or runs; nothing of it stays."""
    actor.must("list.export", export)
    ListExport.objects.filter(pk=export.pk, state__in=_OPEN).update(state=ExportState.CANCELLED, ended_at=at)
    export.refresh_from_db()


def path_of(export: ListExport) -> Path:
    return Path(settings.FILES) / "exports" / f"{export.pk}.{export.format}"


def write(*, export_id: str, at: datetime) -> None:
    """Write the file of an export and tell its officer; run again it starts over."""
    export = ListExport.objects.select_related("officer__user").get(pk=export_id)
    if export.state not in _OPEN or export.officer.user is None:
        return
    actor = actors.of_user(user=export.officer.user, on=at.date())
    if _write(export, actor=actor, at=at):
        _tell(export, at=at)


def _write(export: ListExport, *, actor: Actor, at: datetime) -> bool:
    """Write the file; False when the export was cancelled meanwhile."""
    found = known(export.listing)
    rows = found.matching(actor, QueryDict(export.query))
    if found.note_export is not None:
        found.note_export(rows, actor, at)
    ListExport.objects.filter(pk=export.pk).update(state=ExportState.RUNNING, written=0, total=rows.count())
    path = path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [c for c in found.columns if c.key in export.columns] or [c for c in found.columns if c.is_default]
    written = _write_rows(export, path, columns=columns, rows=_filled(found, rows.order_by(*found.order)))
    if written is None:
        path.unlink(missing_ok=True)
        return False
    _end(export, path, written=written, actor=actor, at=at)
    return True


def _write_rows(export: ListExport, path: Path, *, columns: list[listing.Column], rows: Iterable[Any]) -> int | None:
    """Write all rows; None when the export was cancelled meanwhile."""
    count = 0
    with sheets.FORMATS[export.format](path, export.title) as sheet:
        sheet.write([str(column.label) for column in columns])
        for row in rows:
            sheet.write([value(column, row) for column in columns])
            count += 1
            if count % BATCH == 0 and not _still_wanted(export, count):
                return None
    return count if _still_wanted(export, count) else None


def _filled(found: listing.Listing, rows: Any) -> Iterator[Any]:
    """Yield rows batch by batch, each with what the list tells of a whole batch."""
    waiting = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(waiting, BATCH)):
        if found.fill is not None:
            found.fill(batch)
        yield from batch


def _still_wanted(export: ListExport, count: int) -> bool:
    return bool(ListExport.objects.filter(pk=export.pk, state=ExportState.RUNNING).update(written=count))


def value(column: listing.Column, row: Any) -> sheets.Value:
    """Return what a cell holds: a whole number, or its text as it stands on the screen without marks."""
    if column.template or column.lifecycle:
        return " ".join(strip_tags(str(writing.written(column, row))).split())
    found = column.of(row)
    if column.kind == listing.Kind.NUMBER and isinstance(found, int):
        return int(found)
    return writing.plain(column.kind, found)


@transaction.atomic
def _end(export: ListExport, path: Path, *, written: int, actor: Actor, at: datetime) -> None:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    marks.keep(content=content, at=at)
    export.state, export.written, export.sha256, export.ended_at = ExportState.DONE, written, digest, at
    export.total = written
    export.save(update_fields=["state", "written", "total", "sha256", "ended_at"])
    capacity = actor.must("list.export", export)
    query = hashlib.sha256(f"{export.pk}\x00{export.query}".encode()).hexdigest()
    event = events.ListExported(
        subject=str(export.pk), listing=export.listing, query=query, rows=written, digest=digest
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)


def _tell(export: ListExport, *, at: datetime) -> None:
    notices.notify(
        officer_ids=[export.officer_id],
        kind="export",
        title=_("导出已完成：%(title)s") % {"title": export.title},
        body=_("共 %(count)s 行，文件保留 7 日。") % {"count": f"{export.written:,}"},
        url=f"/exports/{export.pk}",
        at=at,
        subject_type="export",
        subject=export.pk,
    )


def fail(*, export_id: str, at: datetime) -> None:
    """Note that the queue has given up on an export."""
    ListExport.objects.filter(pk=export_id, state__in=_OPEN).update(state=ExportState.FAILED, ended_at=at)


def sweep(*, at: datetime) -> int:
    """Delete the files of exports older than a week; the rows and their entries stay."""
    old = list(_old(at))
    for export in old:
        path_of(export).unlink(missing_ok=True)
    return len(old)


def _old(at: datetime) -> Iterator[ListExport]:
    for export in ListExport.objects.filter(state=ExportState.DONE, ended_at__lt=at - KEPT):
        if path_of(export).exists():
            yield export


def view(export: ListExport) -> JobView:
    """Return what the progress component shows of an export."""
    is_here = export.state == ExportState.DONE and path_of(export).exists()
    return JobView(
        id=str(export.pk),
        title=_("导出%(title)s") % {"title": export.title},
        state=export.state,
        done=export.written,
        total=export.total,
        url=f"/exports/{export.pk}",
        cancel_url=f"/exports/{export.pk}/cancel",
        download_url=f"/exports/{export.pk}/file" if is_here else "",
    )
