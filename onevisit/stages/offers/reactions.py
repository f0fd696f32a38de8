"""What follows from the events of offers: who is told, what the clock ends, and the document of an approved part."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core.lifecycle import WrongState
from onevisit.stages.offers import documents, services
from onevisit.stages.offers.models import JoinRequest, Offer, OfferReply, PartApproval
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.offers.services.offers import REPLY_RULE
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices

_TITLES = {
    "offer.sent": gettext_lazy("收到要约：%(title)s"),
    "offer.reminded": gettext_lazy("催办：请答复要约 %(title)s"),
    "offer.settled": gettext_lazy("已成约，请填报行政检查审批表：%(title)s"),
    "offer.withdrawn": gettext_lazy("要约已撤回：%(title)s"),
    "offer.adopted": gettext_lazy("改期已采纳：%(title)s"),
    "offer.insisted": gettext_lazy("请再答复，原期不变：%(title)s"),
    "offer.reasked": gettext_lazy("日期有变，请重新答复：%(title)s"),
    "offer.accepted": gettext_lazy("%(department)s已应约：%(title)s"),
    "offer.declined": gettext_lazy("%(department)s不应约：%(title)s"),
    "offer.countered": gettext_lazy("%(department)s建议改期：%(title)s"),
    "offer.expired": gettext_lazy("%(department)s超时未应约：%(title)s"),
    "offer.extended": gettext_lazy("请审批增加%(department)s：%(title)s"),
    "offer.allowed": gettext_lazy("已同意增加%(department)s：%(title)s"),
    "offer.refused": gettext_lazy("不同意增加%(department)s：%(title)s"),
}
_JOIN_TITLES = {
    "join.asked": gettext_lazy("%(department)s申请并入：%(title)s"),
    "join.accepted": gettext_lazy("已同意并入：%(title)s"),
    "join.refused": gettext_lazy("未同意并入：%(title)s"),
    "join.withdrawn": gettext_lazy("%(department)s撤回并入申请：%(title)s"),
    "join.separated": gettext_lazy("%(department)s分别开展，未并入：%(title)s"),
}
_STATES = {"offer.accepted": "accepted", "offer.declined": "declined", "offer.countered": "countered"}


def tell_participants(*, entry_id: str, at: datetime) -> None:
    """Tell the contact persons of the departments that the entry concerns, and their heads where they decide."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    is_for_heads = entry.event in ("offer.sent", "offer.settled")
    roles = (Role.CLERK, Role.APPROVER) if is_for_heads else (Role.CLERK,)
    departments = _departments(entry)
    if entry.event == "offer.settled":
        departments = [_offer(entry).initiator_id, *departments]
    _tell(entry, departments=departments, roles=roles, at=at)


def tell_initiator(*, entry_id: str, at: datetime) -> None:
    """Tell the initiator's contact persons of an answer, unless it has been undone by now."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    expected = _STATES.get(entry.event)
    content = _content(entry)
    if expected and not OfferReply.objects.filter(pk=str(content["reply"]), state=expected).exists():
        return
    _tell(entry, departments=[_offer(entry).initiator_id], roles=(Role.CLERK,), at=at)


def tell_expired(*, entry_id: str, at: datetime) -> None:
    """Tell the head of the department that let the term pass, and the initiator."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    _tell(entry, departments=_departments(entry), roles=(Role.APPROVER,), at=at)
    _tell(entry, departments=[_offer(entry).initiator_id], roles=(Role.CLERK,), at=at)


def tell_coordination(*, entry_id: str, at: datetime) -> None:
    """Tell the head of the coordination office that a department beyond five was asked for."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    _tell(entry, departments=[identity.coordination_office().pk], roles=(Role.APPROVER,), at=at)


def tell_decided_extra(*, entry_id: str, at: datetime) -> None:
    """Tell the initiator of the decision, and the new participant of the offer."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    offer = _offer(entry)
    _tell(entry, departments=[offer.initiator_id], roles=(Role.CLERK,), at=at)
    if entry.event == "offer.allowed" and offer.state == "sent":
        name = str(_content(entry)["department"])
        found = Department.objects.filter(offer_replies__offer=offer, short_name=name)
        _notify(
            departments=found.values_list("pk", flat=True),
            roles=(Role.CLERK, Role.APPROVER),
            title=str(_TITLES["offer.sent"]) % {"title": offer.title},
            url=f"/offers/{offer.pk}",
            entry=entry,
            at=at,
        )


def tell_part(*, entry_id: str, at: datetime) -> None:
    """Tell the head of a form that waits, the clerk of one that was returned, the initiator of an approved one."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    part = PartApproval.objects.select_related("offer", "department").get(pk=entry.subject)
    title = {
        "part.submitted": _("待审批行政检查审批表：%s"),
        "part.returned": _("行政检查审批表被退回：%s"),
        "part.approved": _("行政检查审批表已批准：%s"),
    }[entry.event] % part.offer.title
    role = Role.APPROVER if entry.event == "part.submitted" else Role.CLERK
    departments = [part.department_id]
    if entry.event == "part.approved":
        departments.append(part.offer.initiator_id)
    _notify(departments=departments, roles=(role,), title=title, url=f"/offers/parts/{part.pk}", entry=entry, at=at)


def tell_join(*, entry_id: str, at: datetime) -> None:
    """Tell the initiator of a request to come along or of one given up, the asker of the answer, and who goes apart."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    join = JoinRequest.objects.select_related("offer", "department").get(pk=entry.subject)
    words = {"department": join.department.short_name, "title": join.offer.title}
    is_answer = entry.event in ("join.accepted", "join.refused")
    departments = [join.department_id if is_answer else join.offer.initiator_id]
    url = f"/offers/joins/{join.pk}"
    title = str(_JOIN_TITLES[entry.event]) % words
    _notify(departments=departments, roles=(Role.CLERK,), title=title, url=url, entry=entry, at=at)
    if entry.event == "join.separated":
        office = [identity.coordination_office().pk]
        _notify(departments=office, roles=(Role.COORDINATOR,), title=title, url=url, entry=entry, at=at)


def issue_form(*, entry_id: str, at: datetime) -> None:
    """Set the PDF of an approved form, once."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    part = PartApproval.objects.select_related("offer__campaign", "department").get(pk=entry.subject)
    if part.document_id is not None or part.state != "approved":
        return
    part.document = documents.issue(part=part, actor=SYSTEM, at=at)
    part.save(update_fields=["document"])


def expire_reply(*, entry_id: str, at: datetime) -> None:
    """Record 超时未应约 when the whole term of an answer has passed."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    content = _content(entry)
    if content["rule"] != REPLY_RULE or int(str(content["percent"])) < 100:
        return
    ids = [key.partition(":")[2] for key in entry.related if key.startswith("offer_reply:")]
    for reply in OfferReply.objects.filter(pk__in=ids, state="pending", offer__state="sent").select_related("offer"):
        try:
            services.expire(reply=reply, actor=SYSTEM, at=at)
        except (WrongState, OfferRefused):
            # Answered, undone or given a new term since the entry was written: then there is nothing to record.
            continue


def _tell(entry: LedgerEntry, *, departments: Iterable[UUID], roles: tuple[Role, ...], at: datetime) -> None:
    offer = _offer(entry)
    words = {"title": offer.title, "department": _content(entry).get("department", "")}
    _notify(
        departments=departments,
        roles=roles,
        title=str(_TITLES[entry.event]) % words,
        url=f"/offers/{offer.pk}",
        entry=entry,
        at=at,
    )


def _notify(
    *, departments: Iterable[UUID], roles: tuple[Role, ...], title: str, url: str, entry: LedgerEntry, at: datetime
) -> None:
    for department_id in departments:
        for role in roles:
            notices.notify_role(
                role=role,
                department_id=department_id,
                kind="offer",
                title=title[:120],
                url=url,
                subject_type="ledger",
                subject=str(entry.pk),
                at=at,
            )


def _offer(entry: LedgerEntry) -> Offer:
    return Offer.objects.get(pk=entry.subject)


def _departments(entry: LedgerEntry) -> list[UUID]:
    return [UUID(key.partition(":")[2]) for key in entry.related if key.startswith("department:")]


def _content(entry: LedgerEntry) -> dict[str, object]:
    content: dict[str, object] = json.loads(bytes(entry.payload))
    return content
