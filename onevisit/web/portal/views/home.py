"""The public home page: one search box, today's figures with their lists, the latest draws and results."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from onevisit.stages.publication import public_record as publication
from onevisit.support import clock
from onevisit.support.identity.access import public

LATEST = 5


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "figures": publication.figures(at=clock.now()),
        "draws": publication.open_draws(count=LATEST),
        "latest": publication.released(on=clock.today())[:LATEST],
        "this_year_url": f"{reverse('open_results')}?year={clock.today().year}",
        "nav": "home",
    }
    return render(request, "portal/home.html", context)


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find businesses with public results; an exact code leads straight to its page."""
    words = request.GET.get("q", "").strip()[:80]
    exact = publication.business(words) if words else None
    if exact:
        return redirect(reverse("open_business", args=[exact.code]))
    return render(request, "portal/search.html", {"words": words, "found": publication.search(words, on=clock.today())})
