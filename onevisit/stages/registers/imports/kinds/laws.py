"""The register of laws: a JSON file of laws and articles with the dates of each version."""

import json

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import Row, Sheet
from onevisit.stages.registers.imports.kinds import law_dates
from onevisit.stages.registers.imports.merging import Batch, Context, merge
from onevisit.stages.registers.imports.reading import UnreadableFile
from onevisit.stages.registers.imports.templates import Column, Template
from onevisit.stages.registers.models import Article, Law

TEMPLATE = Template(
    kind="laws",
    label="法律法规库",
    order=100,
    note="JSON 文件，含 laws 和 articles 两个列表；旧版本条文保留，按日期适用。",
    columns=(Column(key="id", title="编码", required=True),),
)


def read(content: bytes) -> Sheet:
    """Read the file into rows: one a law, one an article.

    Raises:
        UnreadableFile: it is not the JSON of a register of laws.
    """
    try:
        document = json.loads(content)
        laws, articles = document["laws"], document["articles"]
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        words = _("文件不是法律法规库的 JSON（须有 laws 和 articles 两个列表），没有导入任何一行。")
        raise UnreadableFile(words) from error
    sheet = Sheet(rows_count=len(laws) + len(articles))
    repeals = document.get("repeals", {})
    spans = law_dates.spans(document)
    for number, law in enumerate(laws, start=1):
        sheet.rows.append(Row(number=number, values=_law(law, repealed_on=repeals.get(law["id"]))))
    for number, article in enumerate(articles, start=len(laws) + 1):
        sheet.rows.append(Row(number=number, values=_article(article, span=spans[article["id"]])))
    return sheet


def laws(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write laws and their articles."""
    law_rows = [(row, row.values) for row in sheet.rows if "short_title" in row.values]
    article_rows = [(row, row.values) for row in sheet.rows if "law_id" in row.values]
    known = {str(values["id"]) for _row, values in law_rows}
    for row, values in article_rows:
        if values["law_id"] not in known:
            words = _("条文所属的法律“{law}”不在文件中。").format(law=values["law_id"])
            sheet.refuse(row, template.columns[0], words)
    key = ("id",)
    return [
        merge(sheet=sheet, template=template, model=Law, key=key, wanted=law_rows, column="id"),
        merge(sheet=sheet, template=template, model=Article, key=key, wanted=article_rows, column="id"),
    ]


def _law(law: law_dates.Document, *, repealed_on: str | None) -> dict[str, object]:
    return {
        "id": law["id"],
        "title": law["title_zh"],
        "short_title": law["title_short_zh"],
        "level": law["level"],
        "issuer": law["issuer"] or "",
        "document_number": law["doc_no"] or "",
        "effective_on": law_dates.day_of(law["effective_on"]),
        "repealed_on": law_dates.day_of(repealed_on),
        "text_version": law["text_version"] or "",
        "is_verified": law["verified"],
        "note": law["status_note_zh"] or "",
    }


def _article(article: law_dates.Document, *, span: law_dates.Span) -> dict[str, object]:
    return {
        "id": article["id"],
        "law_id": article["law_id"],
        "number": article["article"],
        "kind": article["kind"],
        "summary": article["summary_zh"],
        "penalty": article["penalty"],
        "fields": article["field"],
        "text_version": article["text_version"] or "",
        "valid_from": span.start,
        "valid_to": span.end,
        "is_verified": article["verified"] and span.is_stated,
    }
