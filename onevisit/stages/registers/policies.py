"""Who may look up the registers and who may change them."""

from typing import TYPE_CHECKING

from onevisit.support.identity.actors import SYSTEM_CAPACITY
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.stages.registers.models import ImportRun, InspectionTarget, Inspector
    from onevisit.support.identity.actors import Actor, Capacity

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


POLICIES = (
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
