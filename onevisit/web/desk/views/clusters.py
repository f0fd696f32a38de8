"""S7 集群: the editor in three columns, its versions, and whether the registers have moved on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.plans import burden, comparing, services
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans.lifecycle import CAMPAIGN
from onevisit.stages.plans.models import Campaign, Cluster
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.numbers import whole

SHOWN_TARGETS = 100


@requires("campaign.see")
@require_GET
def campaign_cluster(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Show the current cluster, or an earlier version, with the reason of every row."""
    return _editor(request, _visible(request, campaign_id))


def _editor(request: ActorRequest, campaign: Campaign, *, refusal: PlanRefused | None = None) -> HttpResponse:
    cluster = _asked_version(request, campaign)
    may_edit = (
        campaign.state in ("draft", "returned")
        and request.actor.may("campaign.edit", campaign)
        and (cluster is None or cluster == plans.current_cluster(campaign))
    )
    context: dict[str, Any] = {
        "campaign": campaign,
        "cluster": cluster,
        "LIFECYCLE": CAMPAIGN,
        "may_edit": may_edit,
        "capacity": request.actor.holds(Role.COORDINATOR, Role.CLERK, department_id=campaign.organiser_id),
        "refusal": refusal,
        "typed": request.POST,
    }
    if cluster is not None:
        context |= _columns(request, campaign, cluster)
    return render(request, "desk/campaigns/cluster.html", context, status=422 if refusal else 200)


def _asked_version(request: ActorRequest, campaign: Campaign) -> Cluster | None:
    asked = request.GET.get("version", "")
    if not asked:
        return plans.current_cluster(campaign)
    version = whole(asked)
    if version is None:
        raise Http404
    return get_object_or_404(campaign.clusters, version=version)


def _columns(request: ActorRequest, campaign: Campaign, cluster: Cluster) -> dict[str, Any]:
    departments = list(cluster.departments.select_related("department"))
    items = list(cluster.items.select_related("item__department").order_by("item__department__code", "item__code"))
    targets = cluster.targets.select_related("target").order_by("is_removed", "target__object_id")
    words = request.GET.get("q", "").strip()
    if words:
        targets = targets.filter(Q(target__name__icontains=words) | Q(target__object_id__icontains=words))
    standing = [row for row in departments if not row.is_removed]
    older = campaign.clusters.filter(version=cluster.version - 1).first()
    limit = plans.departments_limit(on=clock.today())
    counts = {row.department_id: 0 for row in standing}
    for row in items:
        if not row.is_removed and row.item.department_id in counts:
            counts[row.item.department_id] += 1
    return {
        "departments": [
            {"row": row, "items": counts[row.department_id]}
            for row in sorted(standing, key=lambda row: (not row.is_initiator, row.department.code))
        ],
        "removed_departments": [row for row in departments if row.is_removed],
        "items": [row for row in items if not row.is_removed],
        "removed_items": [row for row in items if row.is_removed],
        "targets": targets.filter(is_removed=False)[:SHOWN_TARGETS],
        "targets_count": cluster.targets.filter(is_removed=False).count(),
        "removed_targets": targets.filter(is_removed=True)[:SHOWN_TARGETS],
        "removed_count": targets.filter(is_removed=True).count(),
        "removed_sums": plans.removed_sums(cluster.pk),
        "q": words,
        "limit": limit,
        "is_sixth": len(standing) >= limit,
        "addable": _addable(departments, request.GET.get("department", "")),
        "department_words": request.GET.get("department", ""),
        "burden": burden.preview(campaign, cluster, on=clock.today()),
        "versions": campaign.clusters.values_list("version", flat=True),
        "older": older,
        "differences": comparing.differences(older=older, newer=cluster) if older else [],
        "lapsed": comparing.lapsed(older=older, newer=cluster) if older else [],
    }


def _addable(rows: list[Any], words: str) -> list[Department]:
    """Return the departments that a search finds and that do not stand in the cluster yet."""
    if not words.strip():
        return []
    organs = Department.objects.active_on(clock.today()).exclude(
        pk__in=[row.department_id for row in rows if not row.is_removed]
    )
    found = organs.filter(
        Q(name__icontains=words) | Q(short_name__icontains=words) | Q(initials__istartswith=words) | Q(code=words)
    )
    return list(found[:8])


@requires("campaign.match")
@require_POST
def campaign_match(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Match the cluster anew for the plan's day."""
    campaign = _visible(request, campaign_id)
    cluster = services.match(campaign=campaign, actor=request.actor, at=clock.now())
    messages.success(
        request,
        _("已按 %(day)s 有效的法律匹配，生成第 %(version)s 版。")
        % {"day": cluster.matched_on, "version": cluster.version},
    )
    return redirect("campaign_cluster", campaign.pk)


@requires("campaign.edit")
@require_POST
def cluster_edit(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Take one row out with a reason, take a removal back, or add one department."""
    campaign = _visible(request, campaign_id)
    given = request.POST
    try:
        words = _edit(request, campaign, act=given.get("act", ""))
    except PlanRefused as refusal:
        return _editor(request, campaign, refusal=refusal)
    messages.success(request, words)
    return redirect("campaign_cluster", campaign.pk)


def _edit(request: ActorRequest, campaign: Campaign, *, act: str) -> str:
    given = request.POST
    common: dict[str, Any] = {"campaign": campaign, "actor": request.actor, "at": clock.now()}
    reason = given.get("reason", "")
    removals: dict[str, Callable[..., object]] = {
        "department": services.remove_department,
        "item": services.remove_item,
        "target": services.remove_target,
    }
    kind = given.get("kind", "")
    row_id = _uuid(given.get("row", ""))
    if act == "remove" and kind in removals:
        removals[kind](**{f"{kind}_id": row_id}, reason=reason, **common)
        return _("已移出，理由已记入留痕。")
    if act == "restore" and kind in removals:
        services.restore_row(kind=kind, row_id=row_id, **common)
        return _("已恢复。")
    if act == "add":
        department = get_object_or_404(Department, pk=row_id)
        services.add_department(department=department, reason=reason, **common)
        return _("已增加%s。") % department.short_name
    raise Http404


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


@requires("campaign.see")
@require_GET
def cluster_freshness(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Say whether the registers have moved on since the match; asked for by the page after it is shown."""
    campaign = _visible(request, campaign_id)
    if "HX-Request" not in request.headers:
        return redirect("campaign_cluster", campaign.pk)
    cluster = plans.current_cluster(campaign)
    drift = comparing.drift(campaign, cluster) if cluster else None
    may_match = campaign.state in ("draft", "returned") and request.actor.may("campaign.match", campaign)
    context = {"campaign": campaign, "drift": drift, "cluster": cluster, "may_match": may_match}
    return render(request, "desk/campaigns/freshness.html", context)


@requires("campaign.see")
@require_GET
def cluster_compare(request: ActorRequest, campaign_id: UUID) -> HttpResponse:
    """Compare two versions of a cluster, row by row."""
    campaign = _visible(request, campaign_id)
    versions = {cluster.version: cluster for cluster in campaign.clusters.all()}
    newer = versions.get(_number(request, "newer", max(versions, default=0)))
    older = versions.get(_number(request, "older", max(versions, default=0) - 1))
    if newer is None or older is None:
        raise Http404
    context = {
        "campaign": campaign,
        "newer": newer,
        "older": older,
        "versions": sorted(versions),
        "differences": comparing.differences(older=older, newer=newer),
        "kinds": comparing.KINDS,
    }
    return render(request, "desk/campaigns/compare.html", context)


def _number(request: ActorRequest, name: str, default: int) -> int:
    number = whole(request.GET.get(name, ""))
    return default if number is None else number


def _visible(request: ActorRequest, campaign_id: UUID) -> Campaign:
    rows = Campaign.objects.visible_to(request.actor).select_related("organiser", "initiator", "template")
    return get_object_or_404(rows, pk=campaign_id)
