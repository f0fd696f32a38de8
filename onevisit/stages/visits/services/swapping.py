"""Officers who cannot go: asked for and agreed to before anything is recorded; the team follows what a round drew."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws import assignments
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.assignments import SwappedSlot
from onevisit.stages.draws.rounds.swap_reasons import words_of
from onevisit.stages.draws.selectors import DrawnSlot, Swap
from onevisit.stages.registers import availability
from onevisit.stages.visits import events
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.models import Inspection, TeamMember
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@transaction.atomic
def request_swap(
    *, member: TeamMember, reason: str, words: str, evidence_sha256: str, actor: Actor, at: datetime
) -> Swap:
    """Ask to draw somebody else in the place of an officer who cannot go, while nothing is recorded (DS-16, DS-17).

    Raises:
        VisitRefused: he is replaced already, or no draw sent him.
        DrawRefused: the draw does not allow it.
    """
    part = _locked(member.inspection)
    held = part.members.get(pk=member.pk)
    slot = slot_of(held)
    if held.replaced_at is not None or slot is None:
        raise VisitRefused(code="replaced", message=_("该人员已换下，或者不是抽取派出的。"), status=409)
    return draws.request_swap(
        slot=slot,
        is_begun=is_begun(part),
        reason=reason,
        words=words,
        evidence_sha256=evidence_sha256,
        actor=actor,
        at=at,
    )


def confirm_swap(*, swap: Swap, actor: Actor, at: datetime) -> Swap:
    """Agree that an officer is replaced in the next round; from now on his part is not begun before it is drawn.

    Raises:
        DrawRefused: it is decided, nobody could be drawn, or something is recorded by now.
    """
    renewed = draws.renew_swap(swap=swap)  # stands though the decision is refused: it says who may decide
    with transaction.atomic():
        part = _locked(_part_of(renewed))
        return draws.confirm_swap(swap=renewed, is_begun=is_begun(part), actor=actor, at=at)


@transaction.atomic
def swap_members(*, draw_id: UUID | str, actor: Actor, at: datetime) -> list[TeamMember]:
    """Put who was drawn in the place of who was swapped; return who left. A second call finds nothing left."""
    assignments.hold(draw_id)
    if not draws.sends_as_drawn(draw_id, at=at):
        return []
    swapped = assignments.swapped_slots(draw_id)
    rows = _open_parts(draw_id).filter(visit__target_id__in=[row.target_id for row in swapped])
    locked = rows.select_for_update(of=("self",)).select_related("visit").order_by("pk")
    parts = {(part.visit.target_id, part.department_id): part for part in locked}
    return [
        left
        for row in swapped
        if (part := parts.get((row.target_id, row.department_id))) is not None
        for left in _follow(row, part=part, actor=actor, at=at)
    ]


def unfollowed(draw_id: UUID | str) -> bool:
    """Say whether a round drew somebody for a team that still stands as it was."""
    former = TeamMember.objects.filter(
        inspection__in=_open_parts(draw_id),
        replaced_at__isnull=True,
        inspection__visit__target_id=OuterRef("target_id"),
        inspector_id=OuterRef("inspector_id"),
    )
    return assignments.freed_slots(draw_id).filter(Exists(former)).exists()


def _open_parts(draw_id: UUID | str) -> QuerySet[Inspection]:
    """Return the parts whose team has not been inside: nothing is recorded but that they could not go in."""
    return Inspection.objects.filter(
        visit__draw_id=draw_id, state__in=("dispatched", "unable", "returned"), entered_at__isnull=True
    )


def slot_of(member: TeamMember) -> DrawnSlot | None:
    """Return the drawn slot that a member of a team stands in, None where no draw sent him."""
    visit = member.inspection.visit
    if visit.draw_id is None:
        return None
    return assignments.drawn_slot(draw_id=visit.draw_id, target_id=visit.target_id, inspector_id=member.inspector_id)


def is_begun(part: Inspection) -> bool:
    """Say whether a department has recorded anything; a request for recusal is none of it."""
    sent = part.submissions.filter(is_quarantined=False).exclude(kind="recusal")
    return part.state != INSPECTION.initial or sent.exists()


def awaits_swap(part: Inspection) -> bool:
    """Say whether somebody of the team is to be replaced: by a round still to be drawn, or by one it has to follow."""
    return bool(_awaited(part)) or _is_behind(part)


def is_before_all(part: Inspection, moment: datetime) -> bool:
    """Say whether a moment lies before everybody's agreement that somebody of the team does not go."""
    waiting = _awaited(part)
    return bool(waiting) and all(row.confirmed_at and moment < row.confirmed_at for row in waiting)


def drop_begun(part: Inspection, *, moment: datetime, at: datetime) -> None:
    """Let swaps go that no order holds yet, where the organ has adopted an entry from before they were agreed to."""
    if is_before_all(part, moment):
        draws.drop_begun(swaps=[row for row in _awaited(part) if row.round_number is None], at=at)


def _awaited(part: Inspection) -> list[Swap]:
    visit = part.visit
    if visit.draw_id is None:
        return []
    rows = assignments.awaited_swaps(visit.draw_id)
    return list(rows.filter(slot__target_id=visit.target_id, department_id=part.department_id))


def _is_behind(part: Inspection) -> bool:
    if part.visit.draw_id is None:
        return False
    freed = assignments.freed_slots(part.visit.draw_id).filter(target_id=part.visit.target_id)
    standing = part.members.filter(replaced_at__isnull=True)
    return standing.filter(inspector_id__in=freed.values("inspector_id")).exists()


def obstacle_of(member: TeamMember) -> str:
    """Say why who was drawn in a round cannot go then either, empty if he can: the frozen roster knows no days."""
    visit, day = member.inspection.visit, timezone.localtime(member.inspection.visit.starts_at).date()
    found = availability.nominees(department_ids=[member.inspection.department_id], starts_on=day, ends_on=day)
    if any(one.id == member.inspector_id and not one.barred for one in found):
        busy = TeamMember.objects.filter(
            inspector_id=member.inspector_id,
            replaced_at__isnull=True,
            inspection__visit__starts_at__lt=visit.ends_at,
            inspection__visit__ends_at__gt=visit.starts_at,
        ).exclude(inspection__state="withdrawn")
        is_busy = busy.exclude(inspection__visit=visit).exists()
        return _("同一时段另有检查") if is_busy else ""
    return _("当日不能执法（证件、在岗或休假）")


def _follow(row: SwappedSlot, *, part: Inspection, actor: Actor, at: datetime) -> list[TeamMember]:
    """Replace one member of a team as a round drew."""
    former = part.members.filter(inspector_id=row.former_id, replaced_at__isnull=True).first()
    if former is None:
        return []
    capacity = actor.must("visit.swap", part.visit)
    VISIT.next(state=part.visit.state, verb="visit.swap")
    why = _("%(reason)s（第 %(n)s 轮替换）") % {"reason": words_of(row.reason), "n": row.round_number}
    former.slot = former.slot or row.slot
    former.replaced_at, former.replaced_reason = at, why
    former.save(update_fields=["slot", "replaced_at", "replaced_reason"])
    if row.successor_id is not None:
        TeamMember.objects.create(
            inspection=part, inspector_id=row.successor_id, is_leader=former.is_leader, slot=former.slot
        )
    part.notice = None  # it names the team: another is issued under the same number
    part.save(update_fields=["notice"])
    event = events.VisitSwapped(
        subject=str(part.visit_id),
        number=part.visit.number,
        inspection=str(part.pk),
        former=str(former.inspector_id),
        successor=str(row.successor_id or ""),
        reason=row.reason,
        slot=former.slot,
        round=str(row.round_number),
        swap=str(row.swap_id),
        related=(f"inspection:{part.pk}", f"draw:{part.visit.draw_id}"),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return [former]


def _locked(part: Inspection) -> Inspection:
    """Lock the draw before the part, in the order of whoever calls a draw's visits off."""
    if part.visit.draw_id is not None:
        assignments.hold(part.visit.draw_id)
    return Inspection.objects.select_for_update(of=("self",)).select_related("visit").get(pk=part.pk)


def _part_of(swap: Swap) -> Inspection:
    rows = Inspection.objects.filter(visit__draw_id=swap.draw_id, visit__target_id=swap.slot.target_id)
    return rows.select_related("visit").get(department_id=swap.department_id)
