"""疑似重复的检查对象 (S3, S4): pairs by rule, merged one by one or all of a rule, undone within the term."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.registers import merges
from onevisit.stages.registers.models import InspectionTarget, MergeRule, TargetMerge
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.numbers import whole

SHOWN_PAIRS = 50
SHOWN_MERGES = 50
PATH = "/registers/targets/duplicates"


@requires("target.see")
@require_GET
def duplicate_list(request: ActorRequest) -> HttpResponse:
    """List pairs of records that may be one target, and the merges that can still be undone."""
    groups = []
    for rule in (MergeRule.SAME_CODE, MergeRule.SAME_PLACE):
        pairs, count = merges.duplicates(rule)
        groups.append(
            {
                "rule": str(rule),
                "label": rule.label,
                "count": count,
                "at_once": len(pairs),
                "pairs": [(kept, dropped, merges.compared(kept, dropped)) for kept, dropped in pairs[:SHOWN_PAIRS]],
            }
        )
    done = TargetMerge.objects.select_related("kept", "dropped")[:SHOWN_MERGES]
    context = {
        "groups": groups,
        "merges": done,
        "now": clock.now(),
        "may_merge": request.actor.may("target.merge"),
        "capacity": request.actor.must("target.see"),
    }
    return render(request, "desk/registers/duplicates.html", context)


@requires("target.merge")
@require_POST
def target_merge(request: ActorRequest, target_id: UUID, other_id: UUID) -> HttpResponse:
    """Merge another record into this one."""
    kept = _target(request, target_id)
    rule = MergeRule.SAME_CODE if request.POST.get("rule") == MergeRule.SAME_CODE else MergeRule.SAME_PLACE
    made = merges.merge(kept=kept, dropped=_target(request, other_id), rule=rule, actor=request.actor, at=clock.now())
    words = _("已合并到“%(name)s”。%(day)s 前可以撤销。")
    messages.success(request, words % {"name": kept.name, "day": f"{made.undo_until:%Y-%m-%d}"})
    return redirect(PATH)


@requires("target.merge")
@require_POST
def merge_by_rule(request: ActorRequest) -> HttpResponse:
    """Merge all pairs of a rule, as many as were shown."""
    rule = MergeRule.SAME_CODE if request.POST.get("rule") == MergeRule.SAME_CODE else MergeRule.SAME_PLACE
    count = whole(request.POST.get("count", "")) or 0
    merged = merges.merge_by_rule(rule=rule, count=count, actor=request.actor, at=clock.now())
    messages.success(request, _("已合并 %(count)s 组，期限内可以逐组撤销。") % {"count": merged})
    return redirect(PATH)


@requires("target.unmerge")
@require_POST
def target_unmerge(request: ActorRequest, merge_id: UUID) -> HttpResponse:
    """Undo a merge."""
    merge = get_object_or_404(TargetMerge, pk=merge_id)
    merges.unmerge(merge=merge, actor=request.actor, at=clock.now())
    messages.success(request, _("已撤销合并，两条记录恢复原状。"))
    return redirect(PATH)


def _target(request: ActorRequest, target_id: UUID) -> InspectionTarget:
    return get_object_or_404(InspectionTarget.objects.visible_to(request.actor), pk=target_id)
