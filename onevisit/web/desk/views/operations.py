"""运行: how the queue stands, and the jobs that failed for good, which the operator lets run again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.jobs import selectors, services
from onevisit.web.ui.actors import ActorRequest


@requires("job.see")
@require_GET
def queue(request: ActorRequest) -> HttpResponse:
    """Show the counts of the queue, the worker's sign of life and the dead letters."""
    state = selectors.queue_state()
    return render(request, "desk/operations/queue.html", {"state": state, "letters": selectors.dead_letters()})


@requires("job.retry")
@require_POST
def job_retry(request: ActorRequest, job_id: int) -> HttpResponse:
    """Let one failed job run again."""
    services.retry(job_id=job_id, actor=request.actor, at=clock.now())
    messages.success(request, _("已重新排队。"))
    return redirect("ops_queue")
