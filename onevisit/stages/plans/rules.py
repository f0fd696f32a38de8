"""The figures that this stage brings as rule records (product defaults; an administrator makes later versions)."""

from onevisit.support.deadlines.defaults import RuleDefault

RULES = (
    RuleDefault(
        key="campaign.approve",
        label="专项方案审批",
        amount=3,
        unit="working_days",
        alert_percent=(50, 80, 100),
    ),
    RuleDefault(key="offer.departments", label="联合检查一般不超过的部门数", amount=5),
    RuleDefault(key="visit_cap.default", label="同一部门对同一企业年度检查次数上限", amount=2),
    RuleDefault(key="scope.share", label="抽查户数占领域的比例上限（%）", amount=50),
    RuleDefault(key="scope.targets", label="单次行动抽查户数上限", amount=200),
    RuleDefault(key="scope.officers", label="单次行动出动人数上限", amount=60),
    RuleDefault(key="visit.repeat_days", label="重复入企提示期", amount=60, unit="calendar_days"),
)
