"""责任追溯: paste any number, see every responsible person from the public result back to the plan."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.watch.oversight import services
from onevisit.watch.oversight.chain import chain_of
from onevisit.web.ui.actors import ActorRequest


@requires("trace.open")
@require_GET
def trace(request: ActorRequest) -> HttpResponse:
    """Show the trace of the reference in the query, or ask for one."""
    reference = request.GET.get("ref", "").strip()
    if not reference:
        return render(request, "desk/oversight/trace.html", {"reference": ""})
    chain = chain_of(reference)
    if chain is None:
        return render(request, "desk/oversight/trace.html", {"reference": reference, "is_unknown": True}, status=404)
    if not request.actor.may("trace.open", chain):
        raise Http404
    found = services.open_trace(chain=chain, reference=reference, actor=request.actor, at=clock.now())
    return render(request, "desk/oversight/trace.html", {"reference": reference, "trace": found})
