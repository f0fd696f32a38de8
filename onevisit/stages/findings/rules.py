"""The terms that this stage brings as rule records."""

from onevisit.support.deadlines.defaults import RuleDefault

_ALERTS = (50, 80, 100)

RULES = (
    RuleDefault(
        key="finding.order",
        label="问题核定与责令改正",
        amount=3,
        unit="working_days",
        law="行政处罚法第二十八条",
        is_law_verified=True,
        alert_percent=_ALERTS,
    ),
    RuleDefault(
        key="finding.prove",
        label="整改（责令改正未另定期限时）",
        amount=15,
        unit="calendar_days",
        alert_percent=_ALERTS,
    ),
    RuleDefault(key="finding.check", label="整改复查", amount=5, unit="working_days", alert_percent=_ALERTS),
)
