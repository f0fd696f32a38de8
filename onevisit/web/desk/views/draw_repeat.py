"""重抽执法人员: after a shortage the officer half is drawn again under a new number; the objects stand."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onevisit.stages.draws import services
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sources import declaring
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.desk.views.draw_acts import moment_of
from onevisit.web.desk.views.draws import content_of, visible
from onevisit.web.ui.actors import ActorRequest


@requires("draw.repeat")
@require_POST
def draw_repeat(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Give the repetition its number and moment, and go to its page."""
    draw = visible(request, draw_id)
    try:
        made = services.repeat(
            draw=draw,
            t0=moment_of(request),
            reason=request.POST.get("reason", ""),
            issues={type_: request.POST.get(f"issue_{type_}", "").strip() for type_ in declaring.LOTTERIES},
            actor=request.actor,
            at=clock.now(),
        )
    except (DrawRefused, PlanRefused) as refusal:
        shown = DrawRefused(message=refusal.message, field=refusal.field, code=refusal.code)
        return render(request, "desk/draws/detail.html", content_of(request, draw, refusal=shown), status=422)
    messages.success(request, _("已编号 %s：对象不变，只重抽执法人员。") % made.number)
    return redirect("draw_detail", made.pk)
