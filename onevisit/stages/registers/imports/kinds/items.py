"""Inspection items and the legal bases they rest on."""

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import Row, Sheet
from onevisit.stages.registers.imports.kinds.organs import UNKNOWN_ORGAN
from onevisit.stages.registers.imports.merging import Batch, Context, merge, own_only, references
from onevisit.stages.registers.imports.templates import Template
from onevisit.stages.registers.models import Article, InspectionItem, LegalBasis
from onevisit.support.identity.models import Department


def items(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write items; only an organ that may inspect can own one (R19, R22)."""
    found = references(
        sheet=sheet,
        template=template,
        column="department",
        model=Department,
        field_name="code",
        words=UNKNOWN_ORGAN,
    )
    own_only(
        sheet=sheet,
        template=template,
        column="department",
        ids={code: organ.pk for code, organ in found.items()},
        context=context,
    )
    for row in sheet.rows:
        if not found[row.text("department")].can_inspect:
            words = _("该机构不具有执法主体资格，不能承担检查事项。请选择承担该事项的部门。")
            sheet.refuse(row, template.column("department"), words)
    wanted = [
        (
            row,
            {
                **{key: value for key, value in row.values.items() if key != "department"},
                "department_id": found[row.text("department")].pk,
            },
        )
        for row in sheet.rows
    ]
    return [merge(sheet=sheet, template=template, model=InspectionItem, key=("code",), wanted=wanted, column="code")]


def bases(sheet: Sheet, template: Template, context: Context) -> list[Batch]:
    """Write legal bases; one that names no article of the register, or an unread one, is shown as 待核实."""
    found = references(
        sheet=sheet,
        template=template,
        column="item",
        model=InspectionItem,
        field_name="code",
        words="没有编码为“{value}”的检查事项，请先导入事项。",
    )
    ids = {code: item.department_id for code, item in found.items()}
    own_only(sheet=sheet, template=template, column="item", ids=ids, context=context)
    articles = references(
        sheet=sheet,
        template=template,
        column="article",
        model=Article,
        field_name="id",
        words="法律法规库中没有条文“{value}”，请核对编码，或留空并填写依据名称（将标记待核实）。",
    )
    for row in sheet.rows:
        _fill_dates(sheet=sheet, template=template, row=row, article=articles.get(row.text("article")))
        _check_dates(sheet=sheet, template=template, row=row, article=articles.get(row.text("article")))
    wanted = [
        (
            row,
            {
                "item_id": found[row.text("item")].pk,
                "words": row.values["words"],
                "valid_from": row.values["valid_from"],
                "valid_to": row.values["valid_to"],
                "article_id": row.text("article") or None,
                "is_verified": bool(row.values["is_verified"]) and _is_read(articles.get(row.text("article"))),
            },
        )
        for row in sheet.rows
    ]
    key = ("item_id", "words", "valid_from")
    return [merge(sheet=sheet, template=template, model=LegalBasis, key=key, wanted=wanted, column="words")]


def _is_read(article: Article | None) -> bool:
    return article is not None and article.is_verified


def _fill_dates(*, sheet: Sheet, template: Template, row: Row, article: Article | None) -> None:
    """Take the dates of the article where the file leaves them open."""
    if article is not None:
        row.values["valid_from"] = row.values["valid_from"] or article.valid_from
        row.values["valid_to"] = row.values["valid_to"] or article.valid_to
    if row.values["valid_from"] is None:
        sheet.refuse(row, template.column("valid_from"), _("法律法规库没有该条文的施行日期，请填写有效期起。"))


def _check_dates(*, sheet: Sheet, template: Template, row: Row, article: Article | None) -> None:
    """Refuse a basis that would be used outside the dates of its article."""
    start, end = str(row.values["valid_from"] or ""), row.values["valid_to"]
    if end and str(end) < start:
        sheet.refuse(row, template.column("valid_to"), _("有效期止早于有效期起，请核对。"))
    if article is None:
        return
    if article.valid_from and start < article.valid_from.isoformat():
        words = _("该条文自 {day} 起施行，不能早于此日用作依据。").format(day=article.valid_from)
        sheet.refuse(row, template.column("valid_from"), words, suggestion=article.valid_from.isoformat())
    if article.valid_to and (not end or str(end) > article.valid_to.isoformat()):
        words = _("该条文已于 {day} 失效，有效期止不能晚于此日。").format(day=article.valid_to)
        sheet.refuse(row, template.column("valid_to"), words, suggestion=article.valid_to.isoformat())
