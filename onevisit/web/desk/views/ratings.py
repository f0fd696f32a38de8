"""评价与投诉: sums of anonymous ratings, only in full batches; their words for the supervisor of enforcement alone."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onevisit.stages.publication import ratings
from onevisit.stages.publication.policies import OWN, READERS
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.web.ui.actors import ActorRequest


@requires("rating.see")
@require_GET
def rating_list(request: ActorRequest) -> HttpResponse:
    """Show the sums of the departments in scope; nobody sees a single rating."""
    at = clock.now()
    actor = request.actor
    context = {
        "sums": ratings.sums(_scope(actor), at=at),
        "least": ratings.least(at=at),
        "opinions": ratings.opinions(actor=actor, at=at) if actor.may("rating.read") else None,
    }
    return render(request, "desk/oversight/ratings.html", context)


def _scope(actor: Actor) -> QuerySet[Department]:
    inspecting = Department.objects.filter(can_inspect=True, valid_to__isnull=True)
    return inspecting if actor.holds(*READERS) else inspecting.filter(pk__in=actor.department_ids(*OWN))
