"""The register of inspectors: certificates, leave and interests."""

from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.registers import held
from onevisit.stages.registers.imports import persons
from onevisit.stages.registers.imports.checking import Row, Sheet
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
    moved = _moved(sheet=sheet, template=template, people=people, context=context)
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
    key = ("officer_id",)
    batch = merge(sheet=sheet, template=template, model=Inspector, key=key, wanted=wanted, column="officer", more=moved)
    return [batch]


def _moved(
    *, sheet: Sheet, template: Template, people: Mapping[str, Officer], context: Context
) -> dict[tuple[UUID], Inspector]:
    """Return the entries that go to another officer, by him: his certificate stands, he himself does not stand yet.

    An entry is its officer's, who keeps it with a new certificate; draws, teams and leave know him by it. Refused are a
    certificate twice, one that another officer keeps, and one of an entry that a draw under way knows by its person.
    """
    numbers = {row.text("officer"): row.text("certificate_no") for row in sheet.rows}
    standing = set(Inspector.objects.filter(officer__in=people.values()).values_list("officer_id", flat=True))
    rows = Inspector.objects.filter(certificate_no__in=numbers.values()).select_related("officer")
    holders = {row.certificate_no: row for row in rows}
    first: dict[str, Row] = {}
    found: dict[tuple[UUID], tuple[Row, Inspector]] = {}
    for row in sheet.rows:
        officer, number = people[row.text("officer")], row.text("certificate_no")
        earlier, holder = first.setdefault(number, row), holders.get(number)
        if earlier.text("officer") != row.text("officer"):
            words = _("与第 {row} 行的执法证号相同，人员编号不同。一证只属一人，请核对证号，只保留一行。")
            sheet.refuse(row, template.column("certificate_no"), words.format(row=earlier.number))
        elif holder is None or holder.officer_id == officer.pk or holder.officer.personnel_number in numbers:
            continue  # his own, or given up by a row of the same file
        elif officer.pk in standing or _is_of_others(holder, context):
            words = _("已登记在{who}名下。请核对证号；两人证号登记反了的，请把两人的行放在同一个文件里导入。")
            sheet.refuse(row, template.column("certificate_no"), words.format(who=_who(holder.officer)))
        else:
            found[(officer.pk,)] = (row, holder)
    needed = held.held([holder.pk for _row, holder in found.values()], at=context.at)
    for row, holder in found.values():
        if by := needed.get(holder.pk):
            words = _(
                "会把执法证号 {number} 从{who}改到另一人名下，而{by}的名册已按{who}冻结，改后该次抽取不能进行。"
                "请剔除本行，其余各行照常导入；抽取公开或作废后再改本行（只冻结、未承诺的，也可先解除冻结）。"
            )
            said = words.format(number=holder.certificate_no, who=_who(holder.officer), by=by)
            sheet.refuse(row, template.column("officer"), said)
    return {key: holder for key, (_row, holder) in found.items()}


def _is_of_others(holder: Inspector, context: Context) -> bool:
    return context.department_id is not None and holder.department_id != context.department_id


def _who(officer: Officer) -> str:
    return _("{name}（人员编号 {number}）").format(name=officer.name, number=officer.personnel_number)


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
