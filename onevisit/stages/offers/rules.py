"""The terms that this stage brings as rule records (product defaults; an administrator makes later versions)."""

from onevisit.support.deadlines.defaults import RuleDefault

RULES = (
    RuleDefault(key="offer.reply", label="要约应答期", amount=3, unit="working_days", alert_percent=(50, 80, 100)),
    RuleDefault(key="offer.undo_seconds", label="答复后可撤销的秒数", amount=10),
    RuleDefault(
        key="part.approve", label="行政检查审批表填报与审批", amount=3, unit="working_days", alert_percent=(50, 80, 100)
    ),
)
