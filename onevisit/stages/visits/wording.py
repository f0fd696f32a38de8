"""What officers say at the door and what the law gives the inspected party; on the notice and on the phone."""

RIGHTS = (
    "执法人员少于两人或者未出示执法证件的，您有权拒绝检查（行政处罚法第五十五条）。",
    "您有权进行陈述和申辩（行政处罚法第七条）。",
    "认为执法人员与本案有直接利害关系或者有其他关系可能影响公正执法的，有权申请回避（行政处罚法第四十三条）。",
    "您有权核对检查记录，对记录有异议的可以写明意见。",
    "对违规检查，可以通过检查码页面投诉、评价。",
)
# 国办发〔2024〕54号: the five prohibitions.
PROHIBITIONS = (
    "严禁逐利检查",
    "严禁干扰企业正常生产经营",
    "严禁任性处罚企业",
    "严禁下达检查指标",
    "严禁变相检查",
)
SPEECH = (
    "您好，我们是{organs}的执法人员{names}，这是执法证和本次检查码，请扫码核验。"
    "您有权陈述、申辩；认为我们与您单位有利害关系的，可以申请回避。"
)
ANSWER_LABELS = {"ok": "符合", "problem": "不符合", "not_applicable": "不适用", "not_checked": "未查"}
SKIP_LABELS = {
    "not_operated": "未开展该项经营",
    "site_not_ready": "现场不具备条件",
    "needs_testing": "须专业机构检测",
    "other": "其他",
}
KIND_LABELS = {
    "entry": "入场记录",
    "unable": "未能检查",
    "answer": "检查项填写",
    "opinion": "当事人意见",
    "signature": "签名",
    "recusal": "回避申请",
    "submit": "提交",
}
CONFIRMATION_LABELS = {
    "badge": "扫亮证码",
    "pin": "本人输入 PIN",
    "certificate": "填写执法证号",
}
PLACE_LABELS = {
    "register_wrong": "登记地址有误",
    "other_premises": "另一处经营场所",
    "drift": "定位漂移",
    "other": "其他",
}


def speech(*, organs: list[str], names: list[str]) -> str:
    """Return what the team says at the door."""
    return SPEECH.format(organs="、".join(organs), names="、".join(names))
