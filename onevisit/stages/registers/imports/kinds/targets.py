"""Inspection targets and what hangs on them: licences, directories, former inspections, the quiet list."""

from django.utils.translation import gettext as _

from onevisit.stages.registers import industries, searching
from onevisit.stages.registers.imports.checking import Sheet
from onevisit.stages.registers.imports.kinds.organs import UNKNOWN_ORGAN
from onevisit.stages.registers.imports.merging import Batch, Context, merge, own_only, references
from onevisit.stages.registers.imports.templates import Template
from onevisit.stages.registers.models import FormerInspection, InspectionTarget, Licence, QuietListing, TargetKind
from onevisit.support.identity.models import Department

_CODED = {TargetKind.COMPANY, TargetKind.INDIVIDUAL, TargetKind.INSTITUTION}


def targets(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write targets, found by their object id: the code of an entity, or the typed id of a site or product."""
    wanted = []
    for row in sheet.rows:
        object_id = row.text("uscc") or row.text("object_id")
        if row.values["kind"] in _CODED and not row.text("uscc"):
            sheet.refuse(row, template.column("uscc"), _("企业、个体工商户和其他单位须填统一社会信用代码。"))
            continue
        if not object_id:
            sheet.refuse(
                row, template.column("object_id"), _("没有统一社会信用代码的，须填对象编号，如 site:XM-0001。")
            )
            continue
        values = {key: value for key, value in row.values.items() if key not in ("is_kept_code", "object_id")}
        values["is_historical_code"] = bool(row.values.get("is_kept_code"))
        wanted.append((row, {"object_id": object_id, **values, **_derived(values)}))
    key = ("object_id",)
    return [merge(sheet=sheet, template=template, model=InspectionTarget, key=key, wanted=wanted, column="uscc")]


def _derived(values: dict[str, object]) -> dict[str, object]:
    name, address, uscc = str(values["name"]), str(values["address"]), str(values["uscc"])
    short = searching.initials(name)[:120]
    return {
        "industry_name": industries.name_of(str(values["industry_code"])),
        "initials": short,
        "pinyin": searching.spelled(name)[:300],
        "bigrams": searching.gram_set((name, address, uscc, short)),
    }


def known_targets(*, sheet: Sheet, template: Template) -> dict[str, InspectionTarget]:
    """Find the targets that the column `target` names by code or object id."""
    return references(
        sheet=sheet,
        template=template,
        column="target",
        model=InspectionTarget,
        field_name="object_id",
        words="名录库中没有代码为“{value}”的检查对象，请先导入检查对象或核对代码。",
    )


def licences(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write licences of targets."""
    found = known_targets(sheet=sheet, template=template)
    wanted = [
        (
            row,
            {
                "target_id": found[row.text("target")].pk,
                "kind": row.values["kind"],
                "number": row.values["number"],
                "issuer": row.values["issuer"],
                "valid_from": row.values["valid_from"],
                "valid_to": row.values["valid_to"],
            },
        )
        for row in sheet.rows
    ]
    key = ("target_id", "kind", "number")
    return [merge(sheet=sheet, template=template, model=Licence, key=key, wanted=wanted, column="number")]


def former_inspections(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write inspections made before or elsewhere; the organ's name is the one it bore on that day (R17)."""
    found = known_targets(sheet=sheet, template=template)
    organs = references(
        sheet=sheet,
        template=template,
        column="department",
        model=Department,
        field_name="code",
        words=UNKNOWN_ORGAN,
    )
    ids = {code: organ.pk for code, organ in organs.items()}
    own_only(sheet=sheet, template=template, column="department", ids=ids, context=context)
    for row in sheet.rows:
        if str(row.values["on"]) > context.on.isoformat():
            sheet.refuse(row, template.column("on"), _("检查日期晚于今天，既往检查只能填已发生的。"))
    wanted = [
        (
            row,
            {
                "target_id": found[row.text("target")].pk,
                "department_id": organs[row.text("department")].pk,
                "on": row.values["on"],
                "kind": row.values["kind"],
                "result": row.values["result"],
                "reference": row.values["reference"],
                "counts_to_cap": row.values["counts_to_cap"],
            },
        )
        for row in sheet.rows
    ]
    key = ("target_id", "department_id", "on", "kind")
    return [merge(sheet=sheet, template=template, model=FormerInspection, key=key, wanted=wanted, column="target")]


def quiet_list(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write the 无事不扰 list with its terms (DS-18)."""
    found = known_targets(sheet=sheet, template=template)
    wanted = [
        (
            row,
            {
                "target_id": found[row.text("target")].pk,
                "valid_from": row.values["valid_from"],
                "valid_to": row.values["valid_to"],
                "reason": row.values["reason"],
            },
        )
        for row in sheet.rows
    ]
    key = ("target_id", "valid_from")
    return [merge(sheet=sheet, template=template, model=QuietListing, key=key, wanted=wanted, column="target")]
