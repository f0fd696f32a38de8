"""What a plan must say before it can be handed in and approved, section by section."""

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.plans import dates, quotas
from onevisit.stages.plans.models import Campaign, Cluster, ClusterItem

FIELD_CRITERIA = {
    "frequency": gettext_lazy("基层发生频率高"),
    "livelihood": gettext_lazy("与民生密切"),
    "overlap": gettext_lazy("多头重复交叉突出"),
    "expertise": gettext_lazy("专业技术要求适宜"),
}
FOUR_QUESTIONS = {
    "merge": gettext_lazy("能否与其他检查合并，不重复检查"),
    "joint": gettext_lazy("能否联合检查，不多头检查"),
    "paper": gettext_lazy("能否书面核查、信息共享"),
    "offsite": gettext_lazy("能否用智慧监管，不入企检查"),
}
SECTIONS = {
    "problem": gettext_lazy("问题来源"),
    "goal": gettext_lazy("目标与成效"),
    "targets": gettext_lazy("对象与条件"),
    "quota": gettext_lazy("比例数量"),
    "departments": gettext_lazy("部门与事项"),
    "time": gettext_lazy("时间与阶段"),
    "necessity": gettext_lazy("必要性四问"),
    "field": gettext_lazy("领域四项评分"),
}


def asked_of(plan: Campaign) -> dict[str, Any]:
    """Return what a match depends on besides its day: a cluster remembers it, so that a changed condition shows."""
    asked = {"region_codes": sorted(plan.region_codes), "conditions": plan.conditions}
    return asked if plan.is_directed else {**asked, "is_directed": False}


def blockers(plan: Campaign) -> list[tuple[str, str]]:
    """Return what is missing as pairs of section and sentence; empty when the plan can be handed in."""
    cluster = plan.clusters.order_by("-version").first()
    found = [*_words_missing(plan), *_scope_missing(plan, cluster)]
    if cluster is not None:
        found += _departments_missing(cluster)
    return found + _notes_open(plan)


def state_of_sections(plan: Campaign) -> dict[str, str]:
    """Return `done`, `open` (somebody has been there) or `untouched` for each section of the task list."""
    missing = {section for section, _words in blockers(plan)}
    touched = {
        "problem": bool(plan.problem_source),
        "goal": bool(plan.goal or plan.goal_measure),
        "targets": plan.clusters.exists(),
        "quota": bool(plan.quota),
        "departments": plan.clusters.exists(),
        "time": bool(plan.starts_on),
        "necessity": any(plan.necessity.values()),
        "field": bool(plan.field_scores),
    }
    return {
        section: "done" if section not in missing else "open" if touched[section] else "untouched"
        for section in SECTIONS
    }


def _notes_open(plan: Campaign) -> list[tuple[str, str]]:
    """A remark is answered before the plan is handed in or approved: taken over, or the reason why not."""
    rows = plan.plan_notes.filter(state="open").order_by().values_list("section").annotate(Count("pk"))
    return [
        (section, _("“%(section)s”有 %(n)s 条批注待处理") % {"section": SECTIONS[section], "n": count})
        for section, count in sorted(rows)
    ]


def _words_missing(plan: Campaign) -> list[tuple[str, str]]:
    found = []
    if not plan.problem_source.strip():
        found.append(("problem", _("请写明问题来源（投诉、数据、以往结果），防止大而化之")))
    if not plan.goal.strip() or not plan.goal_measure.strip():
        found.append(("goal", _("请写明目标和可以衡量的成效指标")))
    if plan.starts_on is None or plan.ends_on is None:
        found.append(("time", _("请填写起止日期")))
    elif not dates.working_days(plan.starts_on, plan.ends_on) and not plan.rest_day_reason.strip():
        found.append(("time", _("起止日期内没有工作日，请改期或写明为何须在休息日检查")))
    if unanswered := [str(words) for key, words in FOUR_QUESTIONS.items() if not plan.necessity.get(key, "").strip()]:
        found.append(("necessity", _("必要性四问还有 %(n)s 问未答") % {"n": len(unanswered)}))
    if any(key not in plan.field_scores for key in FIELD_CRITERIA):
        found.append(("field", _("领域四项评分须全部填写，才能批准")))
    return found


def _scope_missing(plan: Campaign, cluster: Cluster | None) -> list[tuple[str, str]]:
    if cluster is None:
        return [("targets", _("还没有匹配集群")), ("departments", _("还没有匹配部门与事项"))]
    found = []
    if plan.is_directed and (plan.region_codes or plan.conditions) and not plan.directed_reason.strip():
        found.append(("targets", _("定向抽取须写明按这些条件选取的理由，条件和理由随抽取公布")))
    if cluster.matched_on != plan.starts_on:
        found.append(("targets", _("日期已改，请按新日期重新匹配（法律依据按日期认定）")))
    elif cluster.notes.get("asked", asked_of(plan)) != asked_of(plan):
        found.append(("targets", _("对象条件已改，请重新匹配")))
    if not cluster.targets.filter(is_removed=False).exists():
        found.append(("targets", _("集群内没有检查对象")))
    if not quotas.is_stated(plan.quota):
        found.append(("quota", _("请填写抽查比例或数量")))
    elif not quotas.of_cluster(plan.quota, cluster).drawn:
        found.append(("quota", _("按此比例抽取 0 户")))
    return found


def _departments_missing(cluster: Cluster) -> list[tuple[str, str]]:
    rows = list(cluster.departments.filter(is_removed=False).select_related("department"))
    owners = set(
        ClusterItem.objects.filter(cluster=cluster, is_removed=False).values_list("item__department_id", flat=True)
    )
    return [
        ("departments", _("%(name)s没有检查事项，请补充或移出") % {"name": row.department.short_name})
        for row in rows
        if row.department_id not in owners
    ]
