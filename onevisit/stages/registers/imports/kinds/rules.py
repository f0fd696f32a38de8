"""Rules of time and figure as versioned records (R4): a new version touches nothing that already runs."""

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import Sheet
from onevisit.stages.registers.imports.merging import Batch, Context, merge
from onevisit.stages.registers.imports.templates import Template
from onevisit.support.deadlines.models import Rule, RuleVersion


def rules(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write rules and their versions; a version that stands is never changed."""
    labels = {row.text("rule"): row for row in sheet.rows}
    heads = merge(
        sheet=sheet,
        template=template,
        model=Rule,
        key=("key",),
        wanted=[(row, {"key": key, "label": row.text("label")}) for key, row in labels.items()],
        column="rule",
        is_counted=False,
    )
    wanted = [
        (
            row,
            {
                "rule_id": row.text("rule"),
                **{key: value for key, value in row.values.items() if key not in ("rule", "label")},
            },
        )
        for row in sheet.rows
    ]
    key = ("rule_id", "version")
    versions = merge(sheet=sheet, template=template, model=RuleVersion, key=key, wanted=wanted, column="version")
    changed = {(version.rule_id, version.version) for version in versions.changed if isinstance(version, RuleVersion)}
    for row, values in wanted:
        if (values["rule_id"], values["version"]) in changed:
            words = _("该版本已在使用，内容不能改动。请另列新版本，写明生效日期。")
            sheet.refuse(row, template.column("version"), words)
    return [heads, versions]
