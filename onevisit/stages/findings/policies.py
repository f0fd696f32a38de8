"""Who may review results and dispose of problems: the department's own people, never another's."""

from typing import Any
from uuid import UUID

from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

REVIEWERS = (Role.CLERK, Role.APPROVER)
OVERSEERS = (Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER)


def _department_of(subject: Any) -> UUID | None:
    return subject.department_id if subject is not None else None


def _reviewer(actor: Actor, subject: Any) -> Capacity | None:
    return actor.holds(*REVIEWERS, department_id=_department_of(subject))


def _head(actor: Actor, subject: Any) -> Capacity | None:
    return actor.holds(Role.APPROVER, department_id=_department_of(subject))


def _own_people(actor: Actor, subject: Any) -> Capacity | None:
    return actor.holds(*REVIEWERS, Role.INSPECTOR, department_id=_department_of(subject))


def _reader(actor: Actor, subject: Any) -> Capacity | None:
    return _own_people(actor, subject) or actor.holds(*OVERSEERS)


def may_read_finding_file(actor: Actor, attachment: Any) -> Capacity | None:
    """A file of a problem is read by those who may see the problem."""
    from onevisit.stages.findings.models import CorrectionProof, Finding

    key = attachment.subject
    if attachment.subject_type == "correction_proof":
        proof = CorrectionProof.objects.filter(pk=key).first()
        key = proof.finding_id if proof else None
    finding = Finding.objects.visible_to(actor).filter(pk=key).first() if key else None
    return _reader(actor, finding) if finding else None


_WHO = "由本部门联络员或审批人办理。"
POLICIES = (
    Policy("finding.see", "查看问题", _reader, "由本部门人员、协调处和执法监督查看。", is_read=True),
    Policy("finding.order", "责令改正", _reviewer, _WHO),
    Policy("finding.drop", "撤销认定", _reviewer, _WHO),
    Policy("finding.revoke", "撤销责令改正", _head, "由本部门审批人办理。"),
    Policy("finding.prove", "登记整改材料", _own_people, "由当事人或本部门人员办理。"),
    Policy("finding.revisit", "安排现场复查", _reviewer, _WHO),
    Policy("finding.return", "退回补正", _reviewer, _WHO),
    Policy("finding.close", "销号", _reviewer, _WHO),
)
