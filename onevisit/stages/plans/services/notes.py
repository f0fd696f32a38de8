"""Ask the departments of a cluster for their remarks on a draft; write, answer and withdraw remarks."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.plans import events, readiness, selectors
from onevisit.stages.plans.lifecycle import CAMPAIGN, PLAN_NOTE
from onevisit.stages.plans.models import Campaign, PlanNote
from onevisit.stages.plans.refusals import PlanRefused, words_of
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

CONSULT_RULE = "campaign.consult"
CONSULT_SUBJECT = "campaign_consultation"


@transaction.atomic
def consult(*, campaign: Campaign, actor: Actor, at: datetime) -> Campaign:
    """Open the draft to the departments of its cluster; each has the term of the rule to answer."""
    capacity = actor.must("campaign.consult", campaign)
    plan = _allowed(campaign, verb="campaign.consult")
    cluster = selectors.current_cluster(plan)
    rows = selectors.departments_of(cluster.pk) if cluster else []
    asked = [row.department for row in rows if row.department_id != plan.organiser_id]
    if not asked:
        raise PlanRefused(message=_("集群内还没有其他部门，先匹配集群再征求意见。"), code="cluster")
    plan.consulted_at = at
    plan.save(update_fields=["consulted_at"])
    for organ in asked:
        deadlines.open_deadline(
            key=CONSULT_RULE,
            subject_type=CONSULT_SUBJECT,
            subject=f"{plan.pk}:{organ.pk}",
            department_id=organ.pk,
            sentence=_("对专项方案 %(title)s 提出批注或答复无意见") % {"title": plan.title},
            url=f"/plans/campaigns/{plan.pk}/review",
            at=at,
        )
    event = events.CampaignConsulted(
        subject=str(plan.pk),
        number=plan.number,
        departments=len(asked),
        related=tuple(f"department:{organ.pk}" for organ in asked),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return plan


@transaction.atomic
def annotate(*, campaign: Campaign, section: str, words: str, actor: Actor, at: datetime) -> PlanNote:
    """Write a remark beside one paragraph; the plan cannot be handed in before it is answered."""
    capacity = actor.must("campaign.annotate", campaign)
    plan = _allowed(campaign, verb="campaign.annotate")
    if section not in readiness.SECTIONS:
        raise PlanRefused(message=_("请选择要批注的段落。"), field="section")
    said = words_of(words, message=_("请写明批注意见。"), field="words")[:400]
    note = _written(plan, capacity, section=section, words=said, state=PLAN_NOTE.initial, actor=actor, at=at)
    event = events.CampaignAnnotated(
        subject=str(plan.pk),
        number=plan.number,
        note=str(note.pk),
        department=note.department.short_name,
        section=section,
        reason=f"“{readiness.SECTIONS[section]}”：{said}",
        related=(f"department:{note.department_id}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return note


@transaction.atomic
def agree(*, campaign: Campaign, actor: Actor, at: datetime) -> PlanNote:
    """Answer that the department has no remark on the draft."""
    capacity = actor.must("campaign.agree", campaign)
    plan = _allowed(campaign, verb="campaign.agree")
    if plan.consulted_at is None:
        raise PlanRefused(message=_("本方案还没有征求意见。"), code="consult")
    standing = PlanNote.objects.filter(campaign=plan, department_id=capacity.department_id, version=plan.version)
    if standing.filter(state__in=("open", "agreed")).exists():
        raise PlanRefused(message=_("本部门已有待处理的批注或已答复无意见。"), code="answered")
    note = _written(plan, capacity, section="", words="", state="agreed", actor=actor, at=at)
    event = events.CampaignAgreed(
        subject=str(plan.pk), number=plan.number, note=str(note.pk), department=note.department.short_name
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return note


@transaction.atomic
def adopt_note(*, note: PlanNote, answer: str, actor: Actor, at: datetime) -> PlanNote:
    """Answer a remark: it was taken over, and how."""
    return _answered(note, verb="plan_note.adopt", event=events.PlanNoteAdopted, answer=answer, actor=actor, at=at)


@transaction.atomic
def decline_note(*, note: PlanNote, answer: str, actor: Actor, at: datetime) -> PlanNote:
    """Answer a remark: it was not taken over, and why."""
    return _answered(note, verb="plan_note.decline", event=events.PlanNoteDeclined, answer=answer, actor=actor, at=at)


@transaction.atomic
def withdraw_note(*, note: PlanNote, actor: Actor, at: datetime) -> PlanNote:
    """Take one's remark back before it is answered."""
    capacity = actor.must("plan_note.withdraw", note)
    held = _moved(note, verb="plan_note.withdraw")
    held.save(update_fields=["state"])
    event = events.PlanNoteWithdrawn(
        subject=str(held.campaign_id),
        number=held.campaign.number,
        note=str(held.pk),
        department=held.department.short_name,
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def end_consultation(*, campaign: Campaign, at: datetime) -> None:
    """Let no department be reminded any more: the plan is handed in or stopped."""
    cluster = selectors.current_cluster(campaign)
    for row in selectors.departments_of(cluster.pk) if cluster else ():
        _close(campaign, row.department, at=at)


def _allowed(campaign: Campaign, *, verb: str) -> Campaign:
    plan = Campaign.objects.select_for_update().get(pk=campaign.pk)
    CAMPAIGN.next(state=plan.state, verb=verb)
    return plan


def _written(
    plan: Campaign, capacity: Capacity, *, section: str, words: str, state: str, actor: Actor, at: datetime
) -> PlanNote:
    note = PlanNote.objects.create(
        campaign=plan,
        department_id=capacity.department_id,
        section=section,
        version=plan.version,
        words=words,
        state=state,
        written_at=at,
        written_by=actor.id,
        written_as=f"{actor.name} · {capacity.label}"[:160],
    )
    _close(plan, note.department, at=at)
    return note


def _close(plan: Campaign, organ: Department, *, at: datetime) -> None:
    subject = f"{plan.pk}:{organ.pk}"
    deadlines.close_deadline(key=CONSULT_RULE, subject_type=CONSULT_SUBJECT, subject=subject, at=at)


def _answered(
    note: PlanNote,
    *,
    verb: str,
    event: type[events.PlanNoteAdopted] | type[events.PlanNoteDeclined],
    answer: str,
    actor: Actor,
    at: datetime,
) -> PlanNote:
    capacity = actor.must(verb, note)
    held = _moved(note, verb=verb)
    held.answer = words_of(answer, message=_("请写明如何处理、理由是什么。"), field="answer")[:400]
    held.answered_at, held.answered_as = at, f"{actor.name} · {capacity.label}"[:160]
    held.save(update_fields=["state", "answer", "answered_at", "answered_as"])
    entry = event(
        subject=str(held.campaign_id),
        number=held.campaign.number,
        note=str(held.pk),
        department=held.department.short_name,
        reason=held.answer,
        related=(f"department:{held.department_id}",),
    )
    ledger.append(entry, actor=actor, at=at, capacity=capacity)
    return held


def _moved(note: PlanNote, *, verb: str) -> PlanNote:
    rows = PlanNote.objects.select_for_update(of=("self",)).select_related("campaign", "department")
    held = rows.get(pk=note.pk)
    held.state = PLAN_NOTE.next(state=held.state, verb=verb)
    return held
