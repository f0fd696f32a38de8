"""Who may look up the registers and who may change them."""

from typing import TYPE_CHECKING

from onevisit.support.identity.actors import SYSTEM_CAPACITY
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.stages.registers.models import Expert, ImportRun, InspectionItem, InspectionTarget, Inspector, Letter
    from onevisit.support.identity.actors import Actor, Capacity
    from onevisit.support.identity.models import Department

READERS = (
    Role.COORDINATOR,
    Role.CLERK,
    Role.APPROVER,
    Role.INSPECTOR,
    Role.LEGALITY_REVIEWER,
    Role.LEADER,
    Role.SUPERVISOR,
    Role.OPERATOR,
)
CITY_WIDE = (Role.COORDINATOR, Role.OPERATOR)
CITY_READERS = (*CITY_WIDE, Role.SUPERVISOR, Role.LEADER)


def _inspector_reader(actor: "Actor", inspector: "Inspector | None") -> "Capacity | None":
    """The register of inspectors is read by the city's seats, by an organ for its own people, by each for himself."""
    if actor.is_system:
        return SYSTEM_CAPACITY
    city_wide = actor.holds(*CITY_READERS)
    if city_wide or inspector is None:
        return city_wide or actor.holds(Role.CLERK, Role.APPROVER, Role.INSPECTOR)
    if inspector.officer_id == actor.officer_id:
        return actor.holds(*READERS)
    return actor.holds(Role.CLERK, Role.APPROVER, department_id=inspector.department_id)


def _reader(actor: "Actor", _subject: object) -> "Capacity | None":
    """The registers are common knowledge of all organs: 一单两库 is one for the city."""
    return SYSTEM_CAPACITY if actor.is_system else actor.holds(*READERS)


def _operator(actor: "Actor", _subject: object) -> "Capacity | None":
    return SYSTEM_CAPACITY if actor.is_system else actor.holds(Role.OPERATOR)


def _importer(actor: "Actor", run: "ImportRun | None") -> "Capacity | None":
    """A clerk works on the imports of the own organ; the coordination office and the operator on those without one."""
    if actor.is_system:
        return SYSTEM_CAPACITY
    if run is None:
        return actor.holds(*CITY_WIDE) or actor.holds(Role.CLERK)
    if run.department_id is None:
        return actor.holds(*CITY_WIDE)
    return actor.holds(Role.CLERK, department_id=run.department_id)


def _merger(actor: "Actor", _target: object) -> "Capacity | None":
    """The register of targets is one for the city: who may import targets may merge two records of one of them."""
    return SYSTEM_CAPACITY if actor.is_system else actor.holds(*CITY_WIDE) or actor.holds(Role.CLERK)


def _contact_reader(actor: "Actor", _target: "InspectionTarget | None") -> "Capacity | None":
    """Who arranges or makes inspections may read a contact in clear, and each reading is an entry."""
    return actor.holds(Role.CLERK, Role.INSPECTOR, Role.APPROVER, Role.COORDINATOR)


def _own_clerk(actor: "Actor", organ: "Department | None") -> "Capacity | None":
    """A clerk enters what concerns the own department; the coordination office for any."""
    own = actor.holds(Role.CLERK, department_id=organ.pk if organ else None)
    return own or actor.holds(Role.COORDINATOR)


def _sender(actor: "Actor", organ: "Department | None") -> "Capacity | None":
    return actor.holds(Role.CLERK, department_id=organ.pk if organ else None)


def _at_sender(actor: "Actor", letter: "Letter | None") -> "Capacity | None":
    return actor.holds(Role.CLERK, department_id=letter.sender_id if letter else None)


def _head_of_sender(actor: "Actor", letter: "Letter | None") -> "Capacity | None":
    """The head of the sending department, who has not written the letter himself."""
    if letter is not None and letter.drafted_by == actor.id:
        return None
    return actor.holds(Role.APPROVER, department_id=letter.sender_id if letter else None)


def _at_receiver(actor: "Actor", letter: "Letter | None") -> "Capacity | None":
    return actor.holds(Role.CLERK, department_id=letter.receiver_id if letter else None)


def _letter_reader(actor: "Actor", letter: "Letter | None") -> "Capacity | None":
    seat = actor.holds(Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER)
    if letter is None:
        return seat or actor.holds(Role.CLERK, Role.APPROVER, Role.INSPECTOR)
    held = (Role.CLERK, Role.APPROVER, Role.INSPECTOR)
    sent = actor.holds(*held, department_id=letter.sender_id)
    received = actor.holds(*held, department_id=letter.receiver_id) if letter.sent_at else None
    return seat or sent or received


def _expert_keeper(actor: "Actor", expert: "Expert | None") -> "Capacity | None":
    """The department that proposed an expert keeps the entry; the coordination office may for the city."""
    own = actor.holds(Role.CLERK, department_id=expert.department_id if expert else None)
    return own or actor.holds(Role.COORDINATOR)


def _expert_reader(actor: "Actor", _subject: object) -> "Capacity | None":
    return actor.holds(*CITY_READERS, Role.CLERK, Role.APPROVER)


def _item_keeper(actor: "Actor", item: "InspectionItem | None") -> "Capacity | None":
    """A department extends its own items, never another's (R3)."""
    return actor.holds(Role.CLERK, department_id=item.department_id if item else None)


_LETTER_WHO = "由发出或收到抄告的部门联络员办理。"
POLICIES = (
    Policy("complaint.see", "查看投诉举报", _reader, "须有在任岗位。", is_read=True),
    Policy("complaint.register", "登记投诉举报", _own_clerk, "由承办部门联络员或协调处办理。"),
    Policy("supply.register", "登记供货关系", _own_clerk, "由部门联络员或协调处办理。"),
    Policy("supply.end", "终止供货关系", _own_clerk, "由部门联络员或协调处办理。"),
    Policy("letter.see", "查看抄告", _letter_reader, "由收发双方、协调处和执法监督查看。", is_read=True),
    Policy("letter.draft", "拟抄告", _sender, "由部门联络员办理。"),
    Policy("letter.send", "审核发出抄告", _head_of_sender, "由发出部门审批人办理，不能审核自己拟的抄告。"),
    Policy("letter.send_back", "退回修改抄告", _head_of_sender, "由发出部门审批人办理，不能审核自己拟的抄告。"),
    Policy("letter.redraft", "修改抄告", _at_sender, "由发出部门联络员办理。"),
    Policy("letter.sign", "签收抄告", _at_receiver, _LETTER_WHO),
    Policy("letter.answer", "反馈抄告", _at_receiver, _LETTER_WHO),
    Policy("letter.return", "退回抄告", _at_receiver, _LETTER_WHO),
    Policy("letter.withdraw", "撤回抄告", _at_sender, _LETTER_WHO),
    Policy("letter.reask", "退回补充", _at_sender, _LETTER_WHO),
    Policy("letter.close", "办结抄告", _at_sender, _LETTER_WHO),
    Policy("expert.see", "查看专家名录", _expert_reader, "由联络员、审批人和协调处查看。", is_read=True),
    Policy("expert.register", "登记专家", _own_clerk, "由推荐部门联络员或协调处办理。"),
    Policy("expert.suspend", "停用专家", _expert_keeper, "由推荐部门联络员或协调处办理。"),
    Policy("expert.resume", "恢复专家", _expert_keeper, "由推荐部门联络员或协调处办理。"),
    Policy("item.edit", "修改检查表内容", _item_keeper, "由承担部门联络员办理。"),
    Policy("item.suspend", "停用事项", _item_keeper, "由承担部门联络员办理。"),
    Policy("item.resume", "启用事项", _item_keeper, "由承担部门联络员办理。"),
    Policy("city.see", "查看城市概况", _reader, "须有在任岗位。", is_read=True),
    Policy("city.configure", "载入城市配置", _operator, "由运维人员办理。"),
    Policy("target.see", "查看检查对象", _reader, "须有在任岗位。", is_read=True),
    Policy("target.contact", "查看联系人", _contact_reader, "由承担检查安排的人员查看，查看会留痕。", is_read=True),
    Policy("target.merge", "合并检查对象", _merger, "由联络员、协调处或运维人员办理。"),
    Policy("target.unmerge", "撤销合并", _merger, "由联络员、协调处或运维人员办理。"),
    Policy("directory.see", "查看专项名录", _reader, "须有在任岗位。", is_read=True),
    Policy(
        "inspector.see",
        "查看执法人员名录",
        _inspector_reader,
        "由本机构联络员、审批人和协调处查看，本人可看自己。",
        is_read=True,
    ),
    Policy("item.see", "查看检查事项", _reader, "须有在任岗位。", is_read=True),
    Policy("law.see", "查看法律法规", _reader, "须有在任岗位。", is_read=True),
    Policy("import.see", "查看导入", _importer, "由本部门联络员、协调处或运维人员办理。", is_read=True),
    Policy("import.upload", "上传导入文件", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.match", "对列", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.queue_check", "试运行", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.queue", "确认导入", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.decide", "处理疑似重复", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.stop", "停止后台导入", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.check", "试运行", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.correct", "就地修改", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.confirm", "确认导入", _importer, "由本部门联络员、协调处或运维人员办理。"),
    Policy("import.cancel", "取消导入", _importer, "由本部门联络员、协调处或运维人员办理。"),
)
