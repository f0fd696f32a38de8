"""The register of laws: a JSON file of laws and articles with the dates of each version."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import Row, Sheet
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


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when to when a text of a law holds, and whether a text says so."""

    start: date | None = None
    end: date | None = None
    is_stated: bool = False


def read(content: bytes) -> Sheet:
    """Read the file into rows: one a law, one an article.

    Raises:
        UnreadableFile: it is not the JSON of a register of laws.
    """
    try:
        document = json.loads(content)
        laws, articles, ends = document["laws"], document["articles"], document.get("repeals", {})
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        words = _("文件不是法律法规库的 JSON（须有 laws 和 articles 两个列表），没有导入任何一行。")
        raise UnreadableFile(words) from error
    sheet = Sheet(rows_count=len(laws) + len(articles))
    repealed = {law_id: date.fromisoformat(day) for law_id, day in ends.items()}
    spans = _spans(laws=laws, articles=articles, repealed=repealed)
    for number, law in enumerate(laws, start=1):
        sheet.rows.append(Row(number=number, values=_law(law, repealed=repealed)))
    for number, article in enumerate(articles, start=len(laws) + 1):
        sheet.rows.append(Row(number=number, values=_article(article, spans=spans)))
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


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _law(law: dict[str, Any], *, repealed: dict[str, date]) -> dict[str, object]:
    return {
        "id": law["id"],
        "title": law["title_zh"],
        "short_title": law["title_short_zh"],
        "level": law["level"],
        "issuer": law["issuer"] or "",
        "document_number": law["doc_no"] or "",
        "effective_on": _day(law["effective_on"]),
        "repealed_on": repealed.get(law["id"]),
        "text_version": law["text_version"] or "",
        "is_verified": law["verified"],
        "note": law["status_note_zh"] or "",
    }


def _article(article: dict[str, Any], *, spans: dict[tuple[str, str], Span]) -> dict[str, object]:
    span = spans.get((article["law_id"], article["text_version"] or ""), Span())
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


def _spans(
    *, laws: list[dict[str, Any]], articles: list[dict[str, Any]], repealed: dict[str, date]
) -> dict[tuple[str, str], Span]:
    """Return from when to when the articles of each text version hold.

    A version ends the day before the next version that the register holds articles of; the last one ends with the law.
    The start of the first stored text is the start of the law where the text does not say when it began: the register
    knows no other wording. A later text without a stated start counts from its adoption, and is not verified.
    """
    texts: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        texts[article["law_id"]].add(article["text_version"] or "")
    spans: dict[tuple[str, str], Span] = {}
    for law in laws:
        begins = {version["adopted_on"]: _day(version["effective_on"]) for version in law["versions"]}
        ordered = sorted(texts[law["id"]])
        end = repealed[law["id"]] - timedelta(days=1) if law["id"] in repealed else None
        for place in range(len(ordered) - 1, -1, -1):
            text = ordered[place]
            start = begins.get(text) or (_day(text) if place else _day(law["effective_on"]))
            is_stated = place == 0 or begins.get(text) is not None
            spans[law["id"], text] = Span(start=start, end=end, is_stated=is_stated)
            end = start - timedelta(days=1) if start else end
    return spans
