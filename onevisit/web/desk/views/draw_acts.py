"""What the screens of a draw share: one act that posts and returns to its page, and what their forms bring."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw, DrawItem
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support import clock
from onevisit.support.attachments import services as attachments
from onevisit.support.attachments import uploads
from onevisit.support.attachments.services import AttachmentRefused
from onevisit.web.desk.views.draws import content_of, visible
from onevisit.web.ui.actors import ActorRequest

LARGEST_EVIDENCE = 10
"""Megabytes."""


@dataclass(frozen=True)
class Origin:
    """The page that an act was done on: its URL name, and how it shows a refusal."""

    name: str
    show: Callable[[ActorRequest, Draw, DrawRefused], HttpResponse]


def _on_detail(request: ActorRequest, draw: Draw, refusal: DrawRefused) -> HttpResponse:
    return render(request, "desk/draws/detail.html", content_of(request, draw, refusal=refusal), status=422)


DETAIL = Origin("draw_detail", _on_detail)


def act_on(
    request: ActorRequest,
    draw_id: UUID,
    act: Callable[[Draw, datetime], object],
    words: str,
    *,
    origin: Origin = DETAIL,
    warning: Callable[[], str] = str,
) -> HttpResponse:
    """Do one act on a draw and return to the page it came from; a refusal is shown there.

    Args:
        warning: says what the act came to where that is not what its words promise; nothing when it is.
    """
    draw = visible(request, draw_id)
    try:
        act(draw, clock.now())
    except (DrawRefused, PlanRefused) as refusal:
        draw.refresh_from_db()
        shown = DrawRefused(message=refusal.message, field=refusal.field, code=refusal.code)
        return origin.show(request, draw, shown)
    if warned := warning():
        messages.warning(request, warned)
    else:
        messages.success(request, words)
    return redirect(origin.name, draw.pk)


def own_item(request: ActorRequest, draw: Draw) -> DrawItem:
    """Return the part of a draw that the actor's department brings in, else 404."""
    return get_object_or_404(
        draw.items.select_related("department", "draw"), department_id__in=request.actor.department_ids()
    )


def evidence_of(request: ActorRequest, draw: Draw, at: datetime, *, slot_id: UUID | None = None) -> str:
    """Keep the photo or scan that came with a form and return its hash; empty if there is none.

    Args:
        slot_id: the drawn slot that it concerns, which fewer people may read about than about the draw.
    """
    given = request.FILES.get("evidence")
    if given is None:
        return ""
    try:
        upload = uploads.check(title=given.name or "", content=given.read(), most_megabytes=LARGEST_EVIDENCE)
    except AttachmentRefused as refusal:
        raise DrawRefused(message=refusal.message, field="evidence", code=refusal.code) from refusal
    made = attachments.store(
        content=upload.content,
        subject_type="drawn_slot" if slot_id else "draw",
        subject=slot_id or draw.pk,
        mime=upload.mime,
        title=_("抽取 %s 的证明材料") % draw.number,
        actor=request.actor,
        at=at,
    )
    return made.sha256


def moment_of(request: ActorRequest) -> datetime:
    """Return the moment that a form names."""
    try:
        naive = datetime.fromisoformat(request.POST.get("t0", ""))
    except ValueError:
        raise DrawRefused(message=_("请填写 T0。"), field="t0") from None
    return timezone.make_aware(naive) if timezone.is_naive(naive) else naive


def uuid_of(request: ActorRequest, field: str, words: str) -> UUID:
    """Return the id that a form's field names; `words` say what to choose when it names none."""
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError:
        raise DrawRefused(message=words or _("请重新选择。"), field=field) from None
