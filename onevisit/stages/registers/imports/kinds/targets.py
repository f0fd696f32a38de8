"""Inspection targets and what hangs on them: licences, directories, former inspections, the quiet list."""

from uuid import UUID

from django.utils.translation import gettext as _

from onevisit.stages.registers import industries, searching
from onevisit.stages.registers.imports import duplicates
from onevisit.stages.registers.imports.checking import Fault, Sheet
from onevisit.stages.registers.imports.kinds.organs import UNKNOWN_ORGAN
from onevisit.stages.registers.imports.merging import CHUNK, Batch, Context, Wanted, merge, own_only, references
from onevisit.stages.registers.imports.templates import Template
from onevisit.stages.registers.models import FormerInspection, InspectionTarget, Licence, QuietListing, TargetKind
from onevisit.support.identity.models import Department

_NOT_STORED = ("is_kept_code", "object_id", "owner")
_CODED = {TargetKind.COMPANY, TargetKind.INDIVIDUAL, TargetKind.INSTITUTION}


def targets(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write targets, found by their object id: the code of an entity, or the typed id of a site or product."""
    wanted: list[Wanted] = []
    owners = _owners(sheet=sheet, template=template)
    for row in sheet.rows:
        object_id = row.text("uscc") or row.text("object_id")
        if row.values["kind"] in _CODED and not row.text("uscc"):
            sheet.refuse(row, template.column("uscc"), _("企业、个体工商户和其他单位须填统一社会信用代码。"))
            continue
        if row.values["kind"] in _CODED and row.text("owner"):
            sheet.refuse(row, template.column("owner"), _("企业、个体工商户和其他单位自身就是主体，不填所属主体。"))
            continue
        if not object_id:
            sheet.refuse(
                row, template.column("object_id"), _("没有统一社会信用代码的，须填对象编号，如 site:XM-0001。")
            )
            continue
        values = {key: value for key, value in row.values.items() if key not in _NOT_STORED}
        values["owner_id"] = owners.get(row.text("owner"))
        values["is_historical_code"] = bool(row.values.get("is_kept_code"))
        wanted.append((row, {"object_id": object_id, **values, **_derived(values)}))
    wanted = _without_merged(sheet=sheet, template=template, wanted=wanted)
    settled, merges, kept_count = duplicates.settle(sheet=sheet, template=template, wanted=wanted, context=context)
    key = ("object_id",)
    batch = merge(sheet=sheet, template=template, model=InspectionTarget, key=key, wanted=settled, column="uscc")
    batch.unchanged_count += kept_count
    return [batch, merges]


def _owners(*, sheet: Sheet, template: Template) -> dict[str, UUID]:
    """Find the businesses to which places, products and conduct belong; rows that name another are refused."""
    words = _("名录库中没有代码为“{value}”的主体，请先导入该主体，再导入它的场所、产品或行为。")
    found = references(
        sheet=sheet, template=template, column="owner", model=InspectionTarget, field_name="object_id", words=words
    )
    for row in sheet.rows:
        owner = found.get(row.text("owner"))
        if owner is not None and owner.kind not in _CODED:
            sheet.refuse(row, template.column("owner"), _("所属主体须是企业、个体工商户或其他单位。"))
    kept = [row for row in sheet.rows if not row.text("owner") or found[row.text("owner")].kind in _CODED]
    sheet.rows = kept
    return {code: owner.merged_into_id or owner.pk for code, owner in found.items()}


def _without_merged(*, sheet: Sheet, template: Template, wanted: list[Wanted]) -> list[Wanted]:
    """Leave out rows of records that were merged into others: the undo would find them changed."""
    ids = [str(values["object_id"]) for _row, values in wanted]
    gone: dict[str, str] = {}
    for start in range(0, len(ids), CHUNK):
        rows = InspectionTarget.objects.filter(object_id__in=ids[start : start + CHUNK], merged_into__isnull=False)
        gone.update(rows.values_list("object_id", "merged_into__name"))
    column = template.column("object_id")
    left = []
    for row, values in wanted:
        if (name := gone.get(str(values["object_id"]))) is None:
            left.append((row, values))
            continue
        words = _("该记录已并入“{name}”，本行不写入。").format(name=name)
        sheet.notices.append(
            Fault(row=row.number, column=column.key, title=column.title, value=str(values["object_id"]), words=words)
        )
    return left


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
    """Find the targets that the column `target` names; a merged one leads to the record that stays."""
    found = references(
        sheet=sheet,
        template=template,
        column="target",
        model=InspectionTarget,
        field_name="object_id",
        words="名录库中没有代码为“{value}”的检查对象，请先导入检查对象或核对代码。",
    )
    merged = {target.merged_into_id for target in found.values()} - {None}
    kept = InspectionTarget.objects.in_bulk([pk for pk in merged if pk])
    return {code: kept[target.merged_into_id] if target.merged_into_id else target for code, target in found.items()}


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
