"""投诉、异议、咨询、企业说明: what came in, its clock, and the answer of the organ."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.publication import contents, requests, statements, voices
from onevisit.stages.publication.lifecycle import REQUEST
from onevisit.stages.publication.request_models import PublicRequest, RequestKind
from onevisit.stages.publication.requests import RequestRefused
from onevisit.stages.publication.services import PublicationRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

# What a kind is ended by, in the order of the buttons; the first is the main act.
VERBS = {
    "complaint": ("request.answer",),
    "stranger": ("request.answer",),
    "enquiry": ("request.answer",),
    "objection": ("objection.sustain", "objection.reject"),
    "reply": ("reply.print", "reply.decline"),
    "statement": ("statement.adopt", "statement.reject", "statement.hold"),
}


class RequestQuery(QueryForm):
    """Search by receipt, business or department."""

    q = forms.CharField(label=gettext_lazy("回执、企业或部门"))
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=[("", gettext_lazy("全部")), *RequestKind.choices])

    def narrow(self, rows: QuerySet[PublicRequest], values: dict[str, Any]) -> QuerySet[PublicRequest]:
        if words := values.get("q"):
            rows = rows.filter(
                Q(receipt__icontains=words)
                | Q(department__short_name__contains=words)
                | Q(publication__target__name__contains=words)
                | Q(visit__target__name__contains=words)
                | Q(draw__number__icontains=words)
            )
        if kind := values.get("kind"):
            rows = rows.filter(kind=kind)
        return rows


def about(row: PublicRequest) -> str:
    """Return the business or the draw that a request is about, if it is about one."""
    if row.draw is not None:
        return _("抽取 %s") % row.draw.number
    subject = row.publication or row.visit
    return subject.target.name if subject else ""


LISTING = Listing(
    name="publication.requests",
    title=gettext_lazy("投诉与异议"),
    noun="objection",
    unit=gettext_lazy("件"),
    rows=voices.visible_to,
    columns=(
        Column("receipt", gettext_lazy("回执"), "receipt", Kind.CODE),
        Column("kind", gettext_lazy("类别"), lambda row: row.get_kind_display()),
        Column("about", gettext_lazy("企业或抽取"), about),
        Column("department", gettext_lazy("承办"), "department.short_name"),
        Column("created", gettext_lazy("收到"), "created_at", Kind.DATETIME),
        Column("state", gettext_lazy("状态"), lifecycle=REQUEST),
    ),
    order=("-created_at", "pk"),
    tabs=(
        Tab("open", gettext_lazy("待办理"), Q(state="open")),
        Tab("objection", gettext_lazy("异议"), Q(kind="objection")),
        Tab("complaint", gettext_lazy("投诉"), Q(kind__in=("complaint", "stranger"))),
        Tab("enquiry", gettext_lazy("咨询"), Q(kind="enquiry")),
        Tab("statement", gettext_lazy("陈述申辩"), Q(kind="statement")),
        Tab("reply", gettext_lazy("企业说明"), Q(kind="reply")),
    ),
    form=RequestQuery,
    row_url=lambda row: f"/publication/requests/{row.pk}",
    empty=Empty(
        gettext_lazy("还没有投诉、异议、咨询或陈述申辩"),
        gettext_lazy("企业扫检查码、公众在公示网站提交的投诉、异议、咨询、陈述申辩和说明列在这里，各有答复期限。"),
    ),
)


@requires("request.see")
@require_GET
def request_list(request: ActorRequest) -> HttpResponse:
    return render(request, "desk/requests/list.html", {"page": LISTING.page(request)})


@requires("request.see")
@require_GET
def request_detail(request: ActorRequest, request_id: UUID) -> HttpResponse:
    return _page(request, _visible(request, request_id))


def _visible(request: ActorRequest, request_id: UUID) -> PublicRequest:
    return get_object_or_404(voices.visible_to(request.actor), pk=request_id)


def _page(
    request: ActorRequest, found: PublicRequest, *, refusal: str = "", contact: str = "", typed: Any = None
) -> HttpResponse:
    actor = request.actor
    verbs = [verb for verb in VERBS[found.kind] if REQUEST.allows(state=found.state, verb=verb)]
    parts = contents.parts_of(found.publication.content) if found.publication else []
    context = {
        "one": found,
        "about": about(found),
        "LIFECYCLE": REQUEST,
        "term": voices.term(found),
        "may": {verb.replace(".", "_"): True for verb in verbs if actor.may(verb, found)},
        "is_repeated": found.kind == RequestKind.STATEMENT and statements.is_repeated(found),
        "waits_for": _waits_for(found) if verbs and not any(actor.may(verb, found) for verb in verbs) else "",
        "capacity": actor.holds(Role.CLERK, Role.APPROVER, department_id=found.department_id),
        "may_contact": bool(found.contact) and actor.may("request.contact", found),
        "contact": contact,
        "parts": parts,
        "refusal": refusal,
        "typed": typed or {},
        "entries": ledger.timeline("public_request", found.pk),
    }
    return render(request, "desk/requests/detail.html", context, status=422 if refusal else 200)


def _waits_for(found: PublicRequest) -> str:
    who = _("审批人") if found.kind in {"complaint", "stranger", "objection", "statement"} else _("联络员或审批人")
    return _("此步由 %(organ)s %(who)s办理") % {"organ": found.department.short_name, "who": who}


def _act(
    request: ActorRequest, request_id: UUID, act: Callable[[PublicRequest], object], *, words: str
) -> HttpResponse:
    """Call one service and go back to the request; a refusal stands on the page with what was typed."""
    found = _visible(request, request_id)
    try:
        act(found)
    except (RequestRefused, PublicationRefused) as refusal:
        return _page(request, found, refusal=refusal.message, typed=request.POST)
    messages.success(request, words)
    return redirect("request_detail", request_id)


def _words(request: ActorRequest) -> str:
    return str(request.POST.get("words", ""))


@requires("request.answer")
@require_POST
def request_answer(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Answer a complaint or an enquiry."""
    return _act(
        request,
        request_id,
        lambda found: requests.answer(request=found, words=_words(request), actor=request.actor, at=clock.now()),
        words=_("已答复，对方凭回执可以看到。"),
    )


@requires("request.contact")
@require_POST
def request_contact(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Show the contact once; a reload hides it again."""
    found = _visible(request, request_id)
    contact = requests.reveal_contact(request=found, actor=request.actor, at=clock.now())
    return _page(request, found, contact=contact)


@requires("objection.sustain")
@require_POST
def objection_sustain(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Find the objection right: correct or take down the result in the same act."""
    new_words = {
        name.removeprefix("words-"): str(text) for name, text in request.POST.items() if name.startswith("words-")
    }
    return _act(
        request,
        request_id,
        lambda found: requests.sustain(
            request=found,
            remedy=request.POST.get("remedy", ""),
            words=_words(request),
            new_words=new_words,
            actor=request.actor,
            at=clock.now(),
        ),
        words=_("异议成立，公示已更正或撤下，理由一并公开。"),
    )


@requires("objection.reject")
@require_POST
def objection_reject(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Find the objection not right."""
    return _act(
        request,
        request_id,
        lambda found: requests.reject(request=found, words=_words(request), actor=request.actor, at=clock.now()),
        words=_("异议不成立，公示维持不变，对方凭回执可以看到理由。"),
    )


@requires("reply.print")
@require_POST
def reply_print(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Print the business's words beside its result."""
    return _act(
        request,
        request_id,
        lambda found: requests.print_reply(request=found, actor=request.actor, at=clock.now()),
        words=_("已刊登在公示结果旁。"),
    )


@requires("reply.decline")
@require_POST
def reply_decline(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Do not print the business's words, with the reason."""
    return _act(
        request,
        request_id,
        lambda found: requests.decline_reply(request=found, words=_words(request), actor=request.actor, at=clock.now()),
        words=_("未刊登，理由对方凭回执可以看到。"),
    )


@requires("statement.adopt")
@require_POST
def statement_adopt(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Adopt what the party stated in its defence."""
    return _act(
        request,
        request_id,
        lambda found: requests.adopt_statement(
            request=found, words=_words(request), actor=request.actor, at=clock.now()
        ),
        words=_("已采纳，企业在检查码页可以看到答复。请按答复改变认定或者更正结果。"),
    )


@requires("statement.reject")
@require_POST
def statement_reject(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Do not adopt the statement, with the reason."""
    return _act(
        request,
        request_id,
        lambda found: requests.reject_statement(
            request=found, words=_words(request), actor=request.actor, at=clock.now()
        ),
        words=_("未采纳，企业在检查码页可以看到理由。"),
    )


@requires("statement.hold")
@require_POST
def statement_hold(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Find that a further statement brings new facts."""
    return _act(
        request,
        request_id,
        lambda found: requests.hold_statement(request=found, actor=request.actor, at=clock.now()),
        words=_("已认定有新的事实，答复前暂缓公示。"),
    )
