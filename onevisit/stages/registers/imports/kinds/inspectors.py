"""The register of inspectors: certificates, leave and interests."""

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.registers.imports import persons
from onevisit.stages.registers.imports.checking import Sheet
from onevisit.stages.registers.imports.kinds.targets import known_targets
from onevisit.stages.registers.imports.merging import Batch, Context, merge, own_only, references
from onevisit.stages.registers.imports.templates import Template
from onevisit.stages.registers.models import Inspector, Interest, Leave
from onevisit.support.identity.models import Officer


def inspectors(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write inspectors with both pairs of certificates; an expired one is kept and never drawn."""
    people = references(
        sheet=sheet,
        template=template,
        column="officer",
        model=Officer,
        field_name="personnel_number",
        words="没有人员编号为“{value}”的工作人员，请先导入工作人员。",
    )
    ids = {number: officer.department_id for number, officer in people.items()}
    own_only(sheet=sheet, template=template, column="officer", ids=ids, context=context)
    for row in sheet.rows:
        if str(row.values["certificate_valid_to"]) < str(row.values["certificate_valid_from"]):
            sheet.refuse(row, template.column("certificate_valid_to"), _("有效期止早于有效期起，请核对证件。"))
    persons.name_inspectors(sheet=sheet, template=template)
    wanted = [
        (
            row,
            {
                **{key: value for key, value in row.values.items() if key != "officer"},
                "officer_id": people[row.text("officer")].pk,
                "department_id": people[row.text("officer")].department_id,
            },
        )
        for row in sheet.rows
    ]
    key = ("certificate_no",)
    return [merge(sheet=sheet, template=template, model=Inspector, key=key, wanted=wanted, column="certificate_no")]


def _known_inspectors(sheet: Sheet, template: Template, context: Context) -> dict[str, Inspector]:
    found = references(
        sheet=sheet,
        template=template,
        column="inspector",
        model=Inspector,
        field_name="certificate_no",
        words="没有执法证号为“{value}”的执法人员，请先导入执法人员或核对证号。",
    )
    ids = {number: inspector.department_id for number, inspector in found.items()}
    own_only(sheet=sheet, template=template, column="inspector", ids=ids, context=context)
    return found


def leaves(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write absences; an inspector on leave is not drawn."""
    found = _known_inspectors(sheet, template, context)
    for row in sheet.rows:
        if str(row.values["to_on"]) < str(row.values["from_on"]):
            sheet.refuse(row, template.column("to_on"), _("结束日期早于开始日期，请核对。"))
    wanted = [
        (
            row,
            {
                "inspector_id": found[row.text("inspector")].pk,
                "from_on": row.values["from_on"],
                "to_on": row.values["to_on"],
                "reason": row.values["reason"],
            },
        )
        for row in sheet.rows
    ]
    key = ("inspector_id", "from_on")
    return [merge(sheet=sheet, template=template, model=Leave, key=key, wanted=wanted, column="inspector")]


def interests(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write declared relations that bar an inspector from a target (行政处罚法 art. 43)."""
    found = _known_inspectors(sheet, template, context)
    targets = known_targets(sheet=sheet, template=template)
    wanted = []
    for row in sheet.rows:
        declared_on = row.values["declared_on"]
        assert isinstance(declared_on, date)
        wanted.append(
            (
                row,
                {
                    "inspector_id": found[row.text("inspector")].pk,
                    "target_id": targets[row.text("target")].pk,
                    "reason": row.values["reason"],
                    "declared_at": timezone.make_aware(datetime.combine(declared_on, time(9))),
                },
            )
        )
    key = ("inspector_id", "target_id", "reason")
    return [merge(sheet=sheet, template=template, model=Interest, key=key, wanted=wanted, column="inspector")]
