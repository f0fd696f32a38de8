"""责任追溯: every act from the public result back to the plan, with person, capacity, time, and the gaps."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from onevisit.stages.visits.models import Submission
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight.chain import Chain

STAGE_LABELS = {
    "plans": _("计划专项"),
    "offers": _("要约与审批"),
    "draws": _("双随机抽取"),
    "visits": _("一次查"),
    "findings": _("问题处置"),
    "publication": _("公示与信用"),
}
# What must have happened once a later stage has begun: an event that is missing then is a gap.
EXPECTED = {
    "plans": {
        "campaign.started": _("发起专项"),
        "campaign.submitted": _("提交审批"),
        "campaign.approved": _("批准方案"),
    },
    "offers": {
        "offer.sent": _("发出要约"),
        "offer.settled": _("成约"),
        "part.submitted": _("填报审批表"),
        "part.approved": _("批准本部门检查"),
    },
    "draws": {
        "draw.frozen": _("冻结抽取池"),
        "draw.committed": _("公布承诺"),
        "draw.sourced": _("登记来源"),
        "draw.drawn": _("抽取"),
    },
    "visits": {"visit.dispatched": _("派发检查")},
    "findings": {},
    "publication": {"result.released": _("公示结果"), "credit.collected": _("归集信用")},
}


# By which law each act is done; what stands here is shown as the act's basis (R34).
LAWS = {
    "campaign.approved": "国办发〔2024〕54号（待核实）",
    "part.approved": "福建省行政执法条例第26条",
    "draw.frozen": "抽取规程第 12 节",
    "draw.drawn": "抽取规程第 13 节",
    "inspection.entered": "行政处罚法第42条",
    "inspection.signed": "行政处罚法第55条",
    "inspection.reviewed": "福建省行政执法条例第42条",
    "finding.ordered": "行政处罚法第28条",
    "result.released": "国市监信〔2019〕38号（待核实）",
}


LOOKING_BACK = ("trace", "opinion", "alert")


@dataclass(frozen=True)
class Act:
    """One act: what, by whom, in which capacity, when, by which law and device, and its entry in the ledger."""

    sentence: str
    actor_name: str
    capacity: str
    at: datetime
    event: str
    entry_id: str
    seq: int | None
    law: str = ""
    device: str = ""


@dataclass(frozen=True)
class StageTrace:
    """One stage of the life with its acts, oldest first, and what is missing."""

    key: str
    label: str
    acts: tuple[Act, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Responsible:
    """One person on the chain with the capacity and the acts done in it."""

    name: str
    capacity: str
    stages: tuple[str, ...]
    acts_count: int
    latest_at: datetime


@dataclass(frozen=True)
class Trace:
    """The whole page: stages newest first, people, the alerts raised about them, and whether nothing is missing."""

    chain: Chain
    stages: tuple[StageTrace, ...]
    people: tuple[Responsible, ...]
    alerts: tuple[Act, ...] = ()

    @property
    def has_gaps(self) -> bool:
        return any(stage.gaps for stage in self.stages)


def trace_of(chain: Chain) -> Trace:
    """Compute the trace of a chain from the ledger alone."""
    found = [(key, _acts(subjects)) for key, subjects in chain.subjects()]
    reached = max((place for place, (_key, acts) in enumerate(found) if acts), default=-1)
    stages = [
        StageTrace(
            key=key,
            label=str(STAGE_LABELS[key]),
            acts=tuple(acts),
            gaps=_gaps(key, acts, is_past=place < reached),
        )
        for place, (key, acts) in enumerate(found)
        if place <= reached and (acts or EXPECTED[key])
    ]
    return Trace(
        chain=chain, stages=tuple(reversed(stages)), people=tuple(_people(stages)), alerts=tuple(_alerts(chain))
    )


def _alerts(chain: Chain) -> list[Act]:
    """Return what was raised about the records of a chain: an unanswered witness, a late term, a broken rule."""
    subjects = [subject for _key, stage in chain.subjects() for subject in stage]
    entries = list(ledger.timeline_of(subjects).filter(event="alert.raised").order_by("at", "pk")) if subjects else []
    places = ledger.seq_of([entry.pk for entry in entries])
    return [_act(entry, places.get(entry.pk), device="") for entry in entries]


def _acts(subjects: list[tuple[str, object]]) -> list[Act]:
    if not subjects:
        return []
    # Who looks back afterwards (traces, opinions, alerts) is not one of those who acted.
    entries = list(ledger.timeline_of(subjects).exclude(subject_type__in=LOOKING_BACK).order_by("at", "pk"))
    places = ledger.seq_of([entry.pk for entry in entries])
    devices = _devices(entries)
    return [_act(entry, places.get(entry.pk), device=devices.get(entry.pk, "")) for entry in entries]


def _devices(entries: Iterable[LedgerEntry]) -> dict[UUID, str]:
    """Return the phone of every act that came from one: the entry names its message."""
    messages = {entry.pk: str(json.loads(bytes(entry.payload)).get("submission", "")) for entry in entries}
    known = {
        str(key): device
        for key, device in Submission.objects.filter(pk__in=[key for key in messages.values() if key]).values_list(
            "pk", "device"
        )
    }
    return {entry: known[message] for entry, message in messages.items() if message in known}


def _act(entry: LedgerEntry, seq: int | None, *, device: str) -> Act:
    words = getattr(entry, "words", None)
    return Act(
        sentence=words.sentence if words else "",
        actor_name=words.actor_name if words else "",
        capacity=words.capacity if words else "",
        at=entry.at,
        event=entry.event,
        entry_id=str(entry.pk),
        seq=seq,
        law=LAWS.get(entry.event, ""),
        device=device,
    )


def _gaps(key: str, acts: Iterable[Act], *, is_past: bool) -> tuple[str, ...]:
    if not is_past:
        return ()
    done = {act.event for act in acts}
    return tuple(str(words) for event, words in EXPECTED[key].items() if event not in done)


def _people(stages: Iterable[StageTrace]) -> list[Responsible]:
    held: dict[tuple[str, str], list[tuple[str, Act]]] = {}
    for stage in stages:
        for act in stage.acts:
            if act.capacity:
                held.setdefault((act.actor_name, act.capacity), []).append((stage.label, act))
    return [
        Responsible(
            name=name,
            capacity=capacity,
            stages=tuple(dict.fromkeys(label for label, _act in acts)),
            acts_count=len(acts),
            latest_at=max(act.at for _label, act in acts),
        )
        for (name, capacity), acts in held.items()
    ]
