"""The alert rules: the words of each and what counts its hits; figure, law and versions are rule records (R4)."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onevisit.support.deadlines.models import RuleVersion
from onevisit.watch.oversight.detectors import Detector, entries, patterns, terms, witnesses


@dataclass(frozen=True)
class Kind:
    """One rule: its key among the rule records, its sentence with the figure in it, and its detector."""

    key: str
    words: str | Promise
    detect: Detector

    def say(self, version: RuleVersion) -> str:
        """Return the rule in words with the figure of one version."""
        return str(self.words) % {"amount": version.amount}


KINDS = (
    Kind("alert.no_code", _("同一部门本年每满 %(amount)s 次在出示检查码之前入场"), entries.no_code),
    Kind("alert.no_approval", _("本部门审批表未批准就入企，每 %(amount)s 次"), entries.no_approval),
    Kind("alert.typed_only", _("同一部门本年每满 %(amount)s 次仅凭填写执法证号确认同行人员"), entries.typed_only),
    Kind("alert.far", _("入场定位距登记地址超过 %(amount)s 米"), entries.far),
    Kind("alert.short_stay", _("从入场到提交不足 %(amount)s 分钟"), entries.short_stay),
    Kind("alert.batch", _("用“全选无”填写的检查项超过 %(amount)s%%"), entries.batch),
    Kind("alert.unanswered", _("同一部门本年每满 %(amount)s 次要约超时未应约"), terms.unanswered),
    Kind("alert.late_publication", _("检查结果公示逾期 %(amount)s 日及以上"), terms.late_publication),
    Kind("alert.late_correction", _("责令改正到期 %(amount)s 日仍未销号"), terms.late_correction),
    Kind("alert.late_answer", _("对企业和公众的答复逾期 %(amount)s 日及以上"), terms.late_answer),
    Kind("alert.void_draws", _("同一组织部门本年每满 %(amount)s 次抽取作废"), terms.void_draws),
    Kind("alert.round_lapsed", _("替换令没有按时取值而失效，每 %(amount)s 次"), terms.lapsed_rounds),
    Kind("alert.same_pair", _("同一执法人员本年连续 %(amount)s 次检查同一对象均未发现问题"), patterns.same_pair),
    Kind("alert.witness_silent", _("见证单位 %(amount)s 分钟以上没有应答"), witnesses.silent),
    Kind(
        "alert.witness_refused", _("见证单位拒绝联署 %(amount)s 分钟以上（分叉、旧备份或签名不符）"), witnesses.refused
    ),
    Kind("alert.quorum_waits", _("抽取的关键留痕等待见证超过 %(amount)s 分钟"), witnesses.waits),
    Kind("alert.lodging_waits", _("抽取冻结后等待寄存超过 %(amount)s 分钟"), witnesses.unlodged),
    Kind("alert.ledger_differs", _("夜间复核发现留痕或记录不符 %(amount)s 处及以上"), witnesses.differs),
    Kind("alert.key_reused", _("交出在另一次抽取中用过的密钥，每 %(amount)s 次"), terms.reused_keys),
    Kind(
        "alert.source_differs",
        _("抽取的取值、T0、人员与登记或结果的不符，每 %(amount)s 次"),
        terms.changed_sources,
    ),
    Kind("alert.repeated_target", _("同一对象在再次入企提示期间内入企 %(amount)s 次及以上"), patterns.repeated_target),
)
# What cannot wait for the hourly look: a draw may void itself within minutes.
OF_MINUTES = (
    "alert.witness_silent",
    "alert.witness_refused",
    "alert.quorum_waits",
    "alert.lodging_waits",
    "alert.round_lapsed",
    "alert.source_differs",
)
BY_KEY = {kind.key: kind for kind in KINDS}


def version_on(key: str, *, on: date) -> RuleVersion | None:
    """Return the version of a rule valid on a day, None where the city has no such rule (yet)."""
    return (
        RuleVersion.objects.filter(rule_id=key, valid_from__lte=on).select_related("rule").order_by("-version").first()
    )
