"""The figures that this stage brings as rule records."""

from onevisit.support.deadlines.defaults import RuleDefault

_ALERTS = (50, 80, 100)

RULES = (
    RuleDefault(
        key="visit.officers",
        label="到场持证执法人员",
        amount=2,
        law="行政处罚法第四十二条",
        is_law_verified=True,
        floor=2,
    ),
    RuleDefault(key="visit.distance", label="定位距登记地的提示距离（米）", amount=200),
    RuleDefault(key="visit.late", label="迟到提示（分钟）", amount=15),
    RuleDefault(key="visit.address_opens", label="封存抽取的地址提前公开", amount=2, unit="hours"),
    RuleDefault(key="visit.hold", label="现场检查", amount=5, unit="working_days", alert_percent=_ALERTS),
    RuleDefault(key="result.review", label="检查结果审核", amount=3, unit="working_days", alert_percent=_ALERTS),
)
