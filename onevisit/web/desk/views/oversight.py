"""责任追溯: paste any number, see every responsible person from the public result back to the plan; take the proofs."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.watch.oversight import selectors, services
from onevisit.watch.oversight.chain import Chain, chain_of
from onevisit.web.ui.actors import ActorRequest


def _chain(request: ActorRequest, reference: str, *, verb: str) -> Chain:
    chain = chain_of(reference)
    if chain is None or not request.actor.may(verb, chain):
        raise Http404
    return chain


@requires("trace.open")
@require_GET
def trace(request: ActorRequest) -> HttpResponse:
    """Show the trace of the reference in the query, or ask for one."""
    reference = request.GET.get("ref", "").strip()
    if not reference:
        return render(request, "desk/oversight/trace.html", {"reference": ""})
    if chain_of(reference) is None:
        return render(request, "desk/oversight/trace.html", {"reference": reference, "is_unknown": True}, status=404)
    chain, at = _chain(request, reference, verb="trace.open"), clock.now()
    content = {
        "reference": reference,
        "trace": services.open_trace(chain=chain, reference=reference, actor=request.actor, at=at),
        "at": at,
        "opinions": selectors.opinions_on(chain),
        "may_write": request.actor.may("opinion.write", chain),
    }
    return render(request, "desk/oversight/trace.html", content)


@requires("trace.export")
@require_POST
def trace_export(request: ActorRequest) -> HttpResponse:
    """Give the proof bundle of a trace."""
    reference = request.POST.get("ref", "").strip()
    chain = _chain(request, reference, verb="trace.export")
    content = services.export_trace(chain=chain, reference=reference, actor=request.actor, at=clock.now())
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="trace-{chain.root.pk}.zip"'
    return response


@requires("opinion.write")
@require_POST
def opinion_write(request: ActorRequest) -> HttpResponse:
    """Write an opinion on the inspection of a trace."""
    reference = request.POST.get("ref", "").strip()
    chain = _chain(request, reference, verb="opinion.write")
    services.write_opinion(chain=chain, words=request.POST.get("words", ""), actor=request.actor, at=clock.now())
    messages.success(request, _("意见已提出，随案可查。"))
    return redirect(f"{reverse('trace')}?{urlencode({'ref': reference})}")
