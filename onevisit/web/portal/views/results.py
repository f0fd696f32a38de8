"""Released results: the list, one business's page, and the very bytes whose digest stands in the ledger."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from onevisit.stages.publication import contents
from onevisit.stages.publication import public_record as publication
from onevisit.stages.publication.models import Publication, PublicationVersion
from onevisit.support import clock
from onevisit.support.identity.access import public
from onevisit.support.ledger import selectors as ledger
from onevisit.support.sm2.marks import digest_of, of_bytes
from onevisit.web.ui import keyset, marks

PAGE = 20
NOTHING_FOUND = "1"
ORDER = ("-released_at", "pk")
_YEAR, _NUMBER = re.compile(r"20[0-9]{2}"), re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class Shown:
    """One publication as the page of a business shows it."""

    publication: Publication
    inspected_on: str
    has_problem: bool
    is_mended: bool
    other: str
    """What the result says where it is neither a problem nor 未发现问题: that the business has closed, for example."""
    versions: list[PublicationVersion]
    corrections: list[PublicationVersion]
    content_sm3: str
    given: str


@public
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """List everything that is or was public; of one year if the address says so."""
    rows = publication.released(on=clock.today())
    year = request.GET.get("year", "")
    year = year if _YEAR.fullmatch(year) else ""
    if year:
        rows = rows.filter(released_at__year=int(year))
    page, _has_before, has_after = keyset.cut(rows, order=ORDER, size=PAGE, after=request.GET.get("after", ""))
    context = {
        "shown": [_shown(one) for one in page],
        "year": year,
        "next": keyset.token(page[-1], ORDER) if has_after else "",
        "nav": "results",
    }
    return render(request, "portal/results.html", context)


@public
@require_safe
def business(request: HttpRequest, code: str) -> HttpResponse:
    found = publication.business(code)
    if found is None:
        raise Http404(_("没有找到这个统一社会信用代码"))
    shown = [_shown(one) for one in publication.released_of(code, on=clock.today())]
    this_year = [one for one in shown if one.inspected_on.startswith(str(clock.today().year))]
    context = {
        "business": found,
        "latest": shown[0] if shown else None,
        "earlier": shown[1:],
        "count_this_year": len(this_year),
        "may_trace": bool(request.actor.capacities),  # type: ignore[attr-defined]  # set by ActorMiddleware
        "nav": "results",
    }
    return render(request, "portal/business.html", context)


@public
@require_safe
def content(request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Give the canonical bytes of a public content; `?version=` gives a former one."""
    found = _public(publication_id)
    number = request.GET.get("version", "")
    version = publication.versions(found).filter(number=int(number)).first() if _NUMBER.fullmatch(number) else None
    if number and version is None:
        raise Http404
    data = contents.encode(version.content if version else found.content)
    if kind := marks.asked(request):
        return marks.answer(kind, of_bytes(data), name="result.json")
    return HttpResponse(data, content_type="application/json")


@public
@require_safe
def proof(_request: HttpRequest, publication_id: UUID) -> HttpResponse:
    """Give the ledger proof of the latest version of a result."""
    latest = publication.versions(_public(publication_id)).first()
    data = ledger.proof_of(latest.entry) if latest else None
    if data is None:
        raise Http404(_("这条留痕还没有排号签名，请稍后再试"))
    response = HttpResponse(data, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{publication_id}.tlog-proof"'
    return response


def _public(publication_id: UUID) -> Publication:
    found = publication.public_one(publication_id, on=clock.today())
    if found is None or found.state == "withdrawn":
        raise Http404
    return found


def _shown(one: Publication) -> Shown:
    problems = [finding for part in one.content["parts"] for finding in part["findings"]]
    versions = list(publication.versions(one))
    return Shown(
        publication=one,
        inspected_on=max((part["inspected_on"] for part in one.content["parts"]), default=""),
        has_problem=bool(problems),
        is_mended=bool(problems) and all(finding["state"] == "closed" for finding in problems),
        other=next((part["words"] for part in one.content["parts"] if _is_other(part)), ""),
        versions=versions,
        corrections=[version for version in versions if version.is_correction],
        content_sm3=digest_of(contents.encode(one.content)),
        given=publication.given_of(one),
    )


def _is_other(part: dict[str, Any]) -> bool:
    return not part["findings"] and part["codes"] != [NOTHING_FOUND]
