"""Who may make, answer, settle and approve: initiator, participants, the coordination head, each department's head."""

from typing import TYPE_CHECKING

from onevisit.stages.offers.models import OVERSEERS, ExtraDepartment, JoinRequest, Offer, OfferReply, PartApproval
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import SYSTEM_CAPACITY
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.stages.plans.models import Campaign
    from onevisit.support.attachments.models import Attachment
    from onevisit.support.identity.actors import Actor, Capacity
    from onevisit.support.identity.models import Department

READERS = (Role.COORDINATOR, Role.CLERK, Role.APPROVER, Role.LEADER, Role.SUPERVISOR, Role.PROSECUTOR)


def _reader(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.holds(*READERS)


def _drafter(actor: "Actor", campaign: "Campaign | None") -> "Capacity | None":
    """The draft is made by the organiser's coordinator or by a clerk of the initiator."""
    if campaign is None:
        return actor.holds(Role.COORDINATOR, Role.CLERK)
    return actor.holds(Role.COORDINATOR) or actor.holds(Role.CLERK, department_id=campaign.initiator_id)


def _editor(actor: "Actor", offer: Offer | None) -> "Capacity | None":
    if offer is None:
        return actor.holds(Role.COORDINATOR, Role.CLERK)
    return actor.holds(Role.CLERK, department_id=offer.initiator_id) or actor.holds(Role.COORDINATOR)


def _initiator(actor: "Actor", offer: Offer | None) -> "Capacity | None":
    """The coordination office organises and is no party: only the initiator binds itself."""
    return actor.holds(Role.CLERK, department_id=offer.initiator_id if offer else None)


def _participant(actor: "Actor", reply: OfferReply | None) -> "Capacity | None":
    return actor.holds(Role.CLERK, department_id=reply.department_id if reply else None)


def _initiator_of_reply(actor: "Actor", reply: OfferReply | None) -> "Capacity | None":
    return _initiator(actor, reply.offer if reply else None)


def _joiner(actor: "Actor", department: "Department | None") -> "Capacity | None":
    return actor.holds(Role.CLERK, department_id=department.pk if department else None)


def _join_asker(actor: "Actor", join: JoinRequest | None) -> "Capacity | None":
    return actor.holds(Role.CLERK, department_id=join.department_id if join else None)


def _join_decider(actor: "Actor", join: JoinRequest | None) -> "Capacity | None":
    """Whoever binds the initiator answers who asks to come along."""
    return _initiator(actor, join.offer if join else None)


def _clock(actor: "Actor", _reply: OfferReply | None) -> "Capacity | None":
    return SYSTEM_CAPACITY if actor.is_system else None


def _coordination_head(actor: "Actor", _extra: ExtraDepartment | None) -> "Capacity | None":
    return identity.coordination_capacity(actor, Role.APPROVER)


def _part_clerk(actor: "Actor", part: PartApproval | None) -> "Capacity | None":
    return actor.holds(Role.CLERK, department_id=part.department_id if part else None)


def _part_head(actor: "Actor", part: PartApproval | None) -> "Capacity | None":
    """Each department's own head decides on its part, nobody else (AI-07)."""
    return actor.holds(Role.APPROVER, department_id=part.department_id if part else None)


def may_read_part(actor: "Actor", attachment: "Attachment") -> "Capacity | None":
    """A form is read by its own department, the coordination office and the overseers."""
    part = PartApproval.objects.filter(pk=attachment.subject).first()
    if part is None:
        return None
    own = actor.holds(Role.CLERK, Role.APPROVER, Role.INSPECTOR, department_id=part.department_id)
    return own or identity.coordination_capacity(actor) or actor.holds(*OVERSEERS)


POLICIES = (
    Policy("offer.see", "查看要约", _reader, "须有在任岗位。", is_read=True),
    Policy("offer.draft", "生成要约草案", _drafter, "由协调处或发起部门联络员办理。"),
    Policy("offer.edit", "修改要约", _editor, "由协调处或发起部门联络员办理。"),
    Policy("offer.extend", "增加部门", _editor, "由协调处或发起部门联络员办理。"),
    Policy("offer.send", "发出要约", _initiator, "由发起部门联络员办理。"),
    Policy("offer.remind", "催办", _editor, "由协调处或发起部门联络员办理。"),
    Policy("offer.withdraw", "撤回要约", _initiator, "由发起部门联络员办理。"),
    Policy("offer.settle", "成约", _initiator, "由发起部门联络员办理。"),
    Policy("offer.accept", "应约", _participant, "由受邀部门联络员办理。"),
    Policy("offer.decline", "答复不应约", _participant, "由受邀部门联络员办理。"),
    Policy("offer.counter", "建议改期", _participant, "由受邀部门联络员办理。"),
    Policy("offer.undo", "撤销答复", _participant, "由受邀部门联络员办理。"),
    Policy("offer.adopt", "采纳改期", _initiator_of_reply, "由发起部门联络员办理。"),
    Policy("offer.insist", "坚持原期", _initiator_of_reply, "由发起部门联络员办理。"),
    Policy("offer.expire", "记为超时", _clock, "由系统按时限记录。"),
    Policy("offer.allow", "同意增加部门", _coordination_head, "由综合执法协调处审批人办理。"),
    Policy("offer.refuse", "不同意增加部门", _coordination_head, "由综合执法协调处审批人办理。"),
    Policy("join.see", "查看并入申请", _reader, "须有在任岗位。", is_read=True),
    Policy("join.ask", "申请并入", _joiner, "由本部门联络员办理。"),
    Policy("join.accept", "同意并入", _join_decider, "由发起部门联络员办理。"),
    Policy("join.refuse", "答复不同意并入", _join_decider, "由发起部门联络员办理。"),
    Policy("join.withdraw", "撤回并入申请", _join_asker, "由申请部门联络员办理。"),
    Policy("join.separate", "说明分别开展", _joiner, "由本部门联络员办理。"),
    Policy("part.submit", "提交行政检查审批表", _part_clerk, "由本部门联络员办理。"),
    Policy("part.recall", "收回行政检查审批表", _part_clerk, "由本部门联络员办理。"),
    Policy("part.approve", "批准行政检查审批表", _part_head, "由本部门审批人办理。"),
    Policy("part.return", "退回行政检查审批表", _part_head, "由本部门审批人办理。"),
)
