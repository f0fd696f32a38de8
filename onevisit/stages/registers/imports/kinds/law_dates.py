"""From when to when an article of the register of laws holds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_REPLACED = "旧文本"
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Span:
    """From when to when something holds, and whether a text states its beginning."""

    start: date | None = None
    end: date | None = None
    is_stated: bool = False


def spans(document: Document) -> dict[str, Span]:
    """Return the span of every article by its id.

    A later text of a law ends an article only where the register holds a newer record of the same number, says that the
    wording is the old one, or says that the new text renumbers everything: a partial amendment leaves the rest in
    force. A text whose beginning is not stated counts from its adoption, and what rests on it is not verified.
    """
    laws = {law["id"]: law for law in document["laws"]}
    articles = document["articles"]
    ends = {law_id: date.fromisoformat(day) - timedelta(days=1) for law_id, day in document.get("repeals", {}).items()}
    renumbered = set(document.get("renumbered", ()))
    texts: dict[str, set[str]] = defaultdict(set)
    numbers: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for article in articles:
        texts[article["law_id"]].add(_text(article))
        numbers[article["law_id"]].add((article["article"], _text(article)))
    versions = {law_id: _versions(laws.get(law_id, {}), sorted(found)) for law_id, found in texts.items()}
    answer = {}
    for article in articles:
        law_id = article["law_id"]
        of_text = versions[law_id][_text(article)]
        newer = any(number == article["article"] and text > _text(article) for number, text in numbers[law_id])
        is_replaced = newer or law_id in renumbered or article["summary_zh"].startswith(_REPLACED)
        end = of_text.end if is_replaced and of_text.end else ends.get(law_id)
        answer[article["id"]] = Span(start=of_text.start, end=end, is_stated=of_text.is_stated)
    return answer


def _text(article: Document) -> str:
    return str(article["text_version"] or "")


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _versions(law: Document, ordered: list[str]) -> dict[str, Span]:
    """Return the span of each text: it ends the day before the next one of the register begins."""
    begins = {version["adopted_on"]: day_of(version["effective_on"]) for version in law.get("versions", ())}
    end: date | None = None
    found = {}
    for place in range(len(ordered) - 1, -1, -1):
        text = ordered[place]
        # The first text that the register holds stands for the law from its beginning: no other wording is known.
        start = begins.get(text) or (day_of(text) if place else day_of(law.get("effective_on")))
        found[text] = Span(start=start, end=end, is_stated=place == 0 or begins.get(text) is not None)
        end = start - timedelta(days=1) if start else end
    return found
