"""Replace an officer in time: the next of the draw's own order comes, and nobody picks (DS-16, DS-17)."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.draws import assignments
from onevisit.stages.draws.assignments import BenchSeat
from onevisit.stages.registers import availability, conflicts
from onevisit.stages.registers.availability import Nominee
from onevisit.stages.visits import events
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.models import Inspection, TeamMember, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

REDISPATCH_REASONS = {
    "recusal": "回避",
    "leave": "休假、公差",
    "transfer": "调离岗位",
    "certificate": "执法证失效",
}
PASSED: dict[str, str | Promise] = {
    "GONE": gettext_lazy("已在本组，或已退出本组"),
    "AWAY": gettext_lazy("当日不能执法（证件、在岗或休假）"),
    "RECUSED": gettext_lazy("须回避"),
    "BUSY": gettext_lazy("同一时段另有检查"),
    "FULL": gettext_lazy("已到每人上限"),
}


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One officer in the order of succession; `passed` is the code of why he cannot come, empty if he can."""

    inspector_id: UUID
    name: str
    passed: str = ""

    @property
    def passed_words(self) -> str:
        return str(PASSED[self.passed]) if self.passed else ""


@transaction.atomic
def redispatch(*, member: TeamMember, reason: str, words: str, actor: Actor, at: datetime) -> TeamMember:
    """Replace an officer while nothing is recorded yet; the draw says who comes next (DS-16, DS-17).

    Whoever is passed over stands in the entry with the reason, which the registers give and nobody types.

    Raises:
        VisitRefused: something is recorded already, the reason does not do, or nobody eligible is left.
    """
    inspection = Inspection.objects.select_for_update().select_related("visit").get(pk=member.inspection_id)
    capacity = actor.must("visit.redispatch", inspection)
    VISIT.next(state=inspection.visit.state, verb="visit.redispatch")
    former = inspection.members.select_related("inspector").get(pk=member.pk)
    _check_untouched(inspection, former)
    if reason not in REDISPATCH_REASONS or not words.strip():
        raise VisitRefused(code="reason", message=_("请选择改派事由并写明情况。"), field="reason")
    order = candidates(inspection, slot=slot_of(former))
    rank = next((n for n, one in enumerate(order) if not one.passed), None)
    if rank is None:
        raise VisitRefused(code="nobody", message=_("本部门没有其他可派的持证人员，请改期或请求支援。"), status=409)
    former.slot = slot_of(former)
    former.replaced_at, former.replaced_reason = at, f"{REDISPATCH_REASONS[reason]}：{words.strip()}"[:300]
    former.save(update_fields=["slot", "replaced_at", "replaced_reason"])
    successor = TeamMember.objects.create(
        inspection=inspection, inspector_id=order[rank].inspector_id, is_leader=former.is_leader, slot=former.slot
    )
    event = events.VisitRedispatched(
        subject=str(inspection.visit_id),
        number=inspection.visit.number,
        inspection=str(inspection.pk),
        former=str(former.inspector_id),
        successor=str(successor.inspector_id),
        reason=REDISPATCH_REASONS[reason],
        order=hashlib.sha256("".join(str(one.inspector_id) for one in order).encode()).hexdigest(),
        slot=former.slot,
        passed=tuple(f"{one.inspector_id}:{one.passed}" for one in order[:rank]),
        related=(f"inspection:{inspection.pk}",),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return successor


def _check_untouched(inspection: Inspection, former: TeamMember) -> None:
    if former.replaced_at is not None:
        raise VisitRefused(code="replaced", message=_("该人员已被改派。"), status=409)
    if inspection.state != INSPECTION.initial or inspection.submissions.exclude(kind="recusal").exists():
        raise VisitRefused(code="touched", message=_("该部门的检查已有记录，不能再改派。"), status=409)


def slot_of(member: TeamMember) -> str:
    """Return the place of the draw that a member stands in; a successor stands in that of the one he replaced."""
    visit = member.inspection.visit
    if member.slot or not visit.draw_id:
        return member.slot
    return assignments.slot_of(draw_id=visit.draw_id, target_id=visit.target_id, inspector_id=member.inspector_id)


def candidates(inspection: Inspection, *, slot: str = "") -> tuple[Candidate, ...]:
    """Return who may take a vacant place, in the order that the draw fixed, those who cannot come with the reason.

    The order is that of the frozen pool's tickets for this place. A visit whose draw has no roster takes the order from
    the draw's digest over the department's people.
    """
    visit = inspection.visit
    day = timezone.localtime(visit.starts_at).date()
    found = availability.nominees(department_ids=[inspection.department_id], starts_on=day, ends_on=day)
    known = {nominee.id: nominee for nominee in found}
    seats = assignments.bench_of(draw_id=visit.draw_id, target_id=visit.target_id, slot=slot) if visit.draw_id else None
    if seats is None:
        team = set(inspection.members.values_list("inspector_id", flat=True))
        people = [nominee.id for nominee in found if nominee.id not in team]
        order, full = _by_digest(visit, people, seed=str(inspection.pk)), set[UUID]()
    else:
        order, full = [seat.inspector_id for seat in seats], _full(visit, seats)
    names = availability.names_of([str(pk) for pk in order if pk not in known])
    passed = _passed(inspection, order, known, full=full)
    return tuple(
        Candidate(
            inspector_id=pk,
            name=known[pk].name if pk in known else names.get(str(pk), ""),
            passed=passed.get(pk, ""),
        )
        for pk in order
    )


def successors(inspection: Inspection, *, slot: str = "") -> list[UUID]:
    """Return the inspectors who can take a vacant place, the next first."""
    return [one.inspector_id for one in candidates(inspection, slot=slot) if not one.passed]


def _passed(
    inspection: Inspection, order: list[UUID], known: dict[UUID, Nominee], *, full: set[UUID]
) -> dict[UUID, str]:
    """Return why who cannot come; of several reasons the first."""
    visit = inspection.visit
    gone = set(inspection.members.values_list("inspector_id", flat=True))
    away = {pk for pk in order if pk not in known or known[pk].barred}
    groups = (
        ("GONE", gone),
        ("AWAY", away),
        ("RECUSED", _barred(visit, order)),
        ("BUSY", _busy(visit)),
        ("FULL", full),
    )
    return {pk: code for code, people in reversed(groups) for pk in order if pk in people}


def _full(visit: Visit, seats: Iterable[BenchSeat]) -> set[UUID]:
    """Return who goes to as many targets of the draw as it lets him."""
    rows = TeamMember.objects.filter(replaced_at__isnull=True, inspection__visit__draw=visit.draw)
    load = Counter(rows.exclude(inspection__state="withdrawn").values_list("inspector_id", flat=True))
    return {seat.inspector_id for seat in seats if load[seat.inspector_id] >= seat.cap}


def _busy(visit: Visit) -> set[UUID]:
    rows = TeamMember.objects.filter(
        replaced_at__isnull=True,
        inspection__visit__starts_at__lt=visit.ends_at,
        inspection__visit__ends_at__gt=visit.starts_at,
    )
    return set(rows.exclude(inspection__state="withdrawn").values_list("inspector_id", flat=True))


def _barred(visit: Visit, people: list[UUID]) -> set[UUID]:
    """Return who stays away from the target; that nobody goes twice in a row is a rule of the draw."""
    known = conflicts.conflicts(inspector_ids=people, target_ids=[visit.target_id])
    if not visit.draw_id:
        return {inspector for (_target, inspector), code in known.items() if code != conflicts.SAME_AS_LAST}
    recused = assignments.recused(draw_id=visit.draw_id, target_id=visit.target_id)
    return recused | {inspector for _target, inspector in known}


def _by_digest(visit: Visit, people: Iterable[UUID], *, seed: str) -> list[UUID]:
    digest = assignments.result_of(visit.draw_id).digest if visit.draw_id else ""
    prefix = f"{digest}|{seed}|"
    return sorted(people, key=lambda pk: hashlib.sha256(f"{prefix}{pk}".encode()).digest())
