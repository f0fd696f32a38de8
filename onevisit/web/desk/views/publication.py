"""公示信用: what waits for publication, what the public will read, and the acts on it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.publication import contents, reasons, selectors, services, statements, typical_cases, voices
from onevisit.stages.publication.lifecycle import PUBLICATION, TYPICAL_CASE
from onevisit.stages.publication.models import Publication
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.ledger import selectors as ledger
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab
from onevisit.web.ui.numbers import whole

TABS = (
    Tab("pending", gettext_lazy("待公示"), Q(state__in=("pending", "approved"))),
    Tab("late", gettext_lazy("超期"), Q(is_late=True)),
    Tab("released", gettext_lazy("已公示"), Q(state__in=("released", "corrected"))),
    Tab("objection", gettext_lazy("异议"), Q(has_objection=True)),
    Tab("corrected", gettext_lazy("更正"), Q(state="corrected")),
    Tab("case", gettext_lazy("典型案例"), Q(typical_case__isnull=False)),
    Tab("withheld", gettext_lazy("不予公示"), Q(state="withheld")),
    Tab("withdrawn", gettext_lazy("已撤下"), Q(state="withdrawn")),
)


class PublicationQuery(QueryForm):
    """Search by business or by number of the visit."""

    q = forms.CharField(label=gettext_lazy("企业名称、代码或检查编号"))

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        words = values["q"]
        return rows.filter(
            Q(target__name__icontains=words) | Q(target__uscc__iexact=words) | Q(visit__number__iexact=words)
        )


LISTING = Listing(
    name="publication.publications",
    title=gettext_lazy("公示"),
    noun="publication",
    unit=gettext_lazy("次检查"),
    rows=lambda actor: selectors.visible_to(actor, at=clock.now()),
    columns=(
        Column("target", gettext_lazy("企业"), "target.name"),
        Column("visit", gettext_lazy("检查编号"), "visit.number", Kind.CODE),
        Column("state", gettext_lazy("状态"), lifecycle=PUBLICATION),
        Column("missing", gettext_lazy("还差"), lambda row: "、".join(row.missing)),
        Column("departments", gettext_lazy("部门数"), lambda row: len(row.department_ids), Kind.NUMBER),
        Column("created", gettext_lazy("汇总"), "created_at", Kind.DATE),
        Column("released", gettext_lazy("公示"), "released_at", Kind.DATE),
    ),
    order=("-created_at", "pk"),
    tabs=TABS,
    form=PublicationQuery,
    row_url=lambda row: f"/publication/{row.pk}",
    empty=Empty(
        gettext_lazy("还没有待公示的结果"),
        gettext_lazy("一次检查的部门结果审核通过后，会汇总到这里；各部门齐了，一并批准公示。"),
    ),
)


class WithholdForm(forms.Form):
    """The legal reason for which results stay unpublished."""

    reason = forms.ChoiceField(label=gettext_lazy("法定理由"), choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = self.fields["reason"]
        assert isinstance(found, forms.ChoiceField)
        found.choices = [(one.key, f"{one.words}（{one.law}）") for one in reasons.REASONS]


class ReasonForm(forms.Form):
    """A reason in one's own words; the service decides whether it says enough."""

    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 3}), max_length=300)


@requires("publication.see")
@require_GET
def publications(request: ActorRequest) -> HttpResponse:
    waiting = voices.visible_to(request.actor).filter(state="open").count()
    return render(request, "desk/publication/list.html", {"page": LISTING.page(request), "open_requests": waiting})


@requires("publication.see")
@require_GET
def detail(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    return page(request, visible(request, publication_id))


@requires("publication.approve")
@require_POST
def approve(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    found = visible(request, publication_id)
    try:
        services.approve(
            publication=found,
            content_sha256=request.POST.get("content_sha256", ""),
            actor=request.actor,
            at=clock.now(),
        )
    except services.PublicationRefused as refused:
        return page(request, visible(request, publication_id), refusal=refused.message)
    messages.success(request, _("已批准。各部门结果随即一并公示。"))
    return redirect("publication", publication_id)


@requires("publication.return")
@require_POST
def send_back(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    """Take an approval back whose release a statement holds."""
    found = visible(request, publication_id)
    try:
        statements.send_back(publication=found, actor=request.actor, at=clock.now())
    except services.PublicationRefused as refused:
        return page(request, visible(request, publication_id), refusal=refused.message)
    messages.success(request, _("已退回待审，可以再次批准，或者依法不予公示。"))
    return redirect("publication", publication_id)


@requires("publication.withhold")
@require_POST
def withhold(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    found = visible(request, publication_id)
    try:
        services.withhold(publication=found, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    except services.PublicationRefused as refused:
        return page(request, found, refusal=refused.message)
    messages.success(request, _("已记为不予公示，理由已留痕。"))
    return redirect("publication", publication_id)


@requires("publication.correct")
@require_POST
def correct(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    found = visible(request, publication_id)
    words = {name.removeprefix("words-"): text for name, text in request.POST.items() if name.startswith("words-")}
    try:
        services.correct(
            publication=found,
            words={key: str(text) for key, text in words.items()},
            reason=request.POST.get("reason", ""),
            actor=request.actor,
            at=clock.now(),
        )
    except services.PublicationRefused as refused:
        return page(request, found, refusal=refused.message, typed=request.POST)
    messages.success(request, _("已更正。原文字和更正理由一并公开。"))
    return redirect("publication", publication_id)


@requires("publication.withdraw")
@require_POST
def withdraw(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    found = visible(request, publication_id)
    try:
        services.withdraw(publication=found, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    except services.PublicationRefused as refused:
        return page(request, found, refusal=refused.message, typed=request.POST)
    messages.success(request, _("已撤下。何时撤下和理由仍然公开。"))
    return redirect("publication", publication_id)


@requires("publication.reveal")
@require_POST
def reveal(request: ActorRequest, publication_id: UUID) -> HttpResponse:
    """Show one masked spot once; the page that follows a reload hides it again."""
    found = visible(request, publication_id)
    number = whole(request.POST.get("number", "")) or 0
    try:
        text = services.reveal(
            publication=found,
            number=number,
            reason=request.POST.get("reason", ""),
            actor=request.actor,
            at=clock.now(),
        )
    except services.PublicationRefused as refused:
        return page(request, found, refusal=refused.message, typed=request.POST)
    return page(request, found, revealed={number: text})


def visible(request: ActorRequest, publication_id: UUID) -> Publication:
    """Return a publication that the actor may see; others do not exist."""
    found = selectors.visible_to(request.actor).filter(pk=publication_id).first()
    if found is None:
        raise Http404
    return found


def page(
    request: ActorRequest,
    found: Publication,
    *,
    refusal: str = "",
    typed: Any = None,
    revealed: dict[int, str] | None = None,
) -> HttpResponse:
    """Show one publication: left what is held, right what the public reads."""
    is_pending = found.state in {"pending", "approved"}
    prepared = selectors.prepared(found) if is_pending else None
    shown = prepared.public if prepared else found.content
    actor = request.actor
    allowed = {
        verb: PUBLICATION.allows(state=found.state, verb=f"publication.{verb}")
        and actor.may(f"publication.{verb}", found)
        for verb in ("approve", "withhold", "correct", "withdraw", "return")
    }
    if found.state == "approved" and not statements.waits_for(found):
        allowed["approve"] = allowed["return"] = False
    context = {
        "publication": found,
        "LIFECYCLE": PUBLICATION,
        "open_statements": statements.open_count(found.visit_id),
        "waits_for": statements.waits_for(found) if found.state == "approved" else "",
        "prepared": prepared,
        "parts": contents.parts_of(shown) if shown else [],
        "digest": prepared.digest if prepared else found.content_sha256,
        "due_at": selectors.due_at(found),
        "takedown_on": found.takedown_on or services.takedown_on(released_on=clock.today()),
        "may": allowed,
        "may_reveal": actor.may("publication.reveal", found),
        "withhold_form": WithholdForm(auto_id="withhold_%s"),
        "correct_form": ReasonForm(typed, auto_id="correct_%s") if typed else ReasonForm(auto_id="correct_%s"),
        "withdraw_form": ReasonForm(typed, auto_id="withdraw_%s") if typed else ReasonForm(auto_id="withdraw_%s"),
        "withheld": reasons.BY_KEY.get(found.withheld_reason),
        "objections": voices.objections_of(found.pk),
        **_case(request, found),
        "refusal": refusal,
        "revealed": revealed or {},
        "entries": ledger.timeline("publication", found.pk),
        "versions": found.versions.order_by("-number"),
    }
    return render(request, "desk/publication/detail.html", context, status=422 if refusal else 200)


def _case(request: ActorRequest, found: Publication) -> dict[str, Any]:
    """Return the typical case of a publication, and what the actor may do with it."""
    case = voices.case_of(found)
    is_public = found.state in {"released", "corrected"}
    names = ("propose", "approve", "return", "remove")
    if case is None:
        allowed = {"propose"} if is_public else set()
    else:
        allowed = {name for name in names if TYPICAL_CASE.allows(state=case.state, verb=f"typical_case.{name}")}
    may = {name: request.actor.may(f"typical_case.{name}", found) for name in allowed}
    digest = typical_cases.digest(case) if case else ""
    return {"case": case, "may_case": may, "CASE": TYPICAL_CASE, "case_digest": digest}
