"""S2 待办: one inbox across all of a person's roles."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from onevisit.support import clock
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.access import requires, signed_in
from onevisit.support.notices import selectors as notices
from onevisit.support.notices import services as notice_services
from onevisit.support.notices.models import Notice
from onevisit.web.desk import inbox, inbox_filters
from onevisit.web.ui.actors import ActorRequest

BOXES = ("mine", "organ", "started", "done", "notices")
PER_PAGE = 50


@signed_in
@never_cache
@require_GET
def inbox_page(request: ActorRequest) -> HttpResponse:
    """Show one box of the inbox; the first one is what waits for the person."""
    box = request.GET.get("box", "mine")
    if box not in BOXES:
        raise Http404
    at = clock.now()
    actor = request.actor
    waiting = inbox.mine(actor, at)
    chosen = inbox_filters.read(request.GET)
    content = {
        "box": box,
        "tabs": _tabs(request, box=box, waiting=len(waiting)),
        "reads_organ": inbox.reads_organ(actor),
        "count": len(waiting),
    }
    if box == "mine":
        content |= _narrowed(request, waiting, chosen, at=at)
        if not waiting:
            content |= {"done_count": inbox.done_since(actor, at), "done_latest": inbox.worked(actor)[:3]}
            content["coming"] = inbox.coming(actor, at)
            # Whoever begins the work is led to its beginning, the others wait for what comes.
            content["start_url"] = reverse("template_list") if actor.may("campaign.start") else ""
    elif box == "organ":
        content |= _filtered(request, inbox.of_organ(actor, at), chosen, at=at)
    elif box == "started":
        content["deadlines"] = inbox.started(actor)
    elif box == "done":
        content["entries"] = Paginator(inbox.done(actor), PER_PAGE).get_page(request.GET.get("page"))
    else:
        content["notices"] = Paginator(_notices(request), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/inbox/page.html", content)


def _narrowed(
    request: ActorRequest, waiting: list[Todo], chosen: inbox_filters.Chosen, *, at: datetime
) -> dict[str, object]:
    """Return what waits in the chosen role or organ; without a choice nothing is asked twice."""
    shown = waiting
    if chosen.role or chosen.organ:
        shown = inbox.mine(inbox_filters.narrowed(request.actor, chosen), at)
    return _filtered(request, shown, chosen, at=at, offered=waiting) | {"has_preview": bool(waiting)}


def _filtered(
    request: ActorRequest,
    todos: list[Todo],
    chosen: inbox_filters.Chosen,
    *,
    at: datetime,
    offered: list[Todo] | None = None,
) -> dict[str, object]:
    filters = inbox_filters.fields(request.actor, todos if offered is None else offered, chosen)
    return {
        "groups": inbox.grouped(inbox_filters.matching(todos, chosen), at),
        "filters": filters,
        "chosen": chosen,
        "conditions": inbox_filters.said(filters, chosen),
        "is_filterable": bool(todos or offered) or chosen.is_any,
    }


def _tabs(request: ActorRequest, *, box: str, waiting: int) -> list[tuple[str, str, int | None, bool]]:
    unread = _notices(request).filter(read_at__isnull=True).count()
    words: list[tuple[str, str, int | None]] = [("mine", _("待我办"), waiting)]
    if inbox.reads_organ(request.actor):
        words.append(("organ", _("本部门"), None))
    words += [("started", _("我发起"), None), ("done", _("已办"), None), ("notices", _("知会"), unread)]
    return [(word, "/inbox" if key == "mine" else f"/inbox?box={key}", count, key == box) for key, word, count in words]


def _notices(request: ActorRequest) -> QuerySet[Notice]:
    return Notice.objects.none() if request.actor.officer_id is None else notices.of_officer(request.actor.officer_id)


@signed_in
@never_cache
@require_GET
def inbox_counts(request: ActorRequest) -> HttpResponse:
    """Answer how many wait; of those a page still holds, which are gone and by whom."""
    at = clock.now()
    waiting = inbox.mine(request.actor, at)
    counted = inbox.counts(waiting, at)
    held = request.GET.getlist("held")[:200]
    shown = set(held)
    return JsonResponse(
        {
            "todos": counted.todos,
            "late": counted.late,
            "gone": inbox.gone(held, waiting) if held else [],
            "fresh": sum(inbox.key_of(todo) not in shown for todo in waiting) if held else 0,
        }
    )


@requires("notice.read")
@require_POST
def notices_read(request: ActorRequest) -> HttpResponse:
    """Mark the chosen notices, or all, as read."""
    at, actor = clock.now(), request.actor
    if "all" in request.POST:
        count = notice_services.read_all(actor=actor, at=at)
    else:
        chosen = [found for found in _notices(request).filter(pk__in=request.POST.getlist("notice"))]
        count = len([notice_services.read(notice=found, actor=actor, at=at) for found in chosen])
    messages.success(request, _("%(count)s 条已标为已阅。") % {"count": count})
    return redirect("/inbox?box=notices")


@requires("notice.read")
@require_GET
def notice_open(request: ActorRequest, notice_id: UUID) -> HttpResponse:
    """Mark one notice as read and go to what it is about."""
    notice = get_object_or_404(_notices(request), pk=notice_id)
    notice_services.read(notice=notice, actor=request.actor, at=clock.now())
    return redirect(notice.url or "/inbox?box=notices")
