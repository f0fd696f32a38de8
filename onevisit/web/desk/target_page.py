"""What the archive of one target shows: its duties, who comes to it and can be joined, its history, and who looked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws import selectors as draws
from onevisit.stages.findings import selectors as findings
from onevisit.stages.findings.lifecycle import FINDING
from onevisit.stages.findings.models import Finding
from onevisit.stages.offers import selectors as offers
from onevisit.stages.registers import selectors
from onevisit.stages.registers.models import InspectionTarget, TargetStatus
from onevisit.stages.registers.selectors import Archive
from onevisit.stages.visits.selectors import planned
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry

EXPIRING = timedelta(days=30)
READ = "record.read"
TABS = (
    "timeline",
    "inspections",
    "findings",
    "licences",
    "complaints",
    "supply",
    "letters",
    "linked",
    "readers",
)
SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One joint inspection that comes to the target or to its address, and whether one's own department can join."""

    words: str
    url: str
    offer_id: UUID | None
    fixed: str
    request: Any
    can_answer: bool

    @property
    def is_open(self) -> bool:
        return not self.fixed


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One line of the history: an inspection, a problem found, or a problem closed."""

    on: date
    organ: str
    organ_today: str
    words: str
    result: str
    reference: str
    url: str = ""


def own_departments(actor: Actor) -> list[Department]:
    """Return the inspecting bodies for which the actor may ask and answer."""
    ids = actor.department_ids(Role.CLERK)
    return list(Department.objects.filter(pk__in=ids, can_inspect=True).order_by("code"))


def coming_to(target: InspectionTarget, archive: Archive, *, actor: Actor, at: datetime) -> list[Coming]:
    """Return the joint inspections to come to the target and to its address, the nearest first."""
    if target.status != TargetStatus.ACTIVE:
        return []
    ids = [target.pk, *(other.pk for other in archive.same_address)]
    visits = planned.planned_for(*ids, at=at)
    chances = {chance.offer_id: chance for chance in offers.chances_for(ids, on=timezone.localtime(at).date())}
    frozen = draws.frozen_at_of([*chances, *(visit.offer_id for visit in visits if visit.offer_id)])
    requests = {
        join.offer_id: join
        for join in reversed(list(offers.joins_for(actor).filter(department_id__in=actor.department_ids())))
    }
    own = {department.pk for department in own_departments(actor)}
    found = [_of_visit(visit, target, frozen, requests, is_clerk=bool(own)) for visit in visits]
    over = draws.drawn_offers(chances) | {visit.offer_id for visit in visits if visit.offer_id}
    for chance in chances.values():
        if chance.offer_id in over:
            continue
        can_answer = bool(own - chance.department_ids)
        found.append(_of_offer(chance, frozen, requests, can_answer=can_answer))
    return found


def _of_visit(
    visit: planned.Planned,
    target: InspectionTarget,
    frozen: dict[UUID, datetime],
    requests: dict[UUID, Any],
    *,
    is_clerk: bool,
) -> Coming:
    place = _("到此") if visit.target_id == target.pk else _("到同一地址")
    words = _("%(organs)s 将于 %(day)s %(place)s检查：%(title)s") % {
        "organs": "、".join(visit.departments),
        "day": f"{timezone.localtime(visit.starts_at):%m-%d %H:%M}",
        "place": place,
        "title": visit.title,
    }
    return Coming(
        words=words,
        url=f"/visits/{visit.visit_id}",
        offer_id=visit.offer_id,
        fixed=_frozen_words(frozen.get(visit.offer_id) if visit.offer_id else None),
        request=requests.get(visit.offer_id) if visit.offer_id else None,
        can_answer=is_clerk and visit.offer_id is not None,
    )


def _of_offer(
    chance: offers.Chance, frozen: dict[UUID, datetime], requests: dict[UUID, Any], *, can_answer: bool
) -> Coming:
    words = _("%(organ)s 将于 %(a)s 至 %(b)s 开展联合检查，此户在抽取范围内：%(title)s") % {
        "organ": chance.initiator,
        "a": f"{chance.starts_on:%m-%d}",
        "b": f"{chance.ends_on:%m-%d}",
        "title": chance.title,
    }
    fixed = ""
    if chance.offer_id in frozen:
        fixed = _frozen_words(frozen[chance.offer_id])
    elif chance.settled_at:
        when = f"{timezone.localtime(chance.settled_at):%m-%d %H:%M}"
        fixed = _("该要约已于 %(when)s 成约，部门、事项、日期不再变动，不能并入。") % {"when": when}
    return Coming(
        words=words,
        url="",
        offer_id=chance.offer_id,
        fixed=fixed,
        request=requests.get(chance.offer_id),
        can_answer=can_answer,
    )


def _frozen_words(at: datetime | None) -> str:
    if at is None:
        return _("任务已经派发，部门、事项不再变动，不能并入。")
    when = f"{timezone.localtime(at):%m-%d %H:%M}"
    return _("抽取池已于 %(when)s 冻结，部门、事项不再变动，不能并入。") % {"when": when}


def history(archive: Archive, problems: Iterable[Finding]) -> list[Moment]:
    """Return inspections and problems as one history, newest first, organs by the name of the day (R17)."""
    moments = [
        Moment(
            on=found.on,
            organ=found.organ,
            organ_today=found.organ_today if found.is_renamed else "",
            words=found.kind if found.counts_to_cap else _("%(kind)s（不计入频次）") % {"kind": found.kind},
            result=found.result,
            reference=found.reference,
        )
        for found in archive.inspections
    ]
    for problem in problems:
        order = getattr(problem, "order", None)
        due = _("，限 %(day)s 前") % {"day": order.due_on} if order else ""
        result = FINDING.state(problem.state).label
        if problem.closed_at:
            result = _("%(day)s 复查合格 销号") % {"day": timezone.localtime(problem.closed_at).date()}
        moments.append(
            Moment(
                on=timezone.localtime(problem.found_at).date(),
                organ=problem.department.short_name,
                organ_today="",
                words=_("问题：%(title)s%(due)s") % {"title": problem.title, "due": due},
                result=result,
                reference=problem.number,
                url=f"/findings/{problem.pk}",
            )
        )
    return sorted(moments, key=lambda moment: moment.on, reverse=True)


def flags(problems: Iterable[Finding], *, on: date) -> list[tuple[str, str]]:
    """Return the marks of open duties as tone and words: how many are not closed, whose, and until when."""
    still = [problem for problem in problems if problem.state in findings.OPEN_STATES]
    if not still:
        return []
    by_organ = Counter(problem.department.short_name for problem in still)
    due = min((order.due_on for problem in still if (order := getattr(problem, "order", None))), default=None)
    until = _("，至 %(day)s") % {"day": f"{due:%m-%d}"} if due else ""
    words = _("整改未销 %(n)s（%(organs)s%(until)s）") % {
        "n": len(still),
        "organs": "、".join(by_organ),
        "until": until,
    }
    return [("late" if any(findings.is_late(problem, on=on) for problem in still) else "warn", words)]


def readers_of(target: InspectionTarget) -> list[LedgerEntry]:
    """Return who looked at what of the target is kept masked, newest first."""
    return list(ledger.timeline("target", target.pk).filter(event=READ)[:SHOWN])


def entries_of(target: InspectionTarget) -> list[LedgerEntry]:
    """Return what was done about the target, the looking aside."""
    return list(ledger.timeline("target", target.pk).exclude(event=READ)[:SHOWN])


def tabs_of(content: dict[str, Any], *, here: str, path: str) -> list[tuple[str, str, int | None, bool]]:
    """Return the tabs with their counts."""
    archive: Archive = content["archive"]
    linked = len({*archive.same_address, *archive.same_person})
    found: list[tuple[str, str, int | None]] = [
        ("timeline", _("时间轴"), None),
        ("inspections", _("检查"), len(archive.inspections)),
        ("findings", _("问题"), len(content["problems"])),
        ("licences", _("许可"), len(archive.licences)),
        ("complaints", _("投诉"), len(content["complaints"])),
        ("supply", _("上下游"), len(content["upstream"]) + len(content["downstream"])),
        ("letters", _("抄告"), len(content["letters"])),
        ("linked", _("同址同人"), linked),
        ("readers", _("谁看过"), len(content["readers"])),
    ]
    return [
        (word, path if key == "timeline" else f"{path}?tab={key}", count, key == here) for key, word, count in found
    ]


def archive_of(target: InspectionTarget, *, on: date) -> Archive:
    """Return what the register knows of a target."""
    return selectors.archive(target=target, on=on)
