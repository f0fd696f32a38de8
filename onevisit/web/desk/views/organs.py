"""机构与人员: on-boarding in batches, former names, posts, and substitutions."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onevisit.support import clock
from onevisit.support.identity import selectors, services
from onevisit.support.identity.access import requires, signed_in
from onevisit.support.identity.models import (
    Delegation,
    Department,
    DepartmentName,
    Level,
    Officer,
    OrganKind,
    Post,
)
from onevisit.support.identity.roles import ROLE_CHOICES, Role
from onevisit.support.ledger import selectors as ledger
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab


class OrganQuery(QueryForm):
    """Filters of the list of organs; former names answer too."""

    q = forms.CharField(label=gettext_lazy("名称、曾用名、编码、拼音首字母"))
    level = forms.ChoiceField(label=gettext_lazy("层级"), choices=[("", gettext_lazy("全部")), *Level.choices])
    batch = forms.IntegerField(label=gettext_lazy("接入批次"), min_value=1)

    def narrow(self, rows: QuerySet[Department], values: dict[str, Any]) -> QuerySet[Department]:
        if words := values.get("q"):
            rows = rows.filter(
                Q(name__icontains=words)
                | Q(code__startswith=words)
                | Q(initials__startswith=words.lower())
                | Q(pk__in=DepartmentName.objects.filter(name__icontains=words).values("department"))
            )
        if level := values.get("level"):
            rows = rows.filter(level=level)
        if batch := values.get("batch"):
            rows = rows.filter(batch_number=batch)
        return rows


def _joined(organ: Department) -> str:
    if organ.joined_on is None:
        return _("未接入")
    words = _("第 %(batch)s 批 · %(on)s") % {"batch": organ.batch_number, "on": organ.joined_on.isoformat()}
    return words + (_(" · 只读试用") if organ.is_read_only else "")


ORGANS = Listing(
    name="settings.organs",
    title=gettext_lazy("机构与人员"),
    unit=gettext_lazy("个"),
    noun="organ",
    rows=lambda _actor: Department.objects.select_related("host", "successor").annotate(
        officers_count=Count("officers")
    ),
    columns=(
        Column("name", gettext_lazy("机构"), template="desk/settings/organ_cell.html"),
        Column("code", gettext_lazy("编码"), kind=Kind.CODE, sort="code"),
        Column("level", gettext_lazy("层级"), "get_level_display"),
        Column("can_inspect", gettext_lazy("执法主体"), lambda organ: _("是") if organ.can_inspect else _("否")),
        Column("joined", gettext_lazy("接入"), _joined),
        Column("officers", gettext_lazy("人员"), "officers_count", Kind.NUMBER),
    ),
    order=("code", "pk"),
    tabs=(
        Tab("active", gettext_lazy("在用部门"), Q(kind=OrganKind.DEPARTMENT, valid_to__isnull=True)),
        Tab("others", gettext_lazy("协调、公证等机构"), ~Q(kind=OrganKind.DEPARTMENT)),
        Tab("former", gettext_lazy("已撤并"), Q(valid_to__isnull=False)),
    ),
    form=OrganQuery,
    row_url=lambda organ: f"/settings/organs/{organ.pk}",
    empty=Empty(gettext_lazy("还没有机构"), gettext_lazy("导入机构名录后，各部门会出现在这里。"), "/registers/imports"),
)


class OnboardForm(forms.Form):
    """The batch in which an organ joins."""

    batch_number = forms.IntegerField(label=gettext_lazy("接入批次"), min_value=1, max_value=99)


class PostForm(forms.Form):
    """A role for an officer of the organ."""

    officer = forms.ModelChoiceField(
        label=gettext_lazy("人员"), queryset=Officer.objects.none(), empty_label=gettext_lazy("请选择")
    )
    role = forms.ChoiceField(label=gettext_lazy("岗位"), choices=ROLE_CHOICES)
    valid_from = forms.DateField(label=gettext_lazy("开始日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, department: Department, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        officers = self.fields["officer"]
        assert isinstance(officers, forms.ModelChoiceField)
        officers.queryset = department.officers.all()


class PostChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice among posts, in words."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.department.short_name} · {obj.get_role_display()}"


class DelegationForm(forms.Form):
    """Substitution in one of one's own posts."""

    post = PostChoiceField(
        label=gettext_lazy("我的岗位"), queryset=Post.objects.none(), empty_label=gettext_lazy("请选择")
    )
    to_officer = forms.ModelChoiceField(
        label=gettext_lazy("代行人"), queryset=Officer.objects.none(), empty_label=gettext_lazy("请选择")
    )
    valid_from = forms.DateField(label=gettext_lazy("自"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_to = forms.DateField(label=gettext_lazy("至"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=200)

    def __init__(self, *args: object, officer: Officer, posts: QuerySet[Post], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        own, other = self.fields["post"], self.fields["to_officer"]
        assert isinstance(own, forms.ModelChoiceField)
        assert isinstance(other, forms.ModelChoiceField)
        own.queryset = posts
        other.queryset = Officer.objects.filter(department=officer.department).exclude(pk=officer.pk)


@requires("organ.see")
@require_GET
def organ_list(request: ActorRequest) -> HttpResponse:
    """List the organs with their level, batch and state; former names answer too."""
    return render(request, "desk/settings/organs.html", {"page": ORGANS.page(request)})


@requires("organ.see")
@require_http_methods(["GET", "POST"])
def organ_detail(request: ActorRequest, organ_id: UUID) -> HttpResponse:
    """Show one organ with names, posts and timeline; its head or the operator grants posts here."""
    organ = get_object_or_404(Department, pk=organ_id)
    actor = request.actor
    form = PostForm(request.POST or None, department=organ, initial={"valid_from": clock.today()})
    if request.method == "POST":
        actor.must("post.grant", organ)
        if form.is_valid():
            _grant(request, organ, form)
            if not form.errors:
                return redirect("organ_detail", organ.pk)
    posts = organ.posts.filter(valid_to__isnull=True).select_related("officer").order_by("role", "officer__name")
    context = {
        "organ": organ,
        "posts": posts,
        "form": form,
        "may_grant": actor.may("post.grant", organ),
        "may_onboard": actor.may("organ.onboard", organ),
        "onboard_form": OnboardForm(),
        "entries": ledger.timeline("department", organ.pk),
    }
    return render(request, "desk/settings/organ.html", context, status=422 if form.errors else 200)


def _grant(request: ActorRequest, organ: Department, form: PostForm) -> None:
    try:
        services.grant_post(
            officer=form.cleaned_data["officer"],
            department=organ,
            role=Role(form.cleaned_data["role"]),
            valid_from=form.cleaned_data["valid_from"],
            actor=request.actor,
            at=clock.now(),
        )
    except services.IdentityRefused as refusal:
        form.add_error(refusal.field or None, refusal.message)
    else:
        messages.success(request, _("已授予岗位。"))


@requires("organ.onboard")
@require_POST
def organ_onboard(request: ActorRequest, organ_id: UUID) -> HttpResponse:
    """Let an organ join in a batch, or end its read-only trial."""
    organ = get_object_or_404(Department, pk=organ_id)
    actor = request.actor
    if "switch_on" in request.POST:
        services.switch_on(department=organ, actor=actor, at=clock.now())
        messages.success(request, _("已结束只读试用。"))
        return redirect("organ_detail", organ.pk)
    form = OnboardForm(request.POST)
    if not form.is_valid():
        raise services.IdentityRefused(message=_("接入批次须为 1 至 99 的整数。"), field="batch_number")
    services.onboard(department=organ, batch_number=form.cleaned_data["batch_number"], actor=actor, at=clock.now())
    messages.success(request, _("已接入，先行只读试用。"))
    return redirect("organ_detail", organ.pk)


@requires("post.end")
@require_POST
def post_end(request: ActorRequest, post_id: UUID) -> HttpResponse:
    """End a post."""
    post = get_object_or_404(Post.objects.select_related("department"), pk=post_id)
    services.end_post(post=post, actor=request.actor, at=clock.now())
    messages.success(request, _("岗位已终止。"))
    return redirect("organ_detail", post.department_id)


@signed_in
@require_http_methods(["GET", "POST"])
def my_posts(request: ActorRequest) -> HttpResponse:
    """Show one's own posts and substitutions, and appoint a substitute."""
    actor = request.actor
    officer = Officer.objects.filter(pk=actor.officer_id).first() if actor.officer_id else None
    if officer is None:
        return render(request, "desk/settings/my_posts.html", {"officer": None})
    posts = selectors.posts_of(officer_id=officer.pk, on=clock.today())
    form = DelegationForm(request.POST or None, officer=officer, posts=posts)
    if request.method == "POST" and form.is_valid():
        try:
            services.delegate(**form.cleaned_data, actor=actor, at=clock.now())
        except services.IdentityRefused as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(request, _("已委托代行。"))
            return redirect("my_posts")
    given = Delegation.objects.filter(from_officer=officer).select_related("to_officer", "department")
    held = Delegation.objects.filter(to_officer=officer).select_related("from_officer", "department")
    context = {"officer": officer, "posts": posts, "form": form, "given": given, "held": held}
    return render(request, "desk/settings/my_posts.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def delegation_revoke(request: ActorRequest, delegation_id: UUID) -> HttpResponse:
    """Take a substitution back before its time."""
    actor = request.actor
    mine = Q(from_officer_id=actor.officer_id) | Q(department_id__in=actor.department_ids(Role.APPROVER))
    delegation = get_object_or_404(Delegation.objects.filter(mine), pk=str(delegation_id))
    services.revoke_delegation(delegation=delegation, actor=actor, at=clock.now())
    messages.success(request, _("已收回委托。"))
    return redirect("my_posts")
