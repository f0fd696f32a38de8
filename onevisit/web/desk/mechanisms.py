"""The nine mechanisms of the founding text in its three groups, and by which screens each of them works here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Door:
    """One screen by which a mechanism works."""

    label: str | Promise
    path: str


@dataclass(frozen=True)
class Mechanism:
    """One mechanism: what it does in a sentence, its screens; without screens this installation has it not yet."""

    name: str | Promise
    what: str | Promise
    doors: tuple[Door, ...] = ()


@dataclass(frozen=True)
class MechanismGroup:
    """One of the three groups."""

    name: str | Promise
    mechanisms: tuple[Mechanism, ...]


GROUPS = (
    MechanismGroup(
        _("联动协作"),
        (
            Mechanism(
                _("日常沟通"), _("部门之间发要约、答复、改期，每一步留痕并提醒。"), (Door(_("要约"), "/offers/"),)
            ),
            Mechanism(_("工作会议"), _("会议通知、签到、纪要，议定事项有人有期限。")),
            Mechanism(
                _("信息共享"),
                _("一户一档：同一检查对象的登记、检查、问题和公示放在一处，敏感项遮盖，查看留痕。"),
                (Door(_("检查对象"), "/registers/targets"), Door(_("专项名录"), "/registers/directories")),
            ),
            Mechanism(_("重大案件联合查处"), _("一个事件、多个部门案件，证据逐件授权，核对一事不二罚。")),
            Mechanism(_("案件联合会审"), _("回避声明、先写后议、采纳与不采纳都写明理由。")),
            Mechanism(_("两法衔接"), _("移送、回执和期限按小时计，检察院席位只读。")),
            Mechanism(_("应急管理"), _("首报、续报、终报计时，呼叫与就近人员。")),
        ),
    ),
    MechanismGroup(
        _("随机抽查"),
        (
            Mechanism(
                _("跨部门随机抽查"),
                _("专项、要约、双随机抽取、一次查、问题处置到公示，一条线办完，任何人都能重算抽取。"),
                (
                    Door(_("计划专项"), "/plans/campaigns"),
                    Door(_("双随机抽取"), "/draws/"),
                    Door(_("一次查"), "/visits/"),
                    Door(_("问题处置"), "/findings/"),
                    Door(_("公示信用"), "/publication/"),
                ),
            ),
        ),
    ),
    MechanismGroup(
        _("督办问责"),
        (
            Mechanism(
                _("督办问责"),
                _("期限到 50%、80%、100% 自动提醒；按规则预警，部门说明、司法局定性；从公示结果一步查到各环节责任人。"),
                (Door(_("预警"), "/oversight/alerts"), Door(_("责任追溯"), "/oversight/trace")),
            ),
        ),
    ),
)
