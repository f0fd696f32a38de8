"""What follows in this stage from ledger entries; each may run twice."""

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws import assignments
from onevisit.stages.draws import selectors as drawn
from onevisit.stages.draws import services as draws
from onevisit.stages.visits import services
from onevisit.stages.visits.models import Inspection, TeamMember, Visit
from onevisit.stages.visits.selectors import open_count
from onevisit.stages.visits.selectors.recusals import DECLINED
from onevisit.support.attachments import selectors as attachments
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices import services as notices


def make_visits(*, entry_id: str, at: datetime) -> None:
    """Make and dispatch the visits of a draw; where its result waits for witnesses, the minute's look does it later."""
    draw_id = _subject(entry_id)
    if assignments.is_given_up(draw_id):
        return
    if not _waits(draw_id):
        services.dispatch_draw(draw_id=draw_id, actor=SYSTEM, at=at)


def withdraw_visits(*, entry_id: str, at: datetime) -> None:
    """Call off what a void draw has sent out and nobody has begun."""
    services.withdraw_draw(draw_id=_subject(entry_id), actor=SYSTEM, at=at)


def withdraw_replaced(*, entry_id: str, at: datetime) -> None:
    """Call off the visits whose targets a replacement round took out of the draw."""
    if not _waits(draw_id := _subject(entry_id)):
        services.withdraw_replaced(draw_id=draw_id, actor=SYSTEM, at=at)


def swap_members(*, entry_id: str, at: datetime) -> None:
    """Put who a replacement round drew in the place of who was swapped."""
    if not _waits(draw_id := _subject(entry_id)):
        services.swap_members(draw_id=draw_id, actor=SYSTEM, at=at)


def tell_swapped(*, entry_id: str, at: datetime) -> None:
    """Tell the officer who was replaced that he does not go; who was drawn in his place is told as every team is."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    content = json.loads(bytes(entry.payload))
    member = TeamMember.objects.select_related("inspection__visit", "inspector").get(
        inspection_id=content["inspection"], inspector_id=content["former"], slot=content["slot"]
    )
    visit = member.inspection.visit
    notices.notify(
        officer_ids=[member.inspector.officer_id],
        kind="visit",
        title=_("您已换下，请勿前往：%s") % visit.title,
        body=_("%(number)s 由替换轮次另行抽取，您手机上的任务已撤回。") % {"number": visit.number},
        url="/field",
        subject_type="visit",
        subject=f"{visit.pk}:{entry_id}",
        at=at,
    )
    said = _("换人已抽出：%s") if content["successor"] else _("换人没有抽到接替的人：%s")
    notices.notify_role(
        role=Role.CLERK,
        department_id=member.inspection.department_id,
        kind="visit",
        title=said % visit.title,
        url=f"/visits/{visit.pk}",
        subject_type="visit",
        subject=f"{visit.pk}:{entry_id}",
        at=at,
    )


@transaction.atomic
def tell_withdrawn(*, entry_id: str, at: datetime) -> None:
    """Tell everybody who was sent that the visit, or his department's part of it, is called off."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    visit = Visit.objects.get(pk=entry.subject)
    members = TeamMember.objects.filter(
        inspection__visit=visit, inspection__state="withdrawn", replaced_at__isnull=True
    )
    notices.notify(
        officer_ids=members.values_list("inspector__officer_id", flat=True),
        kind="visit",
        title=_("检查已撤回，请勿前往：%s") % visit.title,
        body=_("%s 已撤回，检查码已失效。") % visit.number,
        url=f"/visits/{visit.pk}",
        subject_type="visit",
        subject=visit.pk,
        at=at,
    )


@transaction.atomic
def tell_team(*, entry_id: str, at: datetime) -> None:
    """Send the task to the post of every officer who is sent and does not know yet (R65)."""
    members = TeamMember.objects.filter(
        inspection__visit_id=_subject(entry_id), replaced_at__isnull=True, notified_at__isnull=True
    ).select_related("inspector", "inspection__visit__target")
    for member in members:
        visit = member.inspection.visit
        starts = timezone.localtime(visit.starts_at)
        notices.notify(
            officer_ids=[member.inspector.officer_id],
            kind="visit",
            title=_("派给您一次检查：%(title)s") % {"title": visit.title},
            body=_("%(time)s，%(street)s") % {"time": f"{starts:%m-%d %H:%M}", "street": visit.target.street},
            url=f"/field/visits/{visit.pk}",
            subject_type="visit",
            subject=visit.pk,
            at=at,
        )
        member.notified_at = at
        member.save(update_fields=["notified_at"])


def issue_notices(*, entry_id: str, at: datetime) -> None:
    """Issue every department's notice of a dispatched visit; a sealed one's waits until its address is open."""
    services.issue_notices(visit_id=_subject(entry_id), at=at)


def issue_record(*, entry_id: str, at: datetime) -> None:
    """Issue the record of a part that has arrived whole."""
    services.issue_record(inspection_id=_subject(entry_id), actor=SYSTEM, at=at)


@transaction.atomic
def tell_recused(*, entry_id: str, at: datetime) -> None:
    """Tell the head, who decides on it, and the visit's leaders, who are one person short (行政处罚法 art. 43)."""
    inspection = Inspection.objects.select_related("visit").get(pk=_subject(entry_id))
    title = _("申请回避，待另派人员：%s") % inspection.visit.title
    notices.notify_role(
        role=Role.APPROVER,
        department_id=inspection.department_id,
        kind="recusal",
        title=title,
        url=f"/visits/{inspection.visit_id}",
        subject_type="inspection",
        subject=f"{inspection.pk}:{entry_id}",
        at=at,
    )
    leaders = TeamMember.objects.filter(
        inspection__visit_id=inspection.visit_id, is_leader=True, replaced_at__isnull=True
    ).values_list("inspector__officer_id", flat=True)
    notices.notify(
        officer_ids=leaders,
        kind="recusal",
        title=title,
        body="",
        url=f"/field/visits/{inspection.visit_id}",
        subject_type="inspection",
        subject=f"{inspection.pk}:{entry_id}",
        at=at,
    )


def tell_recusal_declined(*, entry_id: str, at: datetime) -> None:
    """Tell the officer who asked that he stays, so that he goes on."""
    inspection = Inspection.objects.get(pk=_subject(entry_id))
    declined = inspection.submissions.filter(kind="recusal", outcome=DECLINED).order_by("-settled_at")[:1]
    notices.notify(
        officer_ids=[row.officer_id for row in declined],
        kind="recusal",
        title=_("回避申请未获准，请继续检查"),
        body="",
        url=f"/field/visits/{inspection.visit_id}",
        subject_type="inspection",
        subject=f"{inspection.pk}:{entry_id}",
        at=at,
    )


def tell_disputed(*, entry_id: str, at: datetime) -> None:
    """Tell the head and the part's own team that the business denies a signature in its name."""
    inspection = Inspection.objects.select_related("visit__target").get(pk=_subject(entry_id))
    title = _("企业否认检查记录上的签名，请核实：%s") % inspection.visit.target.name
    subject = f"{inspection.pk}:{entry_id}"
    notices.notify_role(
        role=Role.APPROVER,
        department_id=inspection.department_id,
        kind="dispute",
        title=title,
        url=f"/visits/{inspection.visit_id}",
        subject_type="inspection",
        subject=subject,
        at=at,
    )
    team = inspection.members.filter(replaced_at__isnull=True).values_list("inspector__officer_id", flat=True)
    notices.notify(
        officer_ids=team,
        kind="dispute",
        title=_("企业否认检查记录上的签名"),
        body="",
        url=f"/field/visits/{inspection.visit_id}",
        subject_type="inspection",
        subject=subject,
        at=at,
    )


def look_at_file(*, entry_id: str, at: datetime) -> None:
    """A file has arrived: the part it belongs to may be whole now."""
    attachment = attachments.get(_subject(entry_id))
    if attachment is not None and attachment.subject_type == "inspection":
        services.complete_if_here(inspection_id=attachment.subject, at=at)


def make_report(*, entry_id: str, at: datetime) -> None:
    """Make the combined report of a submitted visit, unless a part was returned meanwhile."""
    visit = Visit.objects.get(pk=_subject(entry_id))
    if visit.state in {"submitted", "closed"}:
        services.make_report(visit_id=visit.pk, actor=SYSTEM, at=at)


def open_draw(*, entry_id: str, at: datetime) -> None:
    """Open the sealed draw whose last visit is closed or called off: keys, seed and receipt become public."""
    visit = Visit.objects.select_related("draw").get(pk=_subject(entry_id))
    if visit.draw is None or visit.draw.state != "sealed":
        return
    left = open_count(visit.draw.pk)
    unsent = drawn.drawn_targets(visit.draw) - set(visit.draw.visits.values_list("target_id", flat=True))
    if left == 0 and not unsent and not drawn.has_open_round(visit.draw):
        draws.open_draw(draw=visit.draw, open_visits=left, actor=SYSTEM, at=at)


def tell_reminded(*, entry_id: str, at: datetime) -> None:
    """Tell the officers of the teams that keep a visit waiting what is waited for."""
    content = json.loads(bytes(LedgerEntry.objects.only("payload").get(pk=entry_id).payload))
    words = {
        "incomplete": _("证据还没有传齐，请联网续传：%s"),
        "returned": _("请补正检查结果：%s"),
        "in_progress": _("检查时间已过，请提交：%s"),
    }
    for part in Inspection.objects.select_related("visit").filter(pk__in=content["parts"].split(",")):
        members = part.members.filter(replaced_at__isnull=True).values_list("inspector__officer_id", flat=True)
        notices.notify(
            officer_ids=members,
            kind="visit",
            title=words.get(part.state, _("检查已到时间，请到场亮码：%s")) % part.visit.title,
            url=f"/field/visits/{part.visit_id}",
            subject_type="inspection",
            subject=f"{part.pk}:{entry_id}",
            at=at,
        )


def tell_returned(*, entry_id: str, at: datetime) -> None:
    """Tell the team what the reviewer wants mended."""
    inspection = Inspection.objects.select_related("visit").get(pk=_subject(entry_id))
    members = inspection.members.filter(replaced_at__isnull=True).values_list("inspector__officer_id", flat=True)
    notices.notify(
        officer_ids=members,
        kind="returned",
        title=_("检查结果退回：%s") % inspection.visit.title,
        body=inspection.returned_reason,
        url=f"/field/visits/{inspection.visit_id}",
        subject_type="inspection",
        subject=f"{inspection.pk}:{entry_id}",
        at=at,
    )


def tell_quarantined(*, entry_id: str, at: datetime) -> None:
    """Tell the department that a message waits for its decision."""
    inspection = Inspection.objects.select_related("visit").get(pk=_subject(entry_id))
    notices.notify_role(
        role=Role.CLERK,
        department_id=inspection.department_id,
        kind="quarantine",
        title=_("离线记录待核定：%s") % inspection.visit.title,
        url=f"/visits/{inspection.visit_id}",
        subject_type="inspection",
        subject=f"{inspection.pk}:{entry_id}",
        at=at,
    )


def _subject(entry_id: str) -> str:
    return LedgerEntry.objects.only("subject").get(pk=entry_id).subject


def _waits(draw_id: str) -> bool:
    """Say whether a result waits for the witnesses; the minute's look follows it once they have seen it."""
    return any(drawn.awaits_quorum(draw) for draw in drawn.running_draws().filter(pk=draw_id))
