"""抄告: write a letter from the archive of a target, let it go, and what its receiver and sender do with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.stages.registers import letters
from onevisit.stages.registers.lifecycle import LETTER
from onevisit.stages.registers.models import Letter
from onevisit.stages.registers.refusals import RecordRefused
from onevisit.support import clock
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.access import requires
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from onevisit.web.desk.forms.dossier import LetterForm
from onevisit.web.desk.views.dossier import entry_page, visible_target
from onevisit.web.ui import toasts
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

VERBS: dict[str, tuple[Callable[..., Letter], str]] = {
    "send": (letters.send, ""),
    "send_back": (letters.send_back, "reason"),
    "redraft": (letters.redraft, "facts"),
    "sign": (letters.sign, ""),
    "answer": (letters.answer, "words"),
    "return": (letters.return_, "reason"),
    "withdraw": (letters.withdraw, "reason"),
    "reask": (letters.reask, "reason"),
    "close": (letters.close, ""),
}
DONE = {
    "send": gettext_lazy("已审核发出，对方须在期限内签收。"),
    "send_back": gettext_lazy("已退回修改，拟稿人可见意见。"),
    "redraft": gettext_lazy("已重新提请审核。"),
    "sign": gettext_lazy("已签收。"),
    "answer": gettext_lazy("已反馈，发出部门可见。"),
    "return": gettext_lazy("已退回，发出部门可见理由。"),
    "withdraw": gettext_lazy("已撤回。"),
    "reask": gettext_lazy("已退回补充，反馈期限重新起算。"),
    "close": gettext_lazy("已办结。"),
}


class LetterQuery(QueryForm):
    """Filters of the list of letters."""

    q = forms.CharField(label=gettext_lazy("企业或编号"))
    kind = forms.ChoiceField(label=gettext_lazy("类型"), choices=[("", gettext_lazy("全部")), *letters.KINDS.items()])

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        if "q" in values:
            rows = rows.filter(Q(target__name__icontains=values["q"]) | Q(number__icontains=values["q"]))
        return rows.filter(kind=values["kind"]) if "kind" in values else rows


LETTERS = Listing(
    name="registers.letters",
    title=gettext_lazy("抄告"),
    unit=gettext_lazy("件"),
    noun="reply",
    rows=lambda actor: Letter.objects.visible_to(actor).select_related("target", "sender", "receiver"),
    columns=(
        Column("number", gettext_lazy("编号"), kind=Kind.CODE),
        Column("state", gettext_lazy("状态"), lifecycle=LETTER),
        Column("target", gettext_lazy("检查对象"), "target.name"),
        Column("kind", gettext_lazy("类型"), lambda row: str(letters.KINDS[row.kind])),
        Column("sender", gettext_lazy("发出"), "sender.short_name"),
        Column("receiver", gettext_lazy("收到"), "receiver.short_name"),
        Column("sent", gettext_lazy("发出时间"), "sent_at", Kind.DATE, sort="sent_at"),
        Column("drafted", gettext_lazy("拟稿时间"), "drafted_at", Kind.DATE, sort="drafted_at"),
    ),
    order=("-drafted_at", "pk"),
    tabs=tuple(Tab(state.value, state.label, Q(state=state.value)) for state in LETTER.states),
    form=LetterQuery,
    row_url=lambda row: f"/registers/letters/{row.pk}",
    empty=Empty(
        gettext_lazy("还没有抄告"),
        gettext_lazy("在检查对象页点“抄告”，把发现的情况告知其他部门；签收和反馈都有期限。"),
    ),
)


@requires("letter.see")
@require_GET
def letter_list(request: ActorRequest) -> HttpResponse:
    """List the letters that the actor's organs sent or received."""
    return render(request, "desk/registers/list.html", {"page": LETTERS.page(request), "section": _("抄告")})


@requires("letter.draft")
@require_http_methods(["GET", "POST"])
def letter_draft(request: ActorRequest, target_id: UUID) -> HttpResponse:
    """Write a letter on a target to another department; the head lets it go."""
    target = visible_target(request, target_id)
    organs = Department.objects.departments().active_on(clock.today()).order_by("code")
    own = organs.filter(pk__in=request.actor.department_ids(Role.CLERK))
    form = LetterForm(request.POST or None, departments=own, receivers=organs.exclude(pk__in=own.values("pk")))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        sender = given.pop("department")
        try:
            letter = letters.draft(target=target, sender=sender, **given, actor=request.actor, at=clock.now())
        except RecordRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            toasts.taken(request, "entry")
            messages.success(request, _("已提请本部门审批人审核，审核后发给%s。") % letter.receiver.short_name)
            return redirect("letter_detail", letter.pk)
    return entry_page(
        request,
        form=form,
        heading=_("抄告其他部门"),
        submit=_("提请审核"),
        back=f"/registers/targets/{target.pk}?tab=letters",
        crumb=target.name,
        lead=_(
            "写清发现的事实和依据，经本部门审批人审核后发出。对方须在期限内签收；勾选反馈的，还须在期限内答复办理情况。"
        ),
    )


@requires("letter.see")
@require_GET
def letter_detail(request: ActorRequest, letter_id: UUID) -> HttpResponse:
    """Show one letter with its answer, clock and thread."""
    return _page(request, _visible(request, letter_id))


@requires("letter.see")
@require_POST
def letter_act(request: ActorRequest, letter_id: UUID, act: str) -> HttpResponse:
    """Do one verb on a letter; words that are missing are asked for on its page."""
    letter = _visible(request, letter_id)
    if act not in VERBS:
        raise Http404
    service, argument = VERBS[act]
    typed = request.POST.get("words", "")
    words = {argument: typed} if argument else {}
    try:
        service(letter=letter, **words, actor=request.actor, at=clock.now())
    except RecordRefused as refusal:
        return _page(request, letter, refusal=refusal, act=act, typed=typed)
    messages.success(request, str(DONE[act]))
    return redirect("letter_detail", letter.pk)


def _visible(request: ActorRequest, letter_id: UUID) -> Letter:
    rows = Letter.objects.visible_to(request.actor).select_related("target", "sender", "receiver")
    return get_object_or_404(rows, pk=letter_id)


def _page(
    request: ActorRequest, letter: Letter, *, refusal: RecordRefused | None = None, act: str = "", typed: str = ""
) -> HttpResponse:
    actor = request.actor
    allowed = {transition.verb.split(".")[1] for transition in LETTER.verbs_from(letter.state)}
    waits: dict[str, Department] = {
        "sent": letter.receiver,
        "signed": letter.receiver,
        "answered": letter.sender,
        "returned": letter.sender,
    }
    organ, role = waits.get(letter.state, letter.sender), _("联络员")
    if letter.state == "drafted":
        role = _("审批人")
    is_over = letter.state in ("withdrawn", "closed")
    own = (letter.sender_id, letter.receiver_id)
    held = [actor.holds(Role.CLERK, Role.APPROVER, department_id=pk) for pk in own]
    context = {
        "letter": letter,
        "LETTER": LETTER,
        "kind": letters.KINDS[letter.kind],
        "may": {verb: verb in allowed and actor.may(f"letter.{verb}", letter) for verb in VERBS},
        "capacity": next((capacity for capacity in held if capacity), None),
        "deadline": Deadline.objects.filter(
            subject_type="letter", subject=str(letter.pk), closed_at__isnull=True
        ).first(),
        "now": clock.now(),
        "waits_for": "" if is_over else _("此步由 %(organ)s %(role)s办理") % {"organ": organ.short_name, "role": role},
        "entries": letters.thread(letter=letter, actor=actor),
        "refusal": refusal,
        "refused_act": act,
        "typed": typed,
    }
    return render(request, "desk/registers/letter.html", context, status=422 if refusal else 200)
