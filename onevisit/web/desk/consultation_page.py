"""What the pages of a plan show of its consultation: remarks by paragraph, who answered, and its days."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from onevisit.stages.plans import dates, readiness
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans.lifecycle import CAMPAIGN, PLAN_NOTE
from onevisit.stages.plans.models import Campaign, Cluster, PlanNote
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import Actor


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A remark or an answer that was not taken: for which paragraph or remark, what was typed and why not."""

    place: str
    message: str
    typed: str


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One remark as the actor sees it, with what he may do to it."""

    note: PlanNote
    tone: str
    label: str
    may_answer: bool
    may_withdraw: bool
    refusal: Refused | None = None


@dataclass(kw_only=True)
class Paragraph:
    """One paragraph of the plan with the remarks beside it."""

    section: str
    label: str
    remarks: list[Remark] = field(default_factory=list)
    refusal: Refused | None = None

    @property
    def open_count(self) -> int:
        return sum(remark.note.state == "open" for remark in self.remarks)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How one department of the cluster answered the consultation."""

    department: str
    tone: str
    words: str
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Days:
    """The rest days of a plan's period, and a period on working days where it begins or ends on a rest day."""

    rest: list[date]
    proposed: tuple[date, date] | None
    is_provisional: bool


def notes(actor: Actor, campaign: Campaign, *, refusal: Refused | None = None) -> dict[str, Any]:
    """Return the remarks by paragraph, and what the actor may write."""
    is_open = CAMPAIGN.allows(state=campaign.state, verb="campaign.annotate")
    found = {section: Paragraph(section=section, label=str(label)) for section, label in readiness.SECTIONS.items()}
    for note in plans.notes_of(campaign.pk):
        if note.section in found:
            found[note.section].remarks.append(_remark(actor, note, is_open=is_open, refusal=refusal))
    if refusal and refusal.place in found:
        found[refusal.place].refusal = refusal
    has_said = any(
        note.state in ("open", "agreed") and note.version == campaign.version
        for note in plans.notes_of(campaign.pk)
        if note.department_id in actor.department_ids()
    )
    return {
        **found,
        "may_write": is_open and actor.may("campaign.annotate", campaign),
        "may_agree": campaign.consulted_at is not None
        and not has_said
        and CAMPAIGN.allows(state=campaign.state, verb="campaign.agree")
        and actor.may("campaign.agree", campaign),
        "capacity": actor.must("campaign.annotate", campaign) if actor.may("campaign.annotate", campaign) else None,
    }


def _remark(actor: Actor, note: PlanNote, *, is_open: bool, refusal: Refused | None) -> Remark:
    state = note.state_now
    can_move = is_open and PLAN_NOTE.allows(state=note.state, verb="plan_note.adopt")
    return Remark(
        note=note,
        tone=state.tone,
        label=state.label,
        may_answer=can_move and actor.may("plan_note.adopt", note),
        may_withdraw=can_move and actor.may("plan_note.withdraw", note),
        refusal=refusal if refusal and refusal.place == str(note.pk) else None,
    )


def answers(campaign: Campaign, cluster: Cluster | None) -> list[Answer]:
    """Return how each department of the cluster answered, the ones that did not with their term."""
    if campaign.consulted_at is None or cluster is None:
        return []
    said: dict[Any, list[PlanNote]] = defaultdict(list)
    for note in plans.notes_of(campaign.pk):
        said[note.department_id].append(note)
    running = Deadline.objects.filter(subject_type="campaign_consultation", subject__startswith=f"{campaign.pk}:")
    due = {row.department_id: row.due_at for row in running.order_by("opened_at") if row.closed_at is None}
    return [
        _answer(row.department.short_name, said[row.department_id], due.get(row.department_id))
        for row in plans.departments_of(cluster.pk)
        if row.department_id != campaign.organiser_id
    ]


def _answer(name: str, written: list[PlanNote], due_at: datetime | None) -> Answer:
    remarks = [note for note in written if note.state not in ("agreed", "withdrawn")]
    if remarks:
        waiting = sum(note.state == "open" for note in remarks)
        words = f"批注 {len(remarks)} 条" + (f"，待处理 {waiting}" if waiting else "，已处理")
        return Answer(department=name, tone="active" if waiting else "ok", words=words, due_at=None)
    if any(note.state == "agreed" for note in written):
        return Answer(department=name, tone="ok", words="无意见", due_at=None)
    return Answer(department=name, tone="rest", words="未答复", due_at=due_at)


def days_of(campaign: Campaign) -> Days | None:
    """Return the rest days of the plan's period, None before it has one."""
    first, latest = campaign.starts_on, campaign.ends_on
    if first is None or latest is None:
        return None
    moved = dates.moved_to_working_days(first, latest)
    return Days(
        rest=dates.rest_days(first, latest),
        proposed=None if moved == (first, latest) else moved,
        is_provisional=dates.is_provisional(first, latest),
    )
