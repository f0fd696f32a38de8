"""Key-target directories (名录库): a new one appears by its rows, a change makes a new version, no code twice."""

from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import Row, Sheet
from onevisit.stages.registers.imports.kinds.targets import known_targets
from onevisit.stages.registers.imports.merging import Batch, Context
from onevisit.stages.registers.imports.templates import Template
from onevisit.stages.registers.models import Directory, DirectoryEntry, InspectionTarget


def directories(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write the entries of one or more directories and raise the version of each that changes."""
    targets = known_targets(sheet=sheet, template=template)
    keys = list(dict.fromkeys(row.text("directory") for row in sheet.rows))
    standing = {directory.key: directory for directory in Directory.objects.filter(key__in=keys)}
    heads = Batch(model=Directory, is_counted=False)
    entries = Batch(model=DirectoryEntry, fields=["removed_in"])
    for key in keys:
        rows = [row for row in sheet.rows if row.text("directory") == key]
        _one(
            rows=rows,
            directory=standing.get(key),
            targets=targets,
            sheet=sheet,
            template=template,
            heads=heads,
            entries=entries,
        )
    return [heads, entries]


def _one(
    *,
    rows: list[Row],
    directory: Directory | None,
    targets: dict[str, InspectionTarget],
    sheet: Sheet,
    template: Template,
    heads: Batch,
    entries: Batch,
) -> None:
    first = rows[0]
    is_new = directory is None
    head = directory or Directory(key=first.text("directory"), version=0)
    head.name, head.field = first.text("directory_name"), first.text("field")
    head.is_livelihood = bool(first.values["is_livelihood"])
    present = {entry.target_id: entry for entry in head.entries.filter(removed_in__isnull=True)} if directory else {}
    seen: dict[str, int] = {}
    changes = 0
    for row in rows:
        code = row.text("target")
        if code in seen:
            _repeat(sheet=sheet, template=template, row=row, first_row=seen[code])
            continue
        seen[code] = row.number
        changes += _change(row=row, head=head, target=targets[code], present=present, sheet=sheet, entries=entries)
    if changes or is_new:
        head.version += 1
        (heads.new if is_new else heads.changed).append(head)
        heads.fields = ["name", "field", "is_livelihood", "version"]


def _repeat(*, sheet: Sheet, template: Template, row: Row, first_row: int) -> None:
    words = _("与第 {row} 行是同一代码，已按代码去重。").format(row=first_row)
    sheet.refuse(row, template.column("target"), words)
    sheet.notices.append(sheet.faults.pop())


def _change(
    *,
    row: Row,
    head: Directory,
    target: InspectionTarget,
    present: dict[UUID, DirectoryEntry],
    sheet: Sheet,
    entries: Batch,
) -> int:
    """Note one entry to add or remove; return 1 if it changes the directory."""
    standing = present.get(target.pk)
    if row.values["change"] == "remove":
        if standing is None:
            entries.unchanged_count += 1
            return 0
        standing.removed_in = head.version + 1
        entries.changed.append(standing)
        return 1
    if standing is not None:
        entries.unchanged_count += 1
        return 0
    entry = DirectoryEntry(directory=head, target=target, added_in=head.version + 1, note=row.text("note"))
    entries.new.append(entry)
    return 1
