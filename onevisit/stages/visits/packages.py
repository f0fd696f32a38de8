"""What an officer's phone carries into the field: one package per part, complete without a network."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws.pool import given
from onevisit.stages.registers.item_texts import former_visits
from onevisit.stages.visits import checklists, wording
from onevisit.stages.visits.lifecycle import INSPECTION, VISIT
from onevisit.stages.visits.models import Answer, BadgeKey, Inspection, TeamMember, Visit
from onevisit.stages.visits.selectors import recusals, yearly
from onevisit.stages.visits.selectors.boards import is_sealed
from onevisit.stages.visits.services.signing import current_party_signature, denied_at
from onevisit.support.deadlines import services as deadlines

Plain = dict[str, Any]
# A phone keeps what it needs to finish late uploads and returned parts.
KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Package:
    """One part with its visit as JSON, and whose address is open, so that the view can add the briefing."""

    member: TeamMember
    target_id: UUID
    is_sealed: bool
    content: Plain


def packages_of(*, officer_id: UUID, at: datetime) -> list[Package]:
    """Return what is assigned to an officer now, soonest first."""
    members = (
        TeamMember.objects.filter(
            inspector__officer_id=officer_id,
            replaced_at__isnull=True,
            inspection__visit__dispatched_at__isnull=False,
        )
        .exclude(inspection__state="withdrawn")
        .filter(Q(inspection__visit__ends_at__gte=at - KEPT) | Q(inspection__state__in=("incomplete", "returned")))
        .select_related(
            "inspection__visit__target",
            "inspection__visit__draw",
            "inspection__visit__offer",
            "inspection__department",
        )
        .order_by("inspection__visit__starts_at", "inspection__pk")
    )
    return [_package(member, at=at) for member in members]


def _package(member: TeamMember, *, at: datetime) -> Package:
    part = member.inspection
    sealed = is_sealed(part.visit, at=at)
    content = {
        "visit": _visit(part, sealed=sealed, at=at),
        "inspection": _inspection(part, sealed=sealed) | {"recusal": _recusal(member)},
    }
    return Package(member=member, target_id=part.visit.target_id, is_sealed=sealed, content=content)


def _visit(part: Inspection, *, sealed: bool, at: datetime) -> Plain:
    visit = part.visit
    team = list(
        TeamMember.objects.filter(inspection__visit=visit, replaced_at__isnull=True)
        .select_related("inspector__officer", "inspection__department")
        .order_by("inspection__department__code", "-is_leader")
    )
    own = [member for member in team if member.inspection_id == part.pk]
    badge_keys = _badge_keys(member.inspector.officer_id for member in team)
    code = visit.codes.filter(revoked_at__isnull=True).order_by("-valid_to").first()
    return {
        "id": str(visit.pk),
        "number": visit.number,
        "title": visit.title,
        "state": visit.state,
        "state_label": VISIT.state(visit.state).label,
        "starts_at": _iso(visit.starts_at),
        "ends_at": _iso(visit.ends_at),
        "late_after_minutes": deadlines.current("visit.late", on=timezone.localtime(at).date()).amount,
        "address_opens_at": _iso(visit.address_opens_at) if visit.address_opens_at else None,
        "street": visit.target.street or visit.target.region_code,
        "target": None if sealed else _target(visit),
        "why": _why(visit),
        "plan_basis": _plan_basis(visit),
        "burden": burden(visit, department_id=part.department_id, at=at),
        "prepare": _papers(part),
        "code": None if sealed or code is None else _code(code.code, code.token, code.valid_from, code.valid_to),
        "rights": list(wording.RIGHTS),
        "prohibitions": list(wording.PROHIBITIONS),
        "speech": wording.speech(
            organs=[part.department.name], names=[member.inspector.officer.name for member in own]
        ),
        "briefing": {"visits": [] if sealed else _former(visit), "open_corrections": []},
        "team": [
            _member(member)
            | {"department": member.inspection.department.short_name}
            | {"presence": _presence(member)}
            | {"badge_keys": badge_keys.get(member.inspector.officer_id, [])}
            for member in team
        ],
        "other_parts": [
            {
                "department": other.department.short_name,
                "state": other.state,
                "state_label": INSPECTION.state(other.state).label,
            }
            for other in visit.inspections.exclude(pk=part.pk).select_related("department")
        ],
    }


def _presence(member: TeamMember) -> Plain:
    """Say when a colleague came, as the own department's entry tells, and whether the task was looked at."""
    part = member.inspection
    is_here = str(member.inspector.officer_id) in {str(one) for one in part.confirmed_by}
    return {
        "arrived_at": _iso(part.entered_at) if part.entered_at and is_here else None,
        "has_opened": member.opened_at is not None,
    }


def _recusal(member: TeamMember) -> Plain | None:
    """Return the officer's own request for recusal and what the head decided; until then the work goes on."""
    asked = recusals.recusal_of(member)
    if asked is None:
        return None
    is_declined = asked.settled_at is not None and asked.outcome == recusals.DECLINED
    return {"is_declined": is_declined, "reason": asked.message if is_declined else ""}


def _badge_keys(officer_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Return the keys with which a phone checks the badges of colleagues without a network."""
    found: dict[UUID, list[str]] = {}
    for key in BadgeKey.objects.filter(officer_id__in=list(officer_ids), revoked_at__isnull=True):
        found.setdefault(key.officer_id, []).append(key.public_key)
    return found


def _target(visit: Visit) -> Plain:
    target = visit.target
    party = target.party
    return {
        "id": str(target.pk),
        "name": target.full_name,
        "uscc": party.uscc,
        "address": target.address,
        "latitude": float(target.latitude) if target.latitude is not None else None,
        "longitude": float(target.longitude) if target.longitude is not None else None,
        "contact_name": target.contact_name or party.contact_name,
        "contact_phone": target.contact_phone or party.contact_phone,
    }


def _why(visit: Visit) -> str:
    if visit.draw is None:
        return _("双随机抽查")
    if basis := given.label_of(visit.draw):
        return _("%(basis)s（对象由任务确定），检查人员由抽取确定，抽取编号 %(number)s") % {
            "basis": basis,
            "number": visit.draw.number,
        }
    return _("双随机抽查，抽取编号 %s") % visit.draw.number


def _plan_basis(visit: Visit) -> list[str]:
    if visit.offer is None:
        return [visit.title]
    return [text for text in (f"{visit.offer.number} {visit.offer.title}", visit.offer.basis) if text]


def burden(visit: Visit, *, department_id: UUID, at: datetime) -> str:
    """Say how often a department was at the target this year against its cap (AI-03, AI-04)."""
    count = len(yearly.days_of_year(visit, at=at, department_id=department_id))
    cap = deadlines.current("visit_cap.default", on=timezone.localtime(at).date()).amount
    return _("本年入企 %(count)s / %(cap)s 次") % {"count": count, "cap": cap}


def _papers(part: Inspection) -> list[str]:
    papers = [item.get("papers", []) for item in checklists.items_of(part.checklist)]
    return list(dict.fromkeys(str(paper) for listed in papers if isinstance(listed, list) for paper in listed))


def _code(code: str, token: str, valid_from: datetime, valid_to: datetime) -> Plain:
    return {
        # The signed form stands behind the #: it never reaches a server, and is checked without one.
        "url": f"{settings.ORIGIN}/c/{code}#{token}",
        "short": f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}",
        "valid_from": _iso(valid_from),
        "valid_to": _iso(valid_to),
    }


def _former(visit: Visit) -> list[Plain]:
    own = (
        Inspection.objects.filter(visit__target_id=visit.target_id, entered_at__isnull=False)
        .exclude(visit_id=visit.pk)
        .select_related("department", "visit")
        .order_by("-entered_at")[:5]
    )
    rows = [
        {
            "on": f"{timezone.localtime(other.entered_at):%Y-%m-%d}",
            "department": other.department.short_name,
            "sentence": f"{other.visit.title}：{INSPECTION.state(other.state).label}",
        }
        for other in own
        if other.entered_at
    ]
    rows += [
        {"on": row.on.isoformat(), "department": row.department, "sentence": row.sentence}
        for row in former_visits(visit.target_id)
    ]
    return sorted(rows, key=lambda row: row["on"], reverse=True)[:5]


def _member(member: TeamMember) -> Plain:
    return {
        "officer_id": str(member.inspector.officer_id),
        "name": member.inspector.officer.name,
        "certificate_no": member.inspector.certificate_no,
        "is_leader": member.is_leader,
    }


def _inspection(part: Inspection, *, sealed: bool) -> Plain:
    members = part.members.filter(replaced_at__isnull=True).select_related("inspector__officer")
    return {
        "id": str(part.pk),
        "department_id": str(part.department_id),
        "department": part.department.short_name,
        "state": part.state,
        "state_label": INSPECTION.state(part.state).label,
        "notice_url": f"/files/{part.notice_id}" if part.notice_id and not sealed else None,
        "documents": _documents(part),
        "members": [_member(member) for member in members.order_by("-is_leader", "inspector__certificate_no")],
        "shared_facts": checklists.shared_facts(),
        "checklist": {
            "version": str(part.checklist.get("version", "")),
            "sha256": part.checklist_sha256,
            "items": checklists.items_of(part.checklist),
        },
        "answers": [_answer(row) for row in _answers(part)],
        "party_signature": party_signature(part),
        "party_denied_at": party_denied_at(part),
        "submitted_at": _iso(part.submitted_at) if part.submitted_at else None,
        "returned_reason": part.returned_reason if part.state == "returned" else None,
    }


def _documents(part: Inspection) -> list[Plain]:
    """Return the documents of a part with the numbers reserved for them, so that the phone can show them before."""
    rows = [
        ("notice", _("行政检查通知书"), part.notice_number, part.notice_id is not None),
        ("record", _("现场检查记录"), part.record_number, part.record_id is not None),
    ]
    return [
        {"kind": kind, "title": title, "number": number, "is_issued": is_issued, "organ": part.department.name}
        for kind, title, number, is_issued in rows
        if number
    ]


def party_signature(part: Inspection) -> Plain | None:
    """Return the party's signature from its own phone, while it stands for what the record says."""
    signature = current_party_signature(part)
    if signature is None:
        return None
    return {"id": str(signature.pk), "name": signature.name, "signed_at": _iso(signature.signed_at)}


def party_denied_at(part: Inspection) -> str | None:
    """Return when the business denied a signature in its name: from then on it signs by its own key alone."""
    denied = denied_at(part)
    return _iso(denied) if denied else None


def _answers(part: Inspection) -> list[Answer]:
    own = Q(inspection=part) & ~Q(item__in=checklists.SHARED_IDS)
    shared = Q(inspection__visit_id=part.visit_id, item__in=checklists.SHARED_IDS)
    return list(Answer.objects.filter(own | shared, is_current=True).select_related("submission").order_by("item"))


def _answer(row: Answer) -> Plain:
    return {
        "item_id": row.item,
        "answer": row.answer,
        "note": row.note,
        "recorded_at": _iso(row.submission.recorded_at),
        "officer_id": str(row.submission.officer_id),
        "version": row.version,
    }


def _iso(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
