"""What the business says by its code: a reply, a statement, a complaint, a stranger at the door, a rating."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from onevisit.stages.publication import ratings, requests, voices
from onevisit.stages.publication.ratings import Given
from onevisit.stages.publication.requests import Asked, RequestRefused
from onevisit.stages.visits import selectors as visits
from onevisit.stages.visits.parties import Party
from onevisit.support import clock
from onevisit.support.identity.models import Department
from onevisit.web.business.views.access import as_business, by_code, coordination, hotline


@by_code
@as_business
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, who: Party) -> HttpResponse:
    """Take what the business wants to say; it is printed beside the published result."""
    return _voice(request, who, kind="reply")


@by_code
@as_business
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest, who: Party) -> HttpResponse:
    """Take the business's statement in its defence; earlier ones stand above with receipt and answer."""
    return _voice(request, who, kind="statement")


@by_code
@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, who: Party) -> HttpResponse:
    """Take a complaint about this visit."""
    return _voice(request, who, kind="complaint")


@by_code
@require_http_methods(["GET", "HEAD", "POST"])
def stranger(request: HttpRequest, who: Party) -> HttpResponse:
    """Take the notice that somebody at the door is not on the list."""
    return _voice(request, who, kind="stranger")


_TITLES = {
    "reply": gettext_lazy("说明意见"),
    "statement": gettext_lazy("陈述申辩"),
    "complaint": gettext_lazy("投诉"),
    "stranger": gettext_lazy("此人不在名单"),
}


def _voice(request: HttpRequest, who: Party, *, kind: str) -> HttpResponse:
    organs = [part.department for part in visits.inspections_of(who.visit.pk)]
    context: dict[str, Any] = {
        "who": who,
        "code": who.code,
        "kind": kind,
        "organs": organs,
        "phone": hotline(),
        "typed": request.POST,
        "title": str(_TITLES[kind]),
    }
    if request.method == "POST":
        try:
            context["made"] = requests.submit(asked=_asked(request, who, kind, organs), at=clock.now())
        except RequestRefused as refusal:
            context["refusal"] = refusal
    if kind == "statement":
        context["earlier"] = voices.statements_of(visit_id=who.visit.pk)
    return render(request, "business/voice.html", context, status=422 if "refusal" in context else 200)


def _asked(request: HttpRequest, who: Party, kind: str, organs: list[Department]) -> Asked:
    chosen = request.POST.get("department", "")
    known = {str(organ.pk): organ.pk for organ in organs}
    office = coordination() if kind == "stranger" else None
    return Asked(
        kind=kind,
        words=request.POST.get("words", ""),
        department_id=office.pk if office else known.get(chosen, UUID(int=0)),
        contact=request.POST.get("contact", ""),
        visit_id=who.visit.pk,
        code_id=str(who.code_id),
    )


@by_code
@as_business
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, who: Party) -> HttpResponse:
    """Take an anonymous rating: three taps, one per code."""
    at = clock.now()
    context: dict[str, Any] = {
        "who": who,
        "code": who.code,
        "least": ratings.least(at=at),
        "phone": hotline(),
        "typed": request.POST,
        "has_rated": ratings.has_rated(who.code),
    }
    if request.method == "POST" and not context["has_rated"]:
        try:
            ratings.give(code=who.code, visit_id=who.visit.pk, key_id=who.key_id, given=_given(request), at=at)
            context["is_given"] = True
        except RequestRefused as refusal:
            context["refusal"] = refusal
    return render(request, "business/rate.html", context, status=422 if "refusal" in context else 200)


def _given(request: HttpRequest) -> Given:
    """Read the taps; none is preset, so one that is missing is asked for."""
    stars = request.POST.get("stars", "")
    answers = [request.POST.get(name, "") for name in ("showed_code", "done_at_once", "made_demands")]
    if not stars.isdigit() or any(answer not in {"yes", "no"} for answer in answers):
        raise RequestRefused(message=_("请给出分数，并回答三个问题。"), field="stars")
    showed, done, demands = (answer == "yes" for answer in answers)
    return Given(
        stars=int(stars),
        showed_code=showed,
        done_at_once=done,
        made_demands=demands,
        words=request.POST.get("words", ""),
    )
