"""The public register of draws, and one draw: why it can be trusted, how to check it, its files, and who checked it."""

import re
import secrets
from typing import Any

from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from onevisit.core.draw import beside
from onevisit.stages.publication import public_record as publication
from onevisit.stages.publication import verifications, voices
from onevisit.stages.publication.public_record import OwnTicket
from onevisit.stages.publication.verifications import DrawRefused
from onevisit.support import clock
from onevisit.support.identity.access import public
from onevisit.support.ledger import selectors as ledger
from onevisit.support.sm2 import configured
from onevisit.support.sm2.marks import of_bytes
from onevisit.web.portal import draw_files
from onevisit.web.ui import marks, throttle

PER_PAGE = 50
# Each failed report costs the organiser an answer: one address sends so many in a window.
MOST_REPORTED, WINDOW_SECONDS = 20, 3600
VISITOR, YEAR_SECONDS = "verified", 366 * 24 * 3600
_MARK = re.compile(r"[0-9a-f]{32}")
_SEPARATOR = re.compile(r"[,，、;；\n]")
MOST_SHOWN = 200
VERIFIER = "portal/verify/verify.js"
TYPES = {"json": "application/json", "txt": "text/plain; charset=utf-8", "tsr": "application/timestamp-reply"}


@public
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show the register a page at a time; only the draws of the page are read."""
    pages = Paginator(range(publication.draw_count()), PER_PAGE).get_page(request.GET.get("page"))
    draws = publication.open_draws(first=max(pages.start_index() - 1, 0), count=PER_PAGE)
    context = {"draws": draws, "pages": pages, "organisers": publication.draw_organisers(), "nav": "draws"}
    return render(request, "portal/draws.html", context)


@public
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show what the rules around the protocol publish of each organiser."""
    order = publication.escrow_order(on=clock.now().date())
    context = {"figures": publication.draw_figures(), "escrows": order, "nav": "draws"}
    return render(request, "portal/draw_figures.html", context)


@public
@require_safe
def register_file(_request: HttpRequest, organiser: str) -> HttpResponse:
    """Give the register of an organiser's draws as one file."""
    data = publication.draw_register(organiser=organiser, at=clock.now())
    if data is None:
        raise Http404
    return _download(data, name=f"register-{organiser}.json", kind="application/json")


@public
@require_safe
def draw(request: HttpRequest, number: str) -> HttpResponse:
    return render(request, "portal/draw.html", _content(request, number))


@public
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Take the report of somebody who verified the draw; a random mark in the browser keeps him from counting twice."""
    if request.method == "GET":  # a reload, or the address by itself
        return redirect("open_draw", number)
    if throttle.count(request, "verifications", window=WINDOW_SECONDS) > MOST_REPORTED:
        return render(request, "portal/slow.html", {"nav": "draws"}, status=429)
    visitor = request.COOKIES.get(VISITOR, "")
    visitor = visitor if _MARK.fullmatch(visitor) else secrets.token_hex(16)
    outcome, failing = request.POST.get("outcome", ""), request.POST.get("failing", "")[:400]
    said: dict[str, Any] = {"typed": request.POST}
    try:
        said["reported"] = verifications.report(
            number=number, outcome=outcome, failing=_SEPARATOR.split(failing), visitor=visitor, at=clock.now()
        )
    except DrawRefused as refusal:
        said["report_refusal"] = refusal
    status = 422 if "report_refusal" in said else 200
    answer = render(request, "portal/draw.html", {**_content(request, number), **said}, status=status)
    answer.set_cookie(VISITOR, visitor, max_age=YEAR_SECONDS, path="/open/", httponly=True, samesite="Lax")
    return answer


def _content(request: HttpRequest, number: str) -> dict[str, Any]:
    found = publication.open_draw(number)
    if found is None:
        raise Http404
    pool = publication.draw_pool(number)
    placed = pool.placed if pool else ()
    code = request.GET.get("id", "").strip()[:96]
    files = publication.draw_files(number)
    return {
        **_drawn(request, number),
        "draw": found,
        "files": draw_files.listed(
            files,
            departments={item.item: item.department for item in found.items},
            reasons={one.reason: one.label for one in pool.exclusions} if pool else {},
        ),
        "has_previous": "previous.json" in files,
        "has_anchor": beside.ANCHOR_STAMP in files,
        "void": publication.draw_void(number),
        "followed_by": publication.draw_after_void(number) if found.state == "void" else "",
        "cosigners": ledger.cosigners(found.commitment_entry),
        "code": code,
        "unit": publication.draw_unit(number),
        "own": _grouped(publication.own_tickets(number=number, code=code)) if code else [],
        "object_id": publication.object_id_of(code) if code else "",
        "own_target": publication.business(code) if code else None,
        "excluded": publication.own_exclusion(number=number, code=code) if code else None,
        "pool": pool,
        "rounds": publication.draw_rounds(number),
        "outcome": publication.draw_outcome(number),
        "sources": publication.draw_sources(number),
        "attestations": publication.draw_answers(number),
        "doubts": voices.doubts_of(number),
        "placed": placed[:MOST_SHOWN],
        "placed_count": len(placed),
        "own_batch": next((one for one in placed if one.object_id == publication.object_id_of(code)), None),
        "has_sm2": configured() is not None,
        "has_verifier": finders.find(VERIFIER) is not None,
        "verifier": VERIFIER,
        "nav": "draws",
    }


def _drawn(request: HttpRequest, number: str) -> dict[str, Any]:
    """Return the rounds of an open draw, and one page of what they drew."""
    results = publication.draw_results(number)
    drawn = [one for result in results for choice in result.choices for one in choice.drawn]
    return {
        "results": results,
        "digests": publication.draw_digests(number) if results else (),
        "drawn": Paginator(drawn, PER_PAGE).get_page(request.GET.get("drawn")) if drawn else None,
        "has_several": any(len(result.choices) > 1 for result in results),
    }


@public
@require_safe
def file(_request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Give one public file of a draw byte for byte."""
    data = publication.draw_file(number=number, name=name)
    if data is None:
        raise Http404
    kind = TYPES.get(name.rsplit(".", 1)[-1], "text/plain; charset=utf-8")
    return HttpResponse(data, content_type=kind)


@public
@require_safe
def bundle(request: HttpRequest, number: str) -> HttpResponse:
    """Give everything public of an opened draw as one zip."""
    data = publication.draw_bundle(number=number)
    if data is None:
        raise Http404
    if kind := marks.asked(request):
        return marks.answer(kind, of_bytes(data), name=f"{number}.zip")
    return _download(data, name=f"{number}.zip", kind="application/zip")


def _download(data: bytes, *, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _grouped(tickets: list[OwnTicket]) -> list[tuple[OwnTicket, str]]:
    """Say once what is the same for several departments: they share their tickets unless an item has its own."""
    names: dict[tuple[int, str, str, bool], list[str]] = {}
    first: dict[tuple[int, str, str, bool], OwnTicket] = {}
    for one in tickets:
        key = (one.round, one.ticket, one.cut, one.is_drawn)
        first.setdefault(key, one)
        names.setdefault(key, []).append(one.department)
    return [(one, "、".join(names[key])) for key, one in first.items()]
