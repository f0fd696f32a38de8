"""问题处置: the ledger of problems, and one problem from the order to its closure on proof."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.core.lifecycle import WrongState
from onevisit.stages.findings import selectors, services
from onevisit.stages.findings.lifecycle import FINDING
from onevisit.stages.findings.models import Finding
from onevisit.stages.findings.policies import REVIEWERS
from onevisit.support import clock
from onevisit.support.attachments import selectors as attachments
from onevisit.support.attachments import uploads
from onevisit.support.attachments.services import AttachmentRefused
from onevisit.support.attachments.uploads import Upload
from onevisit.support.identity.access import requires
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk.forms.findings import (
    PROOF_LIMIT,
    PROOF_MEGABYTES,
    CloseForm,
    OrderForm,
    ProofForm,
    ReasonForm,
    RevisitForm,
)
from onevisit.web.ui import conflicts
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab
from onevisit.web.ui.views.session import own_address


class FindingQuery(QueryForm):
    """Filters of the ledger of problems."""

    q = forms.CharField(label=_("企业、问题或文号"))
    term = forms.ChoiceField(
        label=_("期限"), choices=[("", _("全部")), ("late", _("已逾期")), ("soon", _("3 日内到期"))]
    )
    department = forms.CharField(label=_("部门"))
    clause = forms.CharField(label=_("依据条款"))

    def narrow(self, rows: QuerySet[Finding], values: dict[str, Any]) -> QuerySet[Finding]:
        if words := values.get("q"):
            rows = rows.filter(
                Q(target__name__contains=words)
                | Q(title__contains=words)
                | Q(number__contains=words)
                | Q(order__document_number__contains=words)
            )
        if organ := values.get("department"):
            rows = rows.filter(department__short_name__contains=organ)
        if clause := values.get("clause"):
            rows = rows.filter(basis__contains=clause)
        if term := values.get("term"):
            rows = rows.filter(selectors.due_within(term, on=clock.today()))
        return rows


FINDINGS = Listing(
    name="findings",
    title=_("整改台账"),
    unit=_("项"),
    noun="findings",
    rows=lambda actor: Finding.objects.visible_to(actor).select_related("department", "target", "order", "owner"),
    columns=(
        Column("title", _("问题")),
        Column("number", _("编号"), kind=Kind.CODE),
        Column("target", _("企业"), "target.name"),
        Column("department", _("部门"), "department.short_name"),
        Column("owner", _("责任人"), lambda row: row.owner.name if row.owner else ""),
        Column("order", _("责令改正文号"), lambda row: getattr(getattr(row, "order", None), "document_number", "")),
        Column("due", _("期限"), template="desk/findings/due_cell.html"),
        Column("state", _("状态"), lifecycle=FINDING),
    ),
    order=("-found_at", "pk"),
    tabs=(
        Tab("open", _("未销号"), Q(state__in=selectors.OPEN_STATES)),
        Tab("proof", _("待复查"), Q(state__in=selectors.CHECKED_STATES)),
        Tab("closed", _("已销号"), Q(state="closed")),
    ),
    form=FindingQuery,
    row_url=lambda row: f"/findings/{row.pk}",
    empty=Empty(_("还没有问题"), _("现场检查发现的问题审核后列在这里，每项有责任人、期限和销号证据。")),
)


@requires("finding.see")
@require_GET
def finding_list(request: ActorRequest) -> HttpResponse:
    """List the problems of the actor's departments."""
    context = {"page": FINDINGS.page(request)}
    return render(request, "desk/findings/list.html", context)


def visible(request: ActorRequest, finding_id: UUID) -> Finding:
    """Return a problem that the actor may see; others do not exist."""
    rows = Finding.objects.visible_to(request.actor).select_related(
        "department", "target", "order", "owner", "inspection", "inspection__visit"
    )
    return get_object_or_404(rows, pk=finding_id)


@requires("finding.see")
@require_GET
def finding_detail(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Show one problem with its order, its proofs and its acts."""
    return _page(request, visible(request, finding_id))


def _page(request: ActorRequest, finding: Finding, status: int = 200, **bound: Any) -> HttpResponse:
    actor = request.actor
    verbs = {step.verb.replace(".", "_"): step for step in FINDING.verbs_from(finding.state)}
    may = {name: actor.may(step.verb, finding) for name, step in verbs.items()}
    forms_by_name: dict[str, forms.Form] = {
        "order_form": OrderForm(initial={"public_words": finding.public_words}),
        "drop_form": ReasonForm(prefix="drop"),
        "revoke_form": ReasonForm(prefix="revoke"),
        "return_form": ReasonForm(prefix="return"),
        "close_form": CloseForm(),
        "proof_form": ProofForm(),
        "revisit_form": RevisitForm(),
    }
    proofs = [
        {"proof": proof, "files": attachments.of_subject("correction_proof", proof.pk)}
        for proof in finding.proofs.order_by("-sent_at")
    ]
    term = selectors.running_term(finding)
    context = {
        "finding": finding,
        "order": getattr(finding, "order", None),
        "proofs": proofs,
        "evidence": attachments.of_subject("inspection", finding.inspection_id).filter(item=finding.item),
        "may": may,
        "capacity": actor.holds(*REVIEWERS, department_id=finding.department_id),
        "waits_for": "" if any(may.values()) else _waits_for(finding),
        "is_late": selectors.is_late(finding, on=clock.today()),
        "term": term,
        "may_pause": term is not None and actor.may("deadline.pause", term) and bool(term.rule_version.pauses),
        "earlier": _earlier(request, finding),
        "follow_ups": finding.follow_ups.all(),
        "entries": ledger.timeline("finding", finding.pk),
        "LIFECYCLE": FINDING,
        **forms_by_name,
        **bound,
    }
    return render(request, "desk/findings/detail.html", context, status=status)


def _earlier(request: ActorRequest, finding: Finding) -> list[tuple[Finding, bool]]:
    """Return the same problem within the year before, each with whether the actor may open it."""
    found = selectors.earlier_of(finding)
    visible = set(
        Finding.objects.visible_to(request.actor).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)
    )
    return [(one, one.pk in visible) for one in found]


def _waits_for(finding: Finding) -> str:
    if finding.state in {"closed", "dropped", "revoked"}:
        return ""
    who = _("当事人整改") if finding.state in {"correcting", "returned"} else _("联络员或审批人办理")
    return f"{finding.department.short_name} · {who}"


def _act(
    request: ActorRequest,
    finding_id: UUID,
    *,
    form: forms.Form,
    name: str,
    act: Callable[[Finding], object],
    words: str,
) -> HttpResponse:
    """Parse one form, call one service, go back to the problem; a refusal stands beside its field."""
    finding = visible(request, finding_id)
    if form.is_valid():
        try:
            act(finding)
        except services.FindingRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        except WrongState:
            # Somebody was quicker: say who did what, and keep what was typed.
            return _moved_on(request, finding_id, name=name, form=form)
        else:
            messages.success(request, words)
            return redirect(own_address(request, request.POST.get("next", ""), otherwise=f"/findings/{finding.pk}"))
    return _page(request, finding, status=422, **{name: form})


def _moved_on(request: ActorRequest, finding_id: UUID, *, name: str, form: forms.Form) -> HttpResponse:
    finding = visible(request, finding_id)
    content: dict[str, Any] = {
        "conflict": conflicts.of_state(form, entries=ledger.timeline("finding", finding.pk)),
        name: form,
    }
    return _page(request, finding, 409, **content)


@requires("finding.order")
@require_POST
def finding_order(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Order to correct."""
    form = OrderForm(request.POST)
    return _act(
        request,
        finding_id,
        form=form,
        name="order_form",
        act=lambda finding: services.order(finding=finding, **form.cleaned_data, actor=request.actor, at=clock.now()),
        words=str(_("已责令改正。")),
    )


@requires("finding.drop")
@require_POST
def finding_drop(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Do not uphold the problem."""
    form = ReasonForm(request.POST, prefix="drop")
    return _act(
        request,
        finding_id,
        form=form,
        name="drop_form",
        act=lambda finding: services.drop(finding=finding, **form.cleaned_data, actor=request.actor, at=clock.now()),
        words=str(_("已撤销认定，理由已留痕。")),
    )


@requires("finding.revoke")
@require_POST
def finding_revoke(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Take the order to correct back."""
    form = ReasonForm(request.POST, prefix="revoke")
    return _act(
        request,
        finding_id,
        form=form,
        name="revoke_form",
        act=lambda finding: services.revoke(finding=finding, **form.cleaned_data, actor=request.actor, at=clock.now()),
        words=str(_("已撤销责令改正，企业扫检查码可以看到。已公示的结果须另行更正。")),
    )


@requires("finding.prove")
@require_POST
def finding_prove(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Register proof of correction with its files."""
    form = ProofForm(request.POST)
    files = _uploads(request, form)

    def act(finding: Finding) -> None:
        services.prove(
            finding=finding, words=form.cleaned_data["words"], files=files, actor=request.actor, at=clock.now()
        )

    return _act(request, finding_id, form=form, name="proof_form", act=act, words=str(_("已登记整改材料。")))


def _uploads(request: ActorRequest, form: ProofForm) -> list[Upload]:
    """Return the files of the form, each checked by its own bytes and size; what is wrong stands beside the field."""
    given = request.FILES.getlist("pictures")
    if len(given) > PROOF_LIMIT:
        form.add_error("pictures", str(_("最多 10 个文件。")))
        return []
    checked = []
    for file in given:
        try:
            checked.append(uploads.check(title=file.name or "", content=file.read(), most_megabytes=PROOF_MEGABYTES))
        except AttachmentRefused as refusal:
            form.add_error("pictures", refusal.message)
    return checked


@requires("finding.revisit")
@require_POST
def finding_revisit(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Arrange a follow-up on the spot."""
    form = RevisitForm(request.POST)
    return _act(
        request,
        finding_id,
        form=form,
        name="revisit_form",
        act=lambda finding: services.revisit(finding=finding, **form.cleaned_data, actor=request.actor, at=clock.now()),
        words=str(_("已安排现场复查。到现场须另行派发任务，出示检查码。")),
    )


@requires("finding.return")
@require_POST
def finding_return(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Send the proof back."""
    form = ReasonForm(request.POST, prefix="return")
    return _act(
        request,
        finding_id,
        form=form,
        name="return_form",
        act=lambda finding: services.return_proof(
            finding=finding, **form.cleaned_data, actor=request.actor, at=clock.now()
        ),
        words=str(_("已退回补正。")),
    )


@requires("finding.close")
@require_POST
def finding_close(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Close the problem on its proof."""
    form = CloseForm(request.POST)
    return _act(
        request,
        finding_id,
        form=form,
        name="close_form",
        act=lambda finding: services.close(finding=finding, **form.cleaned_data, actor=request.actor, at=clock.now()),
        words=str(_("已销号。")),
    )
