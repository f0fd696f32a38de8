"""The components of the desk as template tags; README.md shows them on three pages, /dev/patterns in every state."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from onevisit.core.lifecycle import Lifecycle, Tone
from onevisit.support.sm2 import marks
from onevisit.web.ui import actors, clocks, icons, timelines, toasts

register = template.Library()
CAPPED = 999


@register.simple_tag
def icon(noun: str, label: str = "", small: bool = False) -> SafeString:
    """Inline the drawing of a noun; with `label` it speaks for itself, without it is decoration."""
    classes = "icon icon-small" if small else "icon"
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    opening = format_html('<svg class="{}" {} focusable="false"', classes, said)
    return mark_safe(icons.drawing(noun).replace("<svg", opening, 1))  # drawings are our own built files


@register.filter
def capped(count: int) -> str:
    """Say a count the way tabs and bells do: nothing for zero, `999+` beyond."""
    if not count:
        return ""
    return f"{CAPPED}+" if count > CAPPED else str(count)


register.filter("capacity_key", actors.key_of)
register.filter("undo_of", toasts.undo_of)


@register.filter
def money(amount: Any) -> str:
    """Say an amount in yuan."""
    return f"¥{amount:,.2f}"


@register.filter
def weekday_date(day: date | datetime | None) -> str:
    """Say a day with its weekday: `2026-11-24（周二）`."""
    if day is None:
        return "-"
    return f"{day:%Y-%m-%d}（周{'一二三四五六日'[day.weekday()]}）"


# --- Reading -----------------------------------------------------------------------------------------------------


@register.simple_tag
def badge(lifecycle: Lifecycle, state: str) -> SafeString:
    """Show a state: the word and the tone come from the lifecycle table."""
    found = lifecycle.state(state)
    return mark(found.tone, found.label)


@register.simple_tag
def mark(tone: str, label: str) -> SafeString:
    """Show a word that is no lifecycle's state (a certificate, a flag) in one of the eight tones."""
    drawn = icon("late", small=True) if Tone(tone) == Tone.LATE else ""
    return format_html('<span class="badge is-{}">{}{}</span>', Tone(tone).value, drawn, label)


@register.inclusion_tag("ui/components/clock.html")
def clock_chip(
    due_at: datetime | None, now: datetime, opened_at: datetime | None = None, law: str = "", alarm: str = ""
) -> dict[str, object]:
    """Show how much of a term is left and by which article; it opens to how it was counted."""
    left = clocks.remaining(due_at=due_at, now=now, opened_at=opened_at, law=law) if due_at else None
    return {"left": left, "alarm": alarm}


@register.inclusion_tag("ui/components/clock.html")
def deadline_chip(deadline: Any, now: datetime, alarm: str = "") -> dict[str, object]:
    """Show a `Deadline`: its unit, pauses and article come from its rule version."""
    return {"left": clocks.of_deadline(deadline, now=now) if deadline else None, "alarm": alarm}


@register.inclusion_tag("ui/components/burden.html")
def burden_meter(visited: int, cap: int | None, planned: int = 0, url: str = "") -> dict[str, object]:
    """Show how often a business is visited this year against its cap: words first, then cells."""
    size = max(cap or 0, visited + planned)
    kinds = ["used"] * visited + ["planned"] * planned
    if cap is not None:
        kinds = [*kinds[:cap], *["over"] * (len(kinds) - cap)]
    cells = [*kinds, *["free"] * (size - len(kinds))][:12]
    return {"visited": visited, "cap": cap, "planned": planned, "cells": cells, "url": url}


@register.inclusion_tag("ui/components/why.html")
def why_chip(
    reason: str, rule: str = "", law: str = "", valid_from: date | None = None, valid_to: date | None = None
) -> dict[str, object]:
    """Show why something was matched: the sentence, the rule, the article and its dates."""
    return {"reason": reason, "rule": rule, "law": law, "valid_from": valid_from, "valid_to": valid_to}


@register.inclusion_tag("ui/components/law.html")
def law(
    name: str,
    article: str = "",
    text: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    is_verified: bool = True,
    on: date | None = None,
    successor: str = "",
) -> dict[str, object]:
    """Cite an article: valid, expired (struck through, with its successor) or 待核实."""
    is_expired = bool(on and valid_to and valid_to < on) or bool(on and valid_from and valid_from > on)
    return {
        "name": name,
        "article": article,
        "text": text,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "is_verified": is_verified,
        "is_expired": is_expired,
        "successor": successor,
    }


@register.inclusion_tag("ui/components/basis.html")
def basis(citation: str, text: str = "", is_verified: bool = True) -> dict[str, object]:
    """Fill the 依据 slot of a page's title: the clause it carries out and whether it is verified."""
    return {"citation": citation, "text": text, "is_verified": is_verified}


@register.inclusion_tag("ui/components/definition.html")
def definition(term: str, text: str, source: str = "", as_of: Any = None) -> dict[str, object]:
    """Show a word whose definition opens on the spot."""
    return {"term": term, "text": text, "source": source, "as_of": as_of}


@register.inclusion_tag("ui/components/masked.html")
def masked(value: str, reveal_url: str = "", what: str = "") -> dict[str, object]:
    """Show a value that stands masked; `value` comes masked from the selector, never in clear."""
    return {"value": value, "reveal_url": reveal_url, "what": what}


@register.simple_tag
def fingerprint(value: Any, short: bool = False) -> SafeString:
    """Show a hash grouped by four, with a button that copies all of it."""
    text = value.hex() if isinstance(value, bytes | memoryview) else str(value or "")
    if not text:
        return mark_safe('<span class="muted">-</span>')
    shown = text[:16] if short else text
    grouped = " ".join(re.findall(".{1,4}", shown)) + ("…" if short and len(text) > 16 else "")
    button = format_html(
        '<button type="button" class="copy-button" data-copy="{}">{}{}</button>', text, icon("copy"), _("复制")
    )
    return format_html('<span class="fingerprint"><code title="{}">{}</code>{}</span>', text, grouped, button)


@register.inclusion_tag("ui/components/sm_mark.html")
def sm_mark(sha256: str, url: str) -> dict[str, object]:
    """Show a file's SM3 digest and lead to its SM2 signature; nothing where the product does not use them."""
    return {"mark": marks.of_file(sha256), "url": url}


@register.inclusion_tag("ui/components/figure.html")
def key_figure(
    label: str, number: Any, unit: str = "", url: str = "", definition: str = "", as_of: Any = None, tone: str = ""
) -> dict[str, object]:
    """Show a figure with its unit, definition, date and the list it counts."""
    return {
        "label": label,
        "number": number,
        "unit": unit,
        "url": url,
        "definition": definition,
        "as_of": as_of,
        "tone": tone,
    }


@register.simple_tag
def freshness(source: str, at: Any) -> SafeString:
    """Say where a value came from and of when it is."""
    day = f"{at:%Y-%m-%d}" if at else _("时间不详")
    return format_html('<span class="freshness">{} {}</span>', source, day)


# --- Lists -------------------------------------------------------------------------------------------------------


@register.inclusion_tag("ui/components/list_page.html", takes_context=True)
def list_page(context: Mapping[str, Any], page: Any) -> dict[str, object]:
    """Show a whole list: tabs, query form, table, pager (see listing.py)."""
    return {"page": page, "request": context.get("request"), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(entries: Iterable[Any], limit: int = 200) -> dict[str, object]:
    """Show ledger entries as readable sentences, newest first, by day, with filters by kind and organ."""
    return timelines.view(entries, limit=limit)


@register.inclusion_tag("ui/components/answers.html")
def check_answers(rows: Iterable[Any]) -> dict[str, object]:
    """Show what was entered before it becomes fixed; rows are (label, value, change url)."""
    return {"rows": [(*row, "")[:3] for row in rows]}


@register.inclusion_tag("ui/components/task_list.html")
def task_list(steps: Iterable[Any]) -> dict[str, object]:
    """Show the steps of a job in any order; see `steps.Step`."""
    return {"steps": list(steps)}


@register.inclusion_tag("ui/components/empty.html")
def empty(
    kind: str, title: str, text: str = "", action_url: str = "", action_label: str = "", noun: str = "inbox"
) -> dict[str, object]:
    """Show an empty state; `kind` is `nothing_yet`, `no_match` or `not_yours`."""
    if kind not in {"nothing_yet", "no_match", "not_yours"}:
        raise template.TemplateSyntaxError(f"unknown kind of empty state: {kind}")
    return {
        "kind": kind,
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_label": action_label,
        "noun": "search" if kind == "no_match" else "lock" if kind == "not_yours" else noun,
    }


@register.simple_tag
def draw_link(number: str, links: Mapping[str, str]) -> str:
    """Return the address of a draw on this side of the house, by its number."""
    return links.get(number, "")


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumb; the latest one has no address."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_tag
def tabs(entries: Iterable[Any], label: str = "") -> SafeString:
    """Show tabs with counts; entries are (label, url, count or None, is current)."""
    items = format_html_join(
        "",
        '<li><a href="{}"{}>{}{}</a></li>',
        (
            (
                url,
                mark_safe(' aria-current="page"') if here else "",
                word,
                format_html(' <span class="count">{}</span>', capped(count) or 0) if count is not None else "",
            )
            for word, url, count, here in entries
        ),
    )
    return format_html('<nav aria-label="{}"><ul class="tabs">{}</ul></nav>', label or _("分类"), items)


# --- Input and feedback ------------------------------------------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def action_bar(context: Mapping[str, Any], content: str, capacity: Any = None, waits_for: str = "") -> str:
    """Hold the main buttons at the foot of a page, with the capacity in which they act."""
    return render_to_string(
        "ui/components/action_bar.html", {"content": content, "capacity": capacity, "waits_for": waits_for}
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> str:
    """Hold a native dialog; `{% opens id label %}` makes the button that opens it."""
    return render_to_string("ui/components/dialog.html", {"content": content, "id": id, "title": title})


@register.simple_tag
def opens(id: str, label: str, style: str = "", noun: str = "") -> SafeString:
    """Make the button that opens a dialog."""
    drawn = icon(noun) if noun else ""
    return format_html(
        '<button type="button" class="btn {}" data-opens="{}" aria-haspopup="dialog">{}{}</button>',
        f"btn-{style}" if style else "",
        id,
        drawn,
        label,
    )


@register.inclusion_tag("ui/components/act.html", takes_context=True)
def act(
    context: Mapping[str, Any], url: str, label: str, style: str = "", key: str = "", noun: str = "", **values: object
) -> dict[str, object]:
    """Make a button that posts: one click, one act. `key` is its shortcut, further names are hidden fields."""
    return {
        "csrf_token": context.get("csrf_token"),
        "url": url,
        "label": label,
        "style": style,
        "key": key,
        "noun": noun,
        "values": values,
    }


@register.simple_block_tag
def reason_box(content: str, rule: str, law: str = "") -> str:
    """Frame a step outside the rule: which rule, which law, then the field for the reason."""
    return render_to_string("ui/components/reason_box.html", {"content": content, "rule": rule, "law": law})


@register.inclusion_tag("ui/components/job.html")
def job_progress(job: Any) -> dict[str, object]:
    """Show work that runs in the background; `job` has url, title, done, total, state, cancel_url."""
    return {"job": job}


@register.inclusion_tag("ui/components/file_drop.html")
def file_drop(field: Any, accept: str = "", note: str = "") -> dict[str, object]:
    """Show a file field that also takes a dropped file."""
    return {"field": field, "accept": accept, "note": note}


@register.filter
def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
