"""企业口令: the coordination office prints the letters that carry a business's own key; a key is shown nowhere else."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.visits import business_keys, services
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.models import Department
from onevisit.web.ui.actors import ActorRequest

SHOWN = services.MOST_LETTERS


@requires("business_key.see")
@require_GET
def key_list(request: ActorRequest) -> HttpResponse:
    """Show the visited businesses without a key, or those that match a search."""
    return _list(request)


@requires("business_key.issue")
@require_POST
@never_cache
def key_letters(request: ActorRequest) -> HttpResponse:
    """Make new keys and show the letters to print, this once: the keys are kept as digests only."""
    try:
        letters = services.issue_business_keys(target_ids=_chosen(request), actor=request.actor, at=clock.now())
    except VisitRefused as refusal:
        return _list(request, refusal=refusal)
    office = Department.objects.filter(kind="coordination_office").order_by("code").first()
    return render(request, "desk/business_keys/letters.html", {"letters": letters, "office": office})


def _list(request: ActorRequest, *, refusal: VisitRefused | None = None) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    found = business_keys.businesses(words=words)
    context = {
        "words": words,
        "businesses": found[:SHOWN],
        "more": max(0, found.count() - SHOWN),
        "most": SHOWN,
        "refusal": refusal,
    }
    return render(request, "desk/business_keys/list.html", context, status=refusal.status if refusal else 200)


def _chosen(request: ActorRequest) -> list[UUID]:
    """Return the ticked businesses; what is no id is none."""
    found = []
    for text in request.POST.getlist("target"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
