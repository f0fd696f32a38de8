"""城市概况与政策依据: the mandate of the platform, its regions, and the documents it rests on (R1)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onevisit.stages.registers import selectors
from onevisit.support.identity.access import requires
from onevisit.web.ui.actors import ActorRequest


@requires("city.see")
@require_GET
def city_detail(request: ActorRequest) -> HttpResponse:
    """Show the profile of the city and its policy documents with date and number."""
    return render(request, "desk/registers/city.html", {"city": selectors.city()})
