"""Start, edit, submit, approve, return, run, evaluate and stop a campaign."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.plans import events, quotas, readiness
from onevisit.stages.plans.lifecycle import CAMPAIGN
from onevisit.stages.plans.models import Campaign, CampaignTemplate
from onevisit.stages.plans.refusals import PlanIncomplete, PlanRefused, words_of
from onevisit.stages.plans.services.notes import end_consultation
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department, OrganKind
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger

APPROVAL_RULE = "campaign.approval"
RETURN_CODES = {
    "too_broad": gettext_lazy("过宽"),
    "basis": gettext_lazy("依据"),
    "time": gettext_lazy("时间"),
    "other": gettext_lazy("其他"),
}


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an edit of the plan changes; None leaves a field as it is."""

    title: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    rest_day_reason: str | None = None
    region_codes: list[str] | None = None
    conditions: dict[str, Any] | None = None
    is_directed: bool | None = None
    directed_reason: str | None = None
    problem_source: str | None = None
    goal: str | None = None
    goal_measure: str | None = None
    necessity: dict[str, str] | None = None
    field_scores: dict[str, int] | None = None
    quota: dict[str, Any] | None = None


FIELD_WORDS = {
    "title": gettext_lazy("名称"),
    "starts_on": gettext_lazy("开始日期"),
    "ends_on": gettext_lazy("结束日期"),
    "rest_day_reason": gettext_lazy("休息日检查的理由"),
    "region_codes": gettext_lazy("区域"),
    "conditions": gettext_lazy("对象条件"),
    "is_directed": gettext_lazy("定向方式"),
    "directed_reason": gettext_lazy("定向理由"),
    "problem_source": gettext_lazy("问题来源"),
    "goal": gettext_lazy("目标"),
    "goal_measure": gettext_lazy("成效指标"),
    "necessity": gettext_lazy("必要性四问"),
    "field_scores": gettext_lazy("领域四项评分"),
    "quota": gettext_lazy("抽查比例"),
}


def check_inspecting_body(organ: Department, *, field: str) -> None:
    """Refuse an organ that can never be an inspecting body, the coordination office first of all (R22, AI-01)."""
    if organ.kind == OrganKind.COORDINATION_OFFICE:
        raise PlanRefused(
            message=_(
                "综合执法领导小组办公室负责统筹协调，不具有执法主体资格，不能作为检查主体。请选择承担该事项的部门。"
            ),
            field=field,
            code="body.office",
        )
    if organ.kind != OrganKind.DEPARTMENT or not organ.can_inspect:
        raise PlanRefused(
            message=_("%(organ)s不具有执法主体资格，不能作为检查主体。") % {"organ": organ.short_name},
            field=field,
            code="body.none",
        )


@transaction.atomic
def start(
    *,
    template: CampaignTemplate | None,
    title: str,
    field: str,
    initiator: Department,
    starts_on: date,
    ends_on: date,
    actor: Actor,
    at: datetime,
    region_codes: list[str] | None = None,
) -> Campaign:
    """Start a campaign, from a template or freely; the organiser is the office or the department itself."""
    capacity = actor.must("campaign.start", initiator)
    check_inspecting_body(initiator, field="initiator")
    _check_dates(starts_on=starts_on, ends_on=ends_on, at=at)
    name = words_of(title, message=_("请填写专项名称。"), field="title")
    topic = template.field if template else words_of(field, message=_("请填写领域。"), field="field")
    campaign = Campaign.objects.create(
        number=f"ZX-{at.year}-{identity.next_number(series=f'campaign-{at.year}'):03d}",
        template=template,
        title=name,
        field=topic,
        organiser_id=capacity.department_id,
        initiator=initiator,
        state=CAMPAIGN.initial,
        starts_on=starts_on,
        ends_on=ends_on,
        region_codes=region_codes or [],
        quota=quotas.of_template(template.quota) if template else {},
        goal="；".join(template.goals) if template else "",
        created_at=at,
    )
    event = events.CampaignStarted(
        subject=str(campaign.pk),
        number=campaign.number,
        template=template.key if template else "",
        initiator=initiator.code,
        related=(f"department:{initiator.pk}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return campaign


@transaction.atomic
def edit(*, campaign: Campaign, changes: Changes, actor: Actor, at: datetime) -> Campaign:
    """Change what the plan says; the entry names the fields, the plan keeps the words."""
    capacity = actor.must("campaign.edit", campaign)
    plan = Campaign.objects.select_for_update().get(pk=campaign.pk)
    plan.state = CAMPAIGN.next(state=plan.state, verb="campaign.edit")
    changed = []
    for field in fields(changes):
        value = getattr(changes, field.name)
        if value is not None and value != getattr(plan, field.name):
            setattr(plan, field.name, value)
            changed.append(field.name)
    if not changed:
        return plan
    if not plan.title.strip():
        raise PlanRefused(message=_("请填写专项名称。"), field="title")
    if {"starts_on", "ends_on"} & set(changed) and plan.starts_on and plan.ends_on:
        _check_dates(starts_on=plan.starts_on, ends_on=plan.ends_on, at=at)
    if not plan.is_directed and (plan.region_codes or plan.conditions):
        raise PlanRefused(
            message=_("不定向抽取不设条件：从全部对象中抽取。要按条件选，请改为定向并写明理由。"), field="is_directed"
        )
    if "field_scores" in changed:
        _check_scores(plan.field_scores)
    plan.save(update_fields=changed)
    words = "、".join(str(FIELD_WORDS[name]) for name in changed)
    event = events.CampaignEdited(subject=str(plan.pk), number=plan.number, what=",".join(changed), reason=words)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


@transaction.atomic
def submit(*, campaign: Campaign, actor: Actor, at: datetime) -> Campaign:
    """Hand the plan in for approval; refused with a list of what is missing."""
    capacity = actor.must("campaign.submit", campaign)
    plan = Campaign.objects.select_for_update().get(pk=campaign.pk)
    state = CAMPAIGN.next(state=plan.state, verb="campaign.submit")
    if blockers := readiness.blockers(plan):
        raise PlanIncomplete(blockers=blockers)
    if plan.state == "returned":
        plan.version += 1
    plan.state, plan.submitted_at, plan.submitted_by = state, at, actor.id
    plan.save(update_fields=["state", "version", "submitted_at", "submitted_by"])
    end_consultation(campaign=plan, at=at)
    deadlines.open_deadline(
        key=APPROVAL_RULE,
        subject_type="campaign",
        subject=plan.pk,
        department_id=plan.initiator_id,
        sentence=_("审批专项方案 %(title)s") % {"title": plan.title},
        url=f"/plans/campaigns/{plan.pk}/review",
        at=at,
    )
    event = events.CampaignSubmitted(
        subject=str(plan.pk), number=plan.number, version=plan.version, related=(f"department:{plan.initiator_id}",)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


@transaction.atomic
def recall(*, campaign: Campaign, actor: Actor, at: datetime) -> Campaign:
    """Take a plan back before it is decided."""
    capacity = actor.must("campaign.recall", campaign)
    plan = _moved(campaign, verb="campaign.recall")
    plan.save(update_fields=["state"])
    deadlines.close_deadline(key=APPROVAL_RULE, subject_type="campaign", subject=plan.pk, at=at)
    event = events.CampaignRecalled(subject=str(plan.pk), number=plan.number)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


@transaction.atomic
def approve(*, campaign: Campaign, actor: Actor, at: datetime) -> Campaign:
    """Approve the plan as head of the initiator, before any offer (AI-07), and file it (专项备案, AI-09)."""
    capacity = actor.must("campaign.approve", campaign)
    plan = _moved(campaign, verb="campaign.approve")
    _check_other_person(plan, actor)
    if blockers := readiness.blockers(plan):
        raise PlanIncomplete(blockers=blockers)
    plan.approved_at, plan.approved_by = at, actor.id
    plan.filing_number = f"BA-{at.year}-{identity.next_number(series=f'filing-{at.year}'):03d}"
    plan.save(update_fields=["state", "approved_at", "approved_by", "filing_number"])
    deadlines.close_deadline(key=APPROVAL_RULE, subject_type="campaign", subject=plan.pk, at=at)
    event = events.CampaignApproved(
        subject=str(plan.pk),
        number=plan.number,
        version=plan.version,
        filing_number=plan.filing_number,
        related=(f"department:{plan.initiator_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


@transaction.atomic
def return_(*, campaign: Campaign, reason_code: str, reason: str, actor: Actor, at: datetime) -> Campaign:
    """Return the plan with a coded reason and words, e.g. for being too broad (R152)."""
    capacity = actor.must("campaign.return", campaign)
    plan = _moved(campaign, verb="campaign.return")
    if reason_code not in RETURN_CODES:
        raise PlanRefused(message=_("请选择退回原因：过宽、依据、时间、其他。"), field="reason_code")
    plan.returned_code = reason_code
    plan.returned_reason = words_of(reason, message=_("请写明退回意见。"), field="reason")
    plan.save(update_fields=["state", "returned_code", "returned_reason"])
    deadlines.close_deadline(key=APPROVAL_RULE, subject_type="campaign", subject=plan.pk, at=at)
    event = events.CampaignReturned(
        subject=str(plan.pk),
        number=plan.number,
        reason_code=reason_code,
        reason=f"{RETURN_CODES[reason_code]}。{plan.returned_reason}",
        related=(f"department:{plan.organiser_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


@transaction.atomic
def run(*, campaign: Campaign, actor: Actor, at: datetime) -> Campaign:
    """Turn an approved plan into a running one, with its first offer."""
    capacity = actor.must("campaign.run", campaign)
    was = campaign.state
    plan = _moved(campaign, verb="campaign.run")
    if was != "running":
        plan.save(update_fields=["state"])
        event = events.CampaignRan(subject=str(plan.pk), number=plan.number)
        ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


@transaction.atomic
def evaluate(*, campaign: Campaign, words: str, actor: Actor, at: datetime) -> Campaign:
    """Close a campaign by comparing what came out with its measurable goal (R98)."""
    capacity = actor.must("campaign.evaluate", campaign)
    plan = _moved(campaign, verb="campaign.evaluate")
    plan.evaluation = words_of(words, message=_("请对照目标写明成效。"), field="words")
    plan.save(update_fields=["state", "evaluation"])
    event = events.CampaignEvaluated(subject=str(plan.pk), number=plan.number)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


@transaction.atomic
def stop(*, campaign: Campaign, reason: str, actor: Actor, at: datetime) -> Campaign:
    """Stop a campaign, with a reason."""
    capacity = actor.must("campaign.stop", campaign)
    plan = _moved(campaign, verb="campaign.stop")
    plan.stopped_reason = words_of(reason, message=_("请写明中止理由。"), field="reason")
    plan.save(update_fields=["state", "stopped_reason"])
    end_consultation(campaign=plan, at=at)
    deadlines.close_deadline(key=APPROVAL_RULE, subject_type="campaign", subject=plan.pk, at=at)
    event = events.CampaignStopped(subject=str(plan.pk), number=plan.number, reason=plan.stopped_reason)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


def _moved(campaign: Campaign, *, verb: str) -> Campaign:
    """Lock the row and give it the state that `verb` leads to."""
    plan = Campaign.objects.select_for_update().get(pk=campaign.pk)
    plan.state = CAMPAIGN.next(state=plan.state, verb=verb)
    return plan


def _check_dates(*, starts_on: date, ends_on: date, at: datetime) -> None:
    if ends_on < starts_on:
        raise PlanRefused(message=_("结束日期不能早于开始日期。"), field="ends_on")
    if starts_on < at.date():
        raise PlanRefused(message=_("开始日期不能早于今天。"), field="starts_on")


def _check_scores(scores: dict[str, int]) -> None:
    if any(key not in readiness.FIELD_CRITERIA or not 1 <= score <= 5 for key, score in scores.items()):
        raise PlanRefused(message=_("四项评分各为 1 至 5 分。"), field="field_scores")


def _check_other_person(plan: Campaign, actor: Actor) -> None:
    if plan.submitted_by == actor.id and actor.holds(Role.APPROVER):
        raise PlanRefused(message=_("提交人与审批人不能是同一人，请由另一名审批人办理。"), code="same_person")
