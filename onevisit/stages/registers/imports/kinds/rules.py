"""Rules of time and figure as versioned records (R4): a new version touches nothing that already runs."""

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import Row, Sheet
from onevisit.stages.registers.imports.merging import Batch, Context, merge
from onevisit.stages.registers.imports.templates import Template
from onevisit.support.deadlines.models import Rule, RuleVersion

_CONTENT = ("amount", "unit", "law", "is_law_verified", "pauses", "alert_percent", "valid_from")


def rules(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write rules and add their versions; a version that stands is never changed."""
    heads = merge(
        sheet=sheet,
        template=template,
        model=Rule,
        key=("key",),
        wanted=[(row, {"key": row.text("rule"), "label": row.text("label")}) for row in _first_rows(sheet)],
        column="rule",
        is_counted=False,
    )
    standing: dict[str, list[RuleVersion]] = defaultdict(list)
    for version in RuleVersion.objects.filter(rule_id__in=[row.text("rule") for row in sheet.rows]):
        standing[version.rule_id].append(version)
    versions = Batch(model=RuleVersion)
    for row in sheet.rows:
        made = _version(row, standing=standing[row.text("rule")], sheet=sheet, template=template)
        if made is None:
            versions.unchanged_count += 1
        else:
            versions.new.append(made)
            standing[row.text("rule")].append(made)
    return [heads, versions]


def _first_rows(sheet: Sheet) -> list[Row]:
    return list({row.text("rule"): row for row in reversed(sheet.rows)}.values())


def _version(row: Row, *, standing: list[RuleVersion], sheet: Sheet, template: Template) -> RuleVersion | None:
    """Return the version to add, or None where it stands already (or the row is refused)."""
    number, since = row.values["version"], row.values["valid_from"]
    assert isinstance(number, int)
    assert isinstance(since, date)
    content = {key: row.values[key] for key in _CONTENT}
    for version in standing:
        if version.version == number:
            if any(getattr(version, key) != value for key, value in content.items()):
                words = _("该版本已在使用，内容不能改动。请另列下一个版本，写明更晚的生效日期。")
                sheet.refuse(row, template.column("version"), words)
            return None
    latest = max(standing, key=lambda version: version.version, default=None)
    if number != (latest.version + 1 if latest else 1):
        words = _("下一个版本应为 {number}。").format(number=latest.version + 1 if latest else 1)
        sheet.refuse(row, template.column("version"), words)
        return None
    if latest and latest.valid_from >= since:
        words = _("现行版本自 {day} 生效，新版本须更晚。").format(day=latest.valid_from)
        sheet.refuse(row, template.column("valid_from"), words)
        return None
    return RuleVersion(rule_id=row.text("rule"), version=number, reason=row.text("reason"), **content)
