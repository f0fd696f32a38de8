"""Who may prepare, freeze, type, hand over keys, draw, open and void."""

from typing import TYPE_CHECKING
from uuid import UUID

from onevisit.stages.draws.models import Draw, DrawItem, Swap
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import SYSTEM_CAPACITY
from onevisit.support.identity.models import Department, OrganKind
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from onevisit.support.identity.actors import Actor, Capacity

READERS = (Role.COORDINATOR, Role.CLERK, Role.APPROVER, Role.NOTARY, Role.SUPERVISOR)
SECOND_ORGANS = (Role.NOTARY, Role.SUPERVISOR)
SECOND_ORGAN = "由不组织、不协调、不参加本次抽取的公证或执法监督单位办理。"
ESCROWS = (Role.SUPERVISOR,)
"""The escrow sees every key before the freeze, so it never types: a notary or another organ does."""


def _reader(actor: "Actor", _draw: Draw | None) -> "Capacity | None":
    return actor.holds(*READERS)


def _organiser(actor: "Actor", _subject: object) -> "Capacity | None":
    """The coordination office organises every draw and inspects nothing itself."""
    return identity.coordination_capacity(actor, Role.COORDINATOR)


def _department(actor: "Actor", item: DrawItem | None) -> "Capacity | None":
    """A department acts for its own part only."""
    return actor.holds(Role.CLERK, department_id=item.department_id if item else None)


def _department_or_organiser(actor: "Actor", item: DrawItem | None) -> "Capacity | None":
    return _department(actor, item) or _organiser(actor, item)


def _typist(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    """The value is typed by the notary, an outside supervisor, the organiser, or a clerk of a department in it."""
    outside = _outside_typist(actor, draw) if draw else actor.holds(Role.SUPERVISOR)
    capacity = outside or actor.holds(Role.NOTARY) or _organiser(actor, draw)
    if capacity or draw is None:
        return capacity or actor.holds(Role.CLERK)
    own = actor.department_ids(Role.CLERK)
    taking_part = draw.items.filter(department_id__in=own).first() if own else None
    return actor.holds(Role.CLERK, department_id=taking_part.department_id) if taking_part else None


def _outside_typist(actor: "Actor", draw: Draw) -> "Capacity | None":
    """A second organ; not one that is the draw's escrow or was, since it can know every key."""
    capacity = _second_organ(actor, draw)
    if capacity is None:
        return None
    is_escrow = draw.receiving_keys.filter(is_escrow=True, department_id=capacity.department_id).exists()
    return None if is_escrow else capacity


def _carrier(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    return SYSTEM_CAPACITY if actor.is_system else _typist(actor, draw)


def _requester(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    """Only a department that goes to the target can find that it cannot be visited."""
    if draw is None:
        return actor.holds(Role.CLERK, Role.APPROVER)
    own = actor.department_ids(Role.CLERK, Role.APPROVER)
    taking_part = draw.items.filter(department_id__in=own).first() if own else None
    if taking_part is None:
        return None
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=taking_part.department_id)


def _swap_requester(actor: "Actor", item: DrawItem | None) -> "Capacity | None":
    """A department finds for its own people that one of them cannot go."""
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=item.department_id if item else None)


def swap_reader(actor: "Actor", department_id: "UUID") -> "Capacity | None":
    """Words and evidence of a swap may tell of somebody's health: his department and the second organs read them."""
    return actor.holds(*SECOND_ORGANS) or actor.holds(Role.CLERK, Role.APPROVER, department_id=department_id)


def _swap_decider(actor: "Actor", swap: Swap | None) -> "Capacity | None":
    """The department's head; a second organ always, and alone where the choice is small (section 12)."""
    outside = _second_organ(actor, swap.draw if swap else None)
    if outside or swap is None:
        return outside or actor.holds(Role.APPROVER)
    return None if swap.is_outside else actor.holds(Role.APPROVER, department_id=swap.department_id)


def _head(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    """Who approves what stays out: the organiser's head, or the head of the department that leads the inspection."""
    leading = draw.offer.initiator_id if draw and draw.offer else None
    own = actor.holds(Role.APPROVER, department_id=leading) if leading or draw is None else None
    return identity.coordination_capacity(actor, Role.APPROVER) or own


def _insider(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    """Who may read a sealed result: the organiser, and the departments that take part for their own work."""
    capacity = _organiser(actor, draw)
    if capacity or draw is None:
        return capacity or actor.holds(Role.CLERK, Role.APPROVER)
    own = actor.department_ids(Role.CLERK, Role.APPROVER)
    taking_part = draw.items.filter(department_id__in=own).first() if own else None
    if taking_part is None:
        return None
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=taking_part.department_id)


def _witness(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    """Who watches for his own organ: notary, supervisor and the departments that take part; not the organiser."""
    capacity = actor.holds(*SECOND_ORGANS)
    if capacity or draw is None:
        return capacity or actor.holds(Role.CLERK, Role.APPROVER)
    own = actor.department_ids(Role.CLERK, Role.APPROVER)
    taking_part = draw.items.filter(department_id__in=own).first() if own else None
    if taking_part is None:
        return None
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=taking_part.department_id)


def _system_or_organiser(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    return SYSTEM_CAPACITY if actor.is_system else _organiser(actor, draw)


def _second_organ(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    """Who agrees for a second organ: one that neither organises, coordinates nor takes part."""
    if draw is None:
        return actor.holds(*SECOND_ORGANS)
    capacities = [held for held in actor.capacities if held.role in SECOND_ORGANS]
    outside = set(organs_outside(draw, {held.department_id for held in capacities})) if capacities else set()
    standing = sorted(capacities, key=lambda held: held.on_behalf_of_id is not None)
    return next((held for held in standing if held.department_id in outside), None)


def organs_outside(draw: Draw, department_ids: set[UUID]) -> "QuerySet[Department, UUID]":
    """Return those of some organs that have no part in a draw: whoever has one would agree to his own request."""
    initiating = {draw.offer.initiator_id} if draw.offer else set()
    return (
        Department.objects.filter(pk__in=department_ids)
        .exclude(kind=OrganKind.COORDINATION_OFFICE)
        .exclude(pk__in=draw.organising_ids() | initiating)
        .exclude(pk__in=DrawItem.objects.filter(draw_id=draw.pk).values("department_id"))
        .values_list("pk", flat=True)
    )


def _escrow(actor: "Actor", draw: Draw | None) -> "Capacity | None":
    """Only the organ that the shares were sealed to can open what it holds for them."""
    if draw is None:
        return actor.holds(*ESCROWS)
    escrow = draw.receiving_keys.filter(is_escrow=True, replaced_at__isnull=True).first()
    return actor.holds(*ESCROWS, department_id=escrow.department_id) if escrow else None


def _supervision(actor: "Actor", _draw: Draw | None) -> "Capacity | None":
    return actor.holds(*ESCROWS)


def _whole_house(actor: "Actor", _draw: Draw | None) -> "Capacity | None":
    """Pairs of officers across departments are seen by the organiser and by who supervises enforcement."""
    return _organiser(actor, _draw) or actor.holds(Role.SUPERVISOR)


POLICIES = (
    Policy("draw.see", "查看抽取", _reader, "由协调处、联络员、审批人、公证和执法监督查看。", is_read=True),
    Policy(
        "draw.see_pairs", "查看人员搭档统计", _whole_house, "由协调处和执法监督单位查看，不向外公开姓名。", is_read=True
    ),
    Policy("draw.prepare", "筹备抽取", _organiser, "由协调处办理。"),
    Policy("draw.reschedule", "改定 T0", _organiser, "由协调处办理。"),
    Policy("draw.recuse", "登记回避", _department_or_organiser, "由本部门联络员或协调处办理。"),
    Policy("draw.unrecuse", "撤销回避", _department_or_organiser, "由本部门联络员或协调处办理。"),
    Policy("draw.commit_key", "提交密钥承诺", _department, "由本部门联络员办理。"),
    Policy("draw.hold_escrow", "担任托管", _supervision, "由执法监督单位办理；公证员录入现场取值，不担任托管。"),
    Policy("draw.take_escrow", "接任托管", _supervision, "由顺位在后的执法监督单位在托管逾期未核对时办理。"),
    Policy("draw.deposit_shares", "存放份额", _department, "由本部门联络员办理。"),
    Policy("draw.check_shares", "核对份额", _department, "由本部门联络员办理。"),
    Policy("draw.verify_shares", "托管核对", _escrow, "由登记为托管的单位办理。"),
    Policy("draw.open_share", "交出份额", _department, "由本部门联络员办理。"),
    Policy("draw.combine_key", "合成密钥", _department, "由参加部门联络员办理。"),
    Policy("draw.approve_exclusions", "批准排除名单", _head, "由发起部门或协调处审批人办理。"),
    Policy("draw.readmit", "放回抽取池", _head, "由发起部门或协调处审批人办理。"),
    Policy("draw.follow_merge", "改为并入后的对象", _organiser, "由协调处办理。"),
    Policy("draw.stratify", "改定分层", _organiser, "由协调处办理。"),
    Policy("draw.staff", "改定人员抽取方式", _organiser, "由协调处办理。"),
    Policy("draw.batch", "随机排批次", _organiser, "由协调处办理。"),
    Policy("draw.ask_consent", "申请同意", _organiser, "由协调处办理。"),
    Policy("draw.consent", "同意小层小池", _second_organ, SECOND_ORGAN),
    Policy("draw.refuse_consent", "不同意小层小池", _second_organ, SECOND_ORGAN),
    Policy("draw.freeze", "冻结抽取池", _organiser, "由协调处办理。"),
    Policy("draw.unfreeze", "解除冻结", _organiser, "由协调处办理。"),
    Policy("draw.commit", "公布承诺", _organiser, "由协调处办理。"),
    Policy("draw.attest", "签认指纹", _witness, "由公证、执法监督或参加部门签认。"),
    Policy("draw.type", "录入来源取值", _typist, "由公证员、执法监督、协调处或参加部门联络员办理。"),
    Policy(
        "draw.carry",
        "录入信标签名",
        _carrier,
        "由系统取得，或由协调处、公证员、执法监督、参加部门联络员录入。",
    ),
    Policy("draw.request_replacement", "申请替换", _requester, "由参加部门联络员或审批人办理。"),
    Policy("draw.confirm_replacement", "同意替换", _second_organ, SECOND_ORGAN),
    Policy("draw.refuse_replacement", "不同意替换", _second_organ, SECOND_ORGAN),
    Policy("draw.request_swap", "申请换人", _swap_requester, "由本部门联络员或审批人办理。"),
    Policy(
        "draw.confirm_swap",
        "同意换人",
        _swap_decider,
        "由本部门审批人办理；可抽不足 4 人或再次换人的，由不组织、不协调、不参加本次抽取的公证或执法监督单位办理。",
    ),
    Policy(
        "draw.refuse_swap",
        "不同意换人",
        _swap_decider,
        "由本部门审批人办理；可抽不足 4 人或再次换人的，由不组织、不协调、不参加本次抽取的公证或执法监督单位办理。",
    ),
    Policy("draw.order", "下达替换轮次", _organiser, "由协调处办理。"),
    Policy("draw.replace", "抽取替换", _organiser, "由协调处办理。"),
    Policy("draw.repeat", "重抽执法人员", _organiser, "人员不足、没有派出时由协调处办理。"),
    Policy("draw.source", "登记来源", _system_or_organiser, "由协调处办理；没有现场来源的公开抽取由系统登记。"),
    Policy("draw.hand_key", "交出密钥", _department, "由本部门联络员办理。"),
    Policy("draw.draw", "抽取", _organiser, "由协调处办理。"),
    Policy("draw.draw_openly", "公开抽取", _organiser, "由协调处办理。"),
    Policy("draw.read", "查看抽取结果", _insider, "由协调处和参加部门查看，每次查看均留痕。"),
    Policy("draw.open", "公开抽取结果", _system_or_organiser, "检查办结后由系统公开。"),
    Policy("draw.cancel", "撤销筹备", _organiser, "由协调处办理。"),
    Policy("draw.propose_void", "申请作废", _system_or_organiser, "由协调处办理；规则规定作废的，由系统提出。"),
    Policy("draw.withdraw_void", "撤回作废申请", _organiser, "由申请人办理；原因已不成立的，协调处都可以办理。"),
    Policy("draw.void", "同意作废", _second_organ, SECOND_ORGAN),
)
