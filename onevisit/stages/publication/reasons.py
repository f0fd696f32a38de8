"""Why a result may lawfully stay unpublished: a closed list, each with its article (R146)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class WithholdingReason:
    """One legal reason with the article that carries it."""

    key: str
    words: str | Promise
    law: str


REASONS = (
    WithholdingReason("state_secret", _("涉及国家秘密"), "政府信息公开条例第十四条"),
    WithholdingReason(
        "security", _("公开后可能危及国家安全、公共安全、经济安全、社会稳定"), "政府信息公开条例第十四条"
    ),
    WithholdingReason("trade_secret", _("涉及商业秘密，公开会损害第三方合法权益"), "政府信息公开条例第十五条"),
    WithholdingReason("privacy", _("涉及个人隐私，公开会损害第三方合法权益"), "政府信息公开条例第十五条"),
    WithholdingReason("investigation", _("正在调查，公开会影响执法活动"), "政府信息公开条例第十六条"),
    WithholdingReason("other_law", _("法律、行政法规禁止公开"), "政府信息公开条例第十四条"),
)
DRAW_VOID = WithholdingReason("draw_void", _("所依据的双随机抽取已作废，不作为该次抽查结果公示"), "国发〔2019〕5号")
"""Nobody chooses this one: it follows from the void of the draw."""
BY_KEY = {reason.key: reason for reason in (*REASONS, DRAW_VOID)}
CHOICES = [(reason.key, reason.words) for reason in REASONS]
