"""Complaints, supplies and experts as files."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import Sheet
from onevisit.stages.registers.imports.kinds.organs import UNKNOWN_ORGAN
from onevisit.stages.registers.imports.kinds.targets import known_targets
from onevisit.stages.registers.imports.merging import Batch, Context, merge, own_only, references
from onevisit.stages.registers.imports.templates import Template
from onevisit.stages.registers.models import Complaint, Expert, InspectionTarget, Supply
from onevisit.stages.registers.refusals import PERSONAL
from onevisit.support.identity.models import Department


def complaints(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write complaints; a row with a person's number is refused, for who complained stays where he did."""
    found = known_targets(sheet=sheet, template=template)
    organs = _own_organs(sheet, template, context)
    for row in sheet.rows:
        if str(row.values["received_on"]) > context.on.isoformat():
            sheet.refuse(row, template.column("received_on"), _("受理日期晚于今天，请核对工单。"))
        if row.values["closed_on"] and str(row.values["closed_on"]) < str(row.values["received_on"]):
            sheet.refuse(row, template.column("closed_on"), _("办结日期早于受理日期，请核对工单。"))
        for text in ("summary", "result"):
            if PERSONAL.search(row.text(text)):
                sheet.refuse(row, template.column(text), _("含手机号或身份证号。投诉人信息不导入，请删去。"))
    wanted = [
        (
            row,
            {
                **{key: value for key, value in row.values.items() if key not in ("target", "department")},
                "target_id": found[row.text("target")].pk,
                "department_id": organs[row.text("department")],
            },
        )
        for row in sheet.rows
    ]
    key = ("channel", "number")
    return [merge(sheet=sheet, template=template, model=Complaint, key=key, wanted=wanted, column="number")]


def supplies(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write who supplies whom with what; both stand in the register."""
    suppliers = known_targets(sheet=sheet, template=template)
    buyers = references(
        sheet=sheet,
        template=template,
        column="buyer",
        model=InspectionTarget,
        field_name="object_id",
        words="名录库中没有代码为“{value}”的检查对象，请先导入检查对象或核对代码。",
    )
    for row in sheet.rows:
        if row.text("target") == row.text("buyer"):
            sheet.refuse(row, template.column("buyer"), _("供货方和购货方是同一个对象，请核对。"))
        if row.values["valid_to"] and str(row.values["valid_to"]) < str(row.values["valid_from"]):
            sheet.refuse(row, template.column("valid_to"), _("终止日期早于开始日期，请核对。"))
    wanted = [
        (
            row,
            {
                "supplier_id": suppliers[row.text("target")].pk,
                "buyer_id": buyers[row.text("buyer")].pk,
                **{key: row.values[key] for key in ("goods", "valid_from", "valid_to", "source")},
            },
        )
        for row in sheet.rows
    ]
    key = ("supplier_id", "buyer_id", "goods")
    return [merge(sheet=sheet, template=template, model=Supply, key=key, wanted=wanted, column="goods")]


def experts(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write experts, found by name and employer."""
    organs = _own_organs(sheet, template, context)
    wanted = [
        (
            row,
            {
                **{key: value for key, value in row.values.items() if key != "department"},
                "department_id": organs[row.text("department")],
            },
        )
        for row in sheet.rows
    ]
    key = ("name", "organisation")
    return [merge(sheet=sheet, template=template, model=Expert, key=key, wanted=wanted, column="name")]


def _own_organs(sheet: Sheet, template: Template, context: Context) -> Mapping[str, UUID]:
    organs = references(
        sheet=sheet, template=template, column="department", model=Department, field_name="code", words=UNKNOWN_ORGAN
    )
    ids = {code: organ.pk for code, organ in organs.items()}
    own_only(sheet=sheet, template=template, column="department", ids=ids, context=context)
    return ids
