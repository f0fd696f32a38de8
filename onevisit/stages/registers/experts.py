"""Experts (专家): entered by the department that proposes them, suspended with a reason; they assist only (R20)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.registers import events
from onevisit.stages.registers.models import Expert, ExpertStatus
from onevisit.stages.registers.refusals import RecordRefused, words_of
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger


@transaction.atomic
def register(
    *,
    name: str,
    organisation: str,
    title: str,
    domains: list[str],
    department: Department,
    valid_to: date,
    actor: Actor,
    at: datetime,
) -> Expert:
    """Enter an expert with the fields he can be asked for."""
    capacity = actor.must("expert.register", department)
    given = words_of(name, message=_("请填写姓名。"), field="name")
    employer = words_of(organisation, message=_("请填写工作单位。"), field="organisation")
    named = [domain.strip() for domain in domains if domain.strip()]
    if not named:
        raise RecordRefused(message=_("请填写至少一个专业领域。"), field="domains")
    if valid_to < at.date():
        raise RecordRefused(message=_("聘期已过，请填写今天以后的日期。"), field="valid_to")
    if Expert.objects.filter(name=given, organisation=employer).exists():
        raise RecordRefused(message=_("该单位的这位专家已在库。"), field="name")
    expert = Expert.objects.create(
        name=given, organisation=employer, title=title.strip(), domains=named, department=department, valid_to=valid_to
    )
    event = events.ExpertRegistered(subject=str(expert.pk), domains=len(named))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return expert


@transaction.atomic
def suspend(*, expert: Expert, reason: str, actor: Actor, at: datetime) -> Expert:
    """Ask an expert no more, with the reason."""
    capacity = actor.must("expert.suspend", expert)
    held = Expert.objects.select_for_update().get(pk=expert.pk)
    if held.status == ExpertStatus.SUSPENDED:
        raise RecordRefused(message=_("该专家已经停用。"))
    held.status = ExpertStatus.SUSPENDED
    held.status_reason = words_of(reason, message=_("请写明停用理由。"), field="reason")[:200]
    held.save(update_fields=["status", "status_reason"])
    event = events.ExpertSuspended(subject=str(held.pk), reason=held.status_reason)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def resume(*, expert: Expert, actor: Actor, at: datetime) -> Expert:
    """Let a suspended expert be asked again while the appointment lasts."""
    capacity = actor.must("expert.resume", expert)
    held = Expert.objects.select_for_update().get(pk=expert.pk)
    if held.status == ExpertStatus.ACTIVE:
        raise RecordRefused(message=_("该专家没有停用。"))
    if held.valid_to < at.date():
        raise RecordRefused(message=_("聘期已过，请先导入新的聘期。"))
    held.status, held.status_reason = ExpertStatus.ACTIVE, ""
    held.save(update_fields=["status", "status_reason"])
    ledger.append(events.ExpertResumed(subject=str(held.pk)), actor=actor, at=at, capacity=capacity)
    return held
