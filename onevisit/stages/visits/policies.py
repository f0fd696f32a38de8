"""Who may do what on a visit and on a department's part in it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.stages.visits.models import EntryCode, Inspection, Submission, Visit
    from onevisit.support.attachments.models import Attachment
    from onevisit.support.identity.actors import Actor, Capacity

_READERS = (Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER)
_OF_DEPARTMENT = (Role.CLERK, Role.APPROVER, Role.LEGALITY_REVIEWER)


def _departments(visit: "Visit") -> set[object]:
    return set(visit.inspections.values_list("department_id", flat=True))


def _of_departments(actor: "Actor", departments: set[object], *roles: Role) -> "Capacity | None":
    held = (actor.holds(*roles, department_id=identifier) for identifier in actor.department_ids(*roles) & departments)
    return next(held, None)


def _was_sent(actor: "Actor", visit: "Visit") -> bool:
    if actor.officer_id is None:
        return False
    return visit.inspections.filter(members__inspector__officer_id=actor.officer_id).exists()


def _reader(actor: "Actor", visit: "Visit | None") -> "Capacity | None":
    if everywhere := actor.holds(*_READERS):
        return everywhere
    if visit is None:
        return actor.holds(*_OF_DEPARTMENT, Role.INSPECTOR)
    own = _of_departments(actor, _departments(visit), *_OF_DEPARTMENT)
    if own or not _was_sent(actor, visit):
        return own
    return actor.holds(Role.INSPECTOR)


def _system_or_clerk(actor: "Actor", visit: "Visit | None") -> "Capacity | None":
    """Dispatch follows from the draw by itself; a clerk of the organiser may do it when the queue stood still."""
    from onevisit.support.identity.actors import SYSTEM_CAPACITY

    if actor.is_system:
        return SYSTEM_CAPACITY
    if visit is None or visit.draw is None:
        return actor.holds(Role.CLERK)
    return actor.holds(Role.CLERK, department_id=visit.draw.organiser_id)


def _head(actor: "Actor", inspection: "Inspection | None") -> "Capacity | None":
    if inspection is None:
        return actor.holds(Role.APPROVER)
    return actor.holds(Role.APPROVER, department_id=inspection.department_id)


def _report_maker(actor: "Actor", visit: "Visit | None") -> "Capacity | None":
    from onevisit.support.identity.actors import SYSTEM_CAPACITY

    if actor.is_system:
        return SYSTEM_CAPACITY
    if visit is None:
        return actor.holds(Role.CLERK, Role.APPROVER)
    return _of_departments(actor, _departments(visit), Role.CLERK, Role.APPROVER)


def _reminder(actor: "Actor", visit: "Visit | None") -> "Capacity | None":
    if visit is None:
        return actor.holds(Role.CLERK, Role.APPROVER, Role.COORDINATOR)
    own = _of_departments(actor, _departments(visit), Role.CLERK, Role.APPROVER)
    return own or actor.holds(Role.COORDINATOR)


def _clerk_or_head_of(actor: "Actor", inspection: "Inspection | None") -> "Capacity | None":
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=inspection.department_id if inspection else None)


def _team(actor: "Actor", inspection: "Inspection | None") -> "Capacity | None":
    """Only who stands in the team of the part now, as an inspector of that department."""
    if inspection is None:
        return actor.holds(Role.INSPECTOR)
    held = actor.holds(Role.INSPECTOR, department_id=inspection.department_id)
    if held is None or actor.officer_id is None or held.on_behalf_of_id is not None:
        return None
    is_member = inspection.members.filter(inspector__officer_id=actor.officer_id, replaced_at__isnull=True).exists()
    return held if is_member else None


def _holder_of_key(actor: "Actor", code: "EntryCode | None") -> "Capacity | None":
    """Whoever holds the own key of the visit's business acts for it; the code, known to the officers, is not enough."""
    from onevisit.stages.visits.models import BusinessKey
    from onevisit.support.identity.actors import PARTY_CAPACITY

    if code is None or not actor.id.startswith("key:"):
        return None
    valid = BusinessKey.objects.filter(target_id=code.visit.target_id, revoked_at__isnull=True).first()
    return PARTY_CAPACITY if valid is not None and actor.id == f"key:{valid.pk}" else None


def _key_issuer(actor: "Actor", _subject: object) -> "Capacity | None":
    """The coordination office, which never inspects; who holds a post elsewhere besides learns no business's key."""
    office = {held.department_id for held in actor.capacities if held.role == Role.COORDINATOR}
    is_elsewhere = any(held.department_id not in office for held in actor.capacities)
    return None if is_elsewhere else actor.holds(Role.COORDINATOR)


def _clerk_or_head(actor: "Actor", submission: "Submission | None") -> "Capacity | None":
    if submission is None:
        return actor.holds(Role.CLERK, Role.APPROVER)
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=submission.inspection.department_id)


def _system(actor: "Actor", _subject: object) -> "Capacity | None":
    from onevisit.support.identity.actors import SYSTEM_CAPACITY

    return SYSTEM_CAPACITY if actor.is_system else None


def may_read_inspection_file(actor: "Actor", attachment: "Attachment") -> "Capacity | None":
    """Evidence and documents of a part are seen by its team, its department and whoever sees the whole city."""
    from onevisit.stages.visits.models import Inspection

    inspection = Inspection.objects.visible_to(actor).filter(pk=attachment.subject).first()
    return _reader(actor, inspection.visit) if inspection else None


def may_read_visit_file(actor: "Actor", attachment: "Attachment") -> "Capacity | None":
    """The combined report is seen by every department of the visit."""
    from onevisit.stages.visits.models import Visit

    visit = Visit.objects.visible_to(actor).filter(pk=attachment.subject).first()
    return _reader(actor, visit) if visit else None


def _team_policy(verb: str, label: str, rule: Callable[..., "Capacity | None"] = _team) -> Policy:
    return Policy(verb, label, rule, "由派往该次检查的本部门执法人员办理。")


POLICIES = (
    Policy("visit.see", "查看一次查", _reader, "须为参加部门、被派人员或有全市查看职责。", is_read=True),
    Policy("visit.dispatch", "派发检查", _system_or_clerk, "由系统随抽取结果派发，或由组织部门联络员办理。"),
    Policy("visit.swap", "更换执法人员", _system, "由系统随替换轮次办理。"),
    Policy("visit.remind", "催办", _reminder, "由参加部门的联络员、审批人或协调处办理。"),
    Policy("visit.report", "生成综合报告", _report_maker, "由参加部门的联络员或审批人办理。"),
    Policy("visit.withdraw", "撤回检查", _system, "抽取作废或对象被替换时由系统办理。"),
    Policy("visit.close", "办结一次查", _system, "由系统在各部门审核后办理。"),
    Policy("field.use", "使用现场应用", _team, "须为执法人员。", is_read=True),
    Policy("badge_key.register", "登记亮证密钥", _team, "须为执法人员。"),
    Policy("inspection.sign_as_party", "用本人手机签名", _holder_of_key, "由当事人凭企业口令办理。"),
    Policy("inspection.dispute_signature", "否认签名", _holder_of_key, "由当事人凭企业口令办理。"),
    Policy("business_key.see", "查看企业口令发放", _key_issuer, "由协调处办理，检查部门不掌握。", is_read=True),
    Policy("business_key.issue", "发放企业口令", _key_issuer, "由协调处办理，检查部门不掌握。"),
    _team_policy("inspection.enter", "入场"),
    _team_policy("inspection.answer", "填写检查项"),
    _team_policy("inspection.sign", "记录签名"),
    _team_policy("inspection.recuse", "申请回避"),
    Policy("inspection.decline_recusal", "不准回避", _head, "由本部门审批人办理。"),
    _team_policy("inspection.unable", "记为未能检查"),
    _team_policy("inspection.submit", "提交检查结果"),
    Policy("inspection.review", "审核检查结果", _head, "由本部门审批人办理。"),
    Policy("inspection.return", "退回检查结果", _head, "由本部门审批人办理。"),
    Policy("inspection.follow_up", "登记后续处理", _clerk_or_head_of, "由本部门联络员或审批人办理。"),
    Policy("submission.adopt", "核定离线记录", _clerk_or_head, "由本部门联络员或审批人办理。"),
    Policy("submission.dismiss", "不并入离线记录", _clerk_or_head, "由本部门联络员或审批人办理。"),
)
