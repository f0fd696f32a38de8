"""Who publishes: the head of a department that took part in the visit; what was public stays under the same hands."""

from typing import TYPE_CHECKING
from uuid import UUID

from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import SYSTEM_CAPACITY
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor, Capacity

READERS = (Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER)
OWN = (Role.CLERK, Role.APPROVER)


def departments_of(publication: Publication) -> set[UUID]:
    """Return the departments whose results stand in a publication."""
    return set(publication.department_ids)


def _reader(actor: "Actor", publication: Publication | None) -> "Capacity | None":
    if found := actor.holds(*READERS):
        return found
    return _own(actor, publication, *OWN)


def _publisher(actor: "Actor", publication: Publication | None) -> "Capacity | None":
    """谁检查、谁录入、谁公开: a head of one of the departments, or the head of the coordination office for all."""
    return _own(actor, publication, Role.APPROVER) or identity.coordination_capacity(actor, Role.APPROVER)


def _own(actor: "Actor", publication: Publication | None, *roles: Role) -> "Capacity | None":
    if publication is None:
        return actor.holds(*roles)
    found = (actor.holds(*roles, department_id=department) for department in publication.department_ids)
    return next((capacity for capacity in found if capacity), None)


def _clerk(actor: "Actor", publication: Publication | None) -> "Capacity | None":
    if actor.is_system:
        return SYSTEM_CAPACITY
    return _own(actor, publication, *OWN) or actor.holds(Role.COORDINATOR)


def _system(actor: "Actor", _publication: Publication | None) -> "Capacity | None":
    return SYSTEM_CAPACITY if actor.is_system else None


def _operator(actor: "Actor", _message: object) -> "Capacity | None":
    return actor.holds(Role.OPERATOR, Role.COORDINATOR)


def _organ(actor: "Actor", request: PublicRequest | None) -> "Capacity | None":
    """The organ that a request went to: its clerk or its head."""
    return actor.holds(*OWN, department_id=request.department_id if request else None)


def _request_reader(actor: "Actor", request: PublicRequest | None) -> "Capacity | None":
    return _organ(actor, request) or actor.holds(*READERS)


def _answerer(actor: "Actor", request: PublicRequest | None) -> "Capacity | None":
    """What is about people, or against what they found, is answered by the head, not by those whom it may concern."""
    if request is not None and request.kind in {"complaint", "stranger", "statement"}:
        return actor.holds(Role.APPROVER, department_id=request.department_id)
    return _organ(actor, request)


def _statement_decider(actor: "Actor", request: PublicRequest | None) -> "Capacity | None":
    """The organ hears the party, not the officers who inspected: its head decides (行政处罚法 art. 45)."""
    return actor.holds(Role.APPROVER, department_id=request.department_id if request else None)


def _statement_holder(actor: "Actor", request: PublicRequest | None) -> "Capacity | None":
    """Whether a further statement brings new facts is seen by a second person: of the organ, or who supervises it."""
    return _statement_decider(actor, request) or _supervisor(actor, request)


def _objection_decider(actor: "Actor", request: PublicRequest | None) -> "Capacity | None":
    """Who may correct or take down the result decides whether the objection to it is right."""
    return _publisher(actor, request.publication if request else None)


def _supervisor(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.holds(Role.SUPERVISOR)


def _rating_reader(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.holds(*READERS, *OWN)


_HEADS = "由参加检查部门的审批人或协调处审批人办理。"
POLICIES = (
    Policy("publication.see", "查看公示", _reader, "由参加检查的部门、协调处、执法监督查看。", is_read=True),
    Policy("publication.prepare", "汇总待公示结果", _clerk, "由参加检查的部门或系统办理。"),
    Policy("publication.approve", "批准公示", _publisher, _HEADS),
    Policy("publication.return", "退回待审", _publisher, _HEADS),
    Policy("publication.withhold", "决定不予公示", _publisher, _HEADS),
    Policy("publication.correct", "更正公示", _publisher, _HEADS),
    Policy("publication.withdraw", "撤下公示", _publisher, _HEADS),
    Policy("publication.reveal", "查看遮盖内容", _clerk, "由参加检查的部门或协调处办理。"),
    Policy("publication.release", "公示", _system, "批准后由系统公示。"),
    Policy("publication.stop", "停止公示", _system, "抽取作废后由系统办理。"),
    Policy("publication.mend", "登记整改进展", _system, "由系统按销号登记。"),
    Policy("credit.collect", "归集信用记录", _system, "公示后由系统归集。"),
    Policy("request.see", "查看诉求", _request_reader, "由承办部门、协调处、执法监督查看。", is_read=True),
    Policy("request.answer", "答复诉求", _answerer, "由承办部门办理；投诉由审批人答复。"),
    Policy("request.contact", "查看诉求人联系方式", _answerer, "由答复诉求的人员查看，每次留痕。", is_read=True),
    Policy("objection.sustain", "认定异议成立", _objection_decider, _HEADS),
    Policy("objection.reject", "认定异议不成立", _objection_decider, _HEADS),
    Policy("reply.print", "刊登企业说明", _organ, "由承办部门办理。"),
    Policy("reply.decline", "不予刊登企业说明", _organ, "由承办部门办理。"),
    Policy("statement.adopt", "采纳陈述申辩", _statement_decider, "由承办部门审批人办理。"),
    Policy("statement.reject", "不予采纳陈述申辩", _statement_decider, "由承办部门审批人办理。"),
    Policy(
        "statement.hold",
        "认定陈述申辩有新事实",
        _statement_holder,
        "由承办部门审批人或执法监督人员办理，不能是答复过前一件的人。",
    ),
    Policy("rating.see", "查看评价汇总", _rating_reader, "由各部门、协调处、执法监督查看。", is_read=True),
    Policy(
        "rating.read",
        "查看评价意见原文",
        _supervisor,
        "仅执法监督人员（司法局、纪委监委）可看，每次留痕。",
        is_read=True,
    ),
    Policy("typical_case.propose", "提请刊登典型案例", _clerk, "由参加检查的部门办理。"),
    Policy("typical_case.approve", "批准刊登典型案例", _publisher, _HEADS),
    Policy("typical_case.return", "退回典型案例", _publisher, _HEADS),
    Policy("typical_case.remove", "撤下典型案例", _publisher, _HEADS),
    Policy("exchange.see", "查看交换日志", _reader, "由参加检查的部门、协调处、执法监督查看。", is_read=True),
    Policy("exchange.resend", "重发交换消息", _operator, "由协调处或运维人员办理。"),
)
