"""信用归集 and 对外报送: every message to another system, with every attempt and its answer (R64)."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.publication.models import Publication
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger
from onevisit.web.exchange import outbox, receivers
from onevisit.web.exchange.lifecycle import MESSAGE
from onevisit.web.exchange.models import OutboundMessage
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

KINDS = {
    "inspection_result": gettext_lazy("检查结果"),
    "inspection_result_corrected": gettext_lazy("更正"),
    "inspection_result_mended": gettext_lazy("整改进展"),
    "inspection_result_withdrawn": gettext_lazy("撤下"),
}


def visible_to(actor: Actor) -> QuerySet[OutboundMessage]:
    """Return the messages about publications that the actor may see."""
    about = Publication.objects.visible_to(actor).annotate(key=Cast("pk", CharField()))
    seen = about.filter(key=OuterRef("subject"))
    return OutboundMessage.objects.filter(Exists(seen), subject_type="publication")


class MessageQuery(QueryForm):
    """Filter by system."""

    system = forms.ChoiceField(
        label=gettext_lazy("系统"),
        choices=[("", gettext_lazy("全部")), *((system.key, system.name) for system in receivers.SYSTEMS)],
    )
    q = forms.CharField(label=gettext_lazy("企业名称"))

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        if "system" in values:
            rows = rows.filter(system=values["system"])
        if "q" in values:
            rows = rows.filter(body__content__target__name__icontains=values["q"])
        return rows


LISTING = Listing(
    name="exchange.messages",
    title=gettext_lazy("对外报送"),
    noun="credit",
    unit=gettext_lazy("条"),
    rows=visible_to,
    columns=(
        Column("target", gettext_lazy("企业"), lambda row: _target(row)),
        Column("kind", gettext_lazy("内容"), lambda row: KINDS.get(row.kind, row.kind)),
        Column("system", gettext_lazy("系统"), lambda row: receivers.BY_KEY[row.system].name),
        Column("state", gettext_lazy("状态"), lifecycle=MESSAGE),
        Column("attempts", gettext_lazy("次数"), "attempts", Kind.NUMBER),
        Column("receipt", gettext_lazy("回执"), "receipt", Kind.CODE),
        Column("created", gettext_lazy("生成"), "created_at", Kind.DATETIME),
    ),
    order=("-created_at", "pk"),
    tabs=(
        Tab("sent", gettext_lazy("已送达"), Q(state="sent")),
        Tab("waiting", gettext_lazy("待发"), Q(state="queued")),
        Tab("filed", gettext_lazy("待送文件夹"), Q(state="filed")),
        Tab("failed", gettext_lazy("未送达"), Q(state__in=("failed", "refused"))),
    ),
    form=MessageQuery,
    row_url=lambda row: f"/publication/credit/{row.pk}",
    empty=Empty(
        gettext_lazy("还没有对外报送"),
        gettext_lazy("结果公示以后，自动归集到企业名下，并报送公示系统和信用平台；每一次发送都记在这里。"),
    ),
)


@requires("exchange.see")
@require_GET
def messages_out(request: ActorRequest) -> HttpResponse:
    return render(request, "exchange/list.html", {"page": LISTING.page(request)})


@requires("exchange.see")
@require_GET
def message_counts(request: ActorRequest) -> HttpResponse:
    """Count the messages that the actor may see and those that did not arrive; asked for by the tab of the list."""
    if "HX-Request" not in request.headers:
        return redirect("messages_out")
    rows = visible_to(request.actor)
    context = {"all_count": rows.count(), "failed_count": rows.filter(state__in=("failed", "refused")).count()}
    return render(request, "exchange/counts.html", context)


@requires("exchange.see")
@require_GET
def message(request: ActorRequest, message_id: UUID) -> HttpResponse:
    found = _visible(request, message_id)
    may_resend = MESSAGE.allows(state=found.state, verb="exchange.resend") and request.actor.may("exchange.resend")
    context = {
        "message": found,
        "LIFECYCLE": MESSAGE,
        "target": _target(found),
        "kind": KINDS.get(found.kind, found.kind),
        "system": receivers.BY_KEY[found.system].name,
        "body": json.dumps(found.body, ensure_ascii=False, indent=1),
        "log": found.log.all(),
        "may_resend": may_resend,
        "entries": ledger.timeline("message", found.pk),
    }
    return render(request, "exchange/message.html", context)


@requires("exchange.resend")
@require_POST
def resend(request: ActorRequest, message_id: UUID) -> HttpResponse:
    outbox.resend(message=_visible(request, message_id), actor=request.actor, at=clock.now())
    messages.success(request, _("已重新排队，随即再发。"))
    return redirect("message_out", message_id)


def _visible(request: ActorRequest, message_id: UUID) -> OutboundMessage:
    found = visible_to(request.actor).filter(pk=message_id).first()
    if found is None and request.actor.may("exchange.resend"):
        found = OutboundMessage.objects.filter(pk=message_id).first()
    if found is None:
        raise Http404
    return found


def _target(message: OutboundMessage) -> str:
    content = message.body.get("content") or {}
    return str(content.get("target", {}).get("name", message.body.get("publication", "")))
