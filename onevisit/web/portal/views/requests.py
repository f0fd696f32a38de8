"""投诉、异议、咨询: without an account, with a receipt and a clock; and the typical cases."""

import re
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from onevisit.stages.publication import public_record as publication
from onevisit.stages.publication import requests, voices
from onevisit.stages.publication.lifecycle import REQUEST
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.public_record import OpenDraw
from onevisit.stages.publication.requests import Asked, RequestRefused
from onevisit.support import clock
from onevisit.support.identity.access import public
from onevisit.web.ui import throttle

KINDS = ("complaint", "enquiry", "objection")
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
# Sending costs the organs work: one address sends so many in a window, and a wrong receipt is not tried for ever.
MOST_SENT, MOST_WRONG, WINDOW_SECONDS = 20, 20, 3600


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take a complaint, an enquiry, or an objection to one published result; and look one up by its receipt."""
    if receipt := request.GET.get("receipt", "").strip():
        return redirect("open_request", receipt[:24])
    about = _about(request.POST.get("publication") or request.GET.get("publication", ""))
    doubted = _doubted(request.POST.get("draw") or request.GET.get("draw", ""))
    context: dict[str, Any] = {
        "about": about,
        "doubted": doubted,
        "organs": _organs(about),
        "kind": "objection" if about else request.POST.get("kind") or request.GET.get("kind", "complaint"),
        "typed": request.POST,
        "nav": "requests",
    }
    if request.method == "POST":
        if _count(request, "requests-sent") > MOST_SENT:
            return render(request, "portal/slow.html", {"nav": "requests"}, status=429)
        try:
            context["made"] = requests.submit(asked=_asked(request, about, doubted), at=clock.now())
            context["status"] = voices.status(context["made"].receipt)
        except RequestRefused as refusal:
            context["refusal"] = refusal
            # A key has 78 random bits: this only slows down who tries.
            if refusal.field == "key" and _count(request, "business-key") > MOST_WRONG:
                return render(request, "portal/slow.html", {"nav": "requests"}, status=429)
    return render(request, "portal/requests.html", context, status=422 if "refusal" in context else 200)


@public
@never_cache
@require_safe
def status(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show what became of a request to whoever has its receipt."""
    found = voices.status(receipt)
    if found is None:
        slow = _count(request, "receipts-wrong") > MOST_WRONG
        return render(request, "portal/no_receipt.html", {"nav": "requests"}, status=429 if slow else 404)
    return render(request, "portal/request.html", {"one": found, "LIFECYCLE": REQUEST, "nav": "requests"})


@public
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Show the typical cases."""
    return render(request, "portal/cases.html", {"cases": voices.shown_cases(on=clock.today()), "nav": "cases"})


def _about(text: str) -> Publication | None:
    """Return the published result that an objection is about."""
    if not text:
        return None
    try:
        found = publication.public_one(UUID(text), on=clock.today())
    except ValueError as wrong:
        raise Http404 from wrong
    if found is None or found.state == "withdrawn":
        raise Http404
    return found


def _doubted(number: str) -> OpenDraw | None:
    """Return the draw that somebody doubts."""
    if not number:
        return None
    found = publication.open_draw(number) if _NUMBER.fullmatch(number) else None
    if found is None:
        raise Http404
    return found


def _organs(about: Publication | None) -> list[tuple[str, str]]:
    """Return who may be asked: of a result its own departments, else every organ."""
    if about is not None:
        return [(str(part["department_id"]), str(part["department"])) for part in about.content["parts"]]
    return [(str(organ.pk), organ.name) for organ in voices.organs()]


def _asked(request: HttpRequest, about: Publication | None, doubted: OpenDraw | None) -> Asked:
    kind = "complaint" if doubted else request.POST.get("kind", "")
    try:
        organ = UUID(request.POST.get("department", ""))
    except ValueError:
        organ = UUID(int=0)
    return Asked(
        kind="objection" if about else kind if kind in KINDS else "",
        words=request.POST.get("words", ""),
        department_id=organ,
        contact=request.POST.get("contact", ""),
        publication_id=about.pk if about else None,
        key=request.POST.get("key", "") if about else "",
        draw=doubted.number if doubted else "",
    )


def _count(request: HttpRequest, what: str) -> int:
    return throttle.count(request, what, window=WINDOW_SECONDS)
