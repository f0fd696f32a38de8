"""Organs, their former names, people and posts."""

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from onevisit.stages.registers import searching
from onevisit.stages.registers.imports import persons
from onevisit.stages.registers.imports.checking import Sheet
from onevisit.stages.registers.imports.merging import Batch, Context, merge, references
from onevisit.stages.registers.imports.templates import Template
from onevisit.support.identity import services as identity
from onevisit.support.identity.models import Department, DepartmentName, Officer, OrganKind, Post, User
from onevisit.support.identity.roles import Role

UNKNOWN_ORGAN = "没有编码为“{value}”的机构，请先导入机构或核对编码。"
_KINSHIP = ("parent", "host", "successor")


def organs(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write organs; parents, hosts and successors may stand in the same file."""
    ids = _organ_ids(sheet=sheet, template=template)
    for row in sheet.rows:
        if row.values["can_inspect"] and row.values["kind"] != OrganKind.DEPARTMENT:
            words = _("只有监管执法部门可以具有执法主体资格，请改为“否”。")
            sheet.refuse(row, template.column("can_inspect"), words)
        if (end := row.values["valid_to"]) and str(end) < str(row.values["valid_from"]):
            sheet.refuse(row, template.column("valid_to"), _("撤销日期早于设立日期，请核对。"))
    wanted = [
        (
            row,
            {
                **{key: value for key, value in row.values.items() if key not in _KINSHIP},
                **{f"{key}_id": ids.get(row.text(key)) for key in _KINSHIP},
                "initials": searching.initials(row.text("short_name")),
            },
        )
        for row in sheet.rows
    ]
    batch = merge(sheet=sheet, template=template, model=Department, key=("code",), wanted=wanted, column="code")
    for record in batch.new:
        if isinstance(record, Department):
            record.id = ids[record.code]
    return [batch]


def _organ_ids(*, sheet: Sheet, template: Template) -> dict[str, UUID]:
    """Return the id of every organ that the file has or names; new ones get theirs here."""
    named = {row.text(key) for row in sheet.rows for key in ("code", *_KINSHIP)} - {""}
    ids: dict[str, UUID] = dict(Department.objects.filter(code__in=named).values_list("code", "pk"))
    for row in sheet.rows:
        ids.setdefault(row.text("code"), Department().pk)
    for row in sheet.rows:
        for key in _KINSHIP:
            if row.text(key) and row.text(key) not in ids:
                sheet.refuse(row, template.column(key), UNKNOWN_ORGAN.format(value=row.text(key)))
    return ids


def organ_names(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write former names with their dates (R17)."""
    found = references(
        sheet=sheet,
        template=template,
        column="department",
        model=Department,
        field_name="code",
        words=UNKNOWN_ORGAN,
    )
    wanted = [
        (
            row,
            {
                "department_id": found[row.text("department")].pk,
                "valid_from": row.values["valid_from"],
                "valid_to": row.values["valid_to"],
                "name": row.values["name"],
                "short_name": row.values["short_name"],
            },
        )
        for row in sheet.rows
    ]
    key = ("department_id", "valid_from")
    return [merge(sheet=sheet, template=template, model=DepartmentName, key=key, wanted=wanted, column="name")]


def officers(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write officers and, where a user name is given, their accounts without a usable password."""
    found = references(
        sheet=sheet,
        template=template,
        column="department",
        model=Department,
        field_name="code",
        words=UNKNOWN_ORGAN,
    )
    accounts = _accounts(sheet=sheet, template=template)
    standing = dict(
        Officer.objects.filter(personnel_number__in=[row.text("personnel_number") for row in sheet.rows]).values_list(
            "personnel_number", "user_id"
        )
    )
    ids = {user.username: user.pk for batch in accounts for user in _users(batch)}
    wanted = [
        (
            row,
            {
                "personnel_number": row.text("personnel_number"),
                "name": row.text("name"),
                "initials": searching.initials(row.text("name")),
                "department_id": found[row.text("department")].pk,
                "phone": row.text("phone"),
                "is_demo_cast": row.values["is_demo_cast"],
                "cast_note": row.text("cast_note"),
                "user_id": ids.get(row.text("username")) or standing.get(row.text("personnel_number")),
            },
        )
        for row in sheet.rows
    ]
    persons.name_officers(sheet=sheet, template=template)
    key = ("personnel_number",)
    people = merge(sheet=sheet, template=template, model=Officer, key=key, wanted=wanted, column="personnel_number")
    return [*accounts, people]


def _accounts(*, sheet: Sheet, template: Template) -> list[Batch]:
    wanted = [(row, {"username": row.text("username")}) for row in sheet.rows if row.text("username")]
    if not wanted:
        return []
    batch = merge(
        sheet=sheet,
        template=template,
        model=User,
        key=("username",),
        wanted=wanted,
        column="username",
        is_counted=False,
    )
    for user in _users(batch):
        user.password = user.password or make_password(None)
    named = [str(values["username"]) for _row, values in wanted]
    batch.changed = list(User.objects.filter(username__in=named))
    batch.fields = []
    return [batch]


def _users(batch: Batch) -> list[User]:
    return [user for user in (*batch.new, *batch.changed) if isinstance(user, User)]


def posts(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write posts; only departments may have inspectors (AI-01), and nobody gives by a file what he may not give."""
    people = references(
        sheet=sheet,
        template=template,
        column="officer",
        model=Officer,
        field_name="personnel_number",
        words="没有人员编号为“{value}”的工作人员，请先导入工作人员。",
    )
    found = references(
        sheet=sheet,
        template=template,
        column="department",
        model=Department,
        field_name="code",
        words=UNKNOWN_ORGAN,
    )
    for row in sheet.rows:
        if row.values["role"] == "inspector" and found[row.text("department")].kind != OrganKind.DEPARTMENT:
            words = _("综合执法领导小组办公室等非执法主体不能设执法人员岗位，请改为其他角色。")
            sheet.refuse(row, template.column("role"), words)
        role = Role(row.text("role"))
        if words := identity.ungrantable(role=role, department=found[row.text("department")], actor=context.actor):
            sheet.refuse(row, template.column("role"), words)
    wanted = [
        (
            row,
            {
                "officer_id": people[row.text("officer")].pk,
                "department_id": found[row.text("department")].pk,
                "role": row.values["role"],
                "valid_from": row.values["valid_from"],
                "title": row.values["title"],
                "valid_to": row.values["valid_to"],
            },
        )
        for row in sheet.rows
    ]
    key = ("officer_id", "department_id", "role", "valid_from")
    return [merge(sheet=sheet, template=template, model=Post, key=key, wanted=wanted, column="officer")]
