"""回避: the head declines a request that came from the field; granting it is 换人 on the same page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onevisit.stages.visits import selectors, services
from onevisit.stages.visits.selectors import Submission
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.ui.actors import ActorRequest


@requires("inspection.decline_recusal")
@require_POST
def decline(request: ActorRequest, submission_id: UUID) -> HttpResponse:
    """Decide that the officer stays; the officer is told with the reason."""
    visits = selectors.visits_for(request.actor)
    rows = Submission.objects.filter(inspection__visit__in=visits.values("pk"), kind="recusal")
    asked = get_object_or_404(rows.select_related("officer", "inspection"), pk=submission_id)
    services.decline_recusal(
        submission=asked, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now()
    )
    messages.success(request, _("不准 %s 回避，已告知本人。") % asked.officer.name)
    return redirect("visit_detail", asked.inspection.visit_id)
