"""企业口令: whoever holds the code shows with the business's own key that it is the business."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from onevisit.stages.visits import business_keys
from onevisit.stages.visits.business_keys import KeyNeeded
from onevisit.stages.visits.parties import Party
from onevisit.web.business.views.access import WINDOW_SECONDS, ask_for_key, by_code, remember
from onevisit.web.ui import throttle

# A key has 78 random bits: this only slows down who tries, and a typing mistake or two must not lock a business out.
TRIES = 20


@by_code
@require_http_methods(["GET", "HEAD", "POST"])
def key(request: HttpRequest, who: Party) -> HttpResponse:
    """Take the key and lead on to what was wanted."""
    then = request.POST.get("then", "") or request.GET.get("then", "")
    if request.method != "POST":
        return ask_for_key(request, who, then=then)
    found = business_keys.opened_by(key=request.POST.get("key", ""), visit=who.visit)
    if found is None:
        tries = throttle.count(request, "business-key", window=WINDOW_SECONDS)
        return ask_for_key(request, who, then=then, status=429 if tries > TRIES else 422, refusal=KeyNeeded())
    home = reverse("code", args=[who.code])
    answer = redirect(then if then.startswith(f"{home}/") else home)
    remember(answer, request, replace(who, key_id=found.pk))
    return answer
