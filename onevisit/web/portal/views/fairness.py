"""The statistics of fairness of all public draws: a page, every table as CSV, and everything as one JSON file."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from onevisit.stages.publication import public_record as publication
from onevisit.support.identity.access import public
from onevisit.web.ui import fairness


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show what all draws so far say about their fairness."""
    report = _report()
    context = {
        "tables": fairness.tables_of(report, publication.group_names()) if report else [],
        "all_count": len(report["draws"]) if report else 0,
        "links": {one["draw"]: reverse("open_draw", args=[one["draw"]]) for one in report["draws"]} if report else {},
        "waiting": publication.sealed_draws(),
        "base": reverse("open_fairness"),
        "nav": "draws",
    }
    return render(request, "portal/fairness.html", context)


@public
@require_safe
def table(_request: HttpRequest, key: str) -> HttpResponse:
    """Give one table as a CSV."""
    report = _report()
    found = fairness.table_of(report, publication.group_names(), key=key) if report else None
    if found is None:
        raise Http404
    return fairness.csv_answer(found)


@public
@require_safe
def document(_request: HttpRequest) -> HttpResponse:
    """Give the report with its raw counts, byte for byte what `onevisit verify --fairness` writes."""
    data = publication.fairness_file()
    if data is None:
        raise Http404
    return fairness.json_answer(data)


def _report() -> dict[str, Any] | None:
    data = publication.fairness_file()
    return json.loads(data) if data else None
