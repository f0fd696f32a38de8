from datetime import date

from django.db import migrations

RULES = (
    ("alert.no_code", "入场前未出示检查码预警（次）", 2, "", "", False),
    ("alert.no_approval", "未经批准入企预警（次）", 1, "", "福建省行政执法条例第26条（检查须经本机关负责人批准）", True),
    ("alert.far", "入场定位偏离预警（米）", 500, "", "", False),
    ("alert.short_stay", "现场停留过短预警（分钟）", 10, "", "", False),
    ("alert.batch", "批量填写占比预警（%）", 80, "", "", False),
    ("alert.unanswered", "要约超时未应约预警（次）", 2, "", "厦门市市场监管领域综合执法暂行办法", False),
    ("alert.late_publication", "公示逾期预警（日）", 1, "", "国市监信〔2019〕38号", False),
    ("alert.late_correction", "整改逾期预警（日）", 3, "", "行政处罚法第28条", True),
    ("alert.void_draws", "抽取作废预警（次）", 2, "", "", False),
    ("alert.same_pair", "同一人员同一对象连续无问题预警（次）", 3, "", "", False),
    ("alert.repeated_target", "同一对象再次入企预警（次）", 2, "", "国办发〔2024〕54号", False),
    ("alert.check", "预警核查期限", 5, "working_days", "", False),
    ("alert.explain", "预警说明期限", 5, "working_days", "", False),
    ("alert.window", "预警回看期间", 60, "calendar_days", "", False),
    ("alert.expiry", "预警规则有效期", 365, "calendar_days", "", False),
    ("alert.sample", "预警命中率最少样本（件）", 10, "", "", False),
    ("alert.typed_only", "仅填执法证号确认同行人员预警（次）", 3, "", "", False),
)


def add_rules(apps, schema_editor):
    """Give a city that was loaded before the rules which its pack has now; an empty one loads them with its pack."""
    Rule = apps.get_model("deadlines", "Rule")
    RuleVersion = apps.get_model("deadlines", "RuleVersion")
    if not Rule.objects.exists():
        return
    for key, label, amount, unit, law, is_verified in RULES:
        rule, is_new = Rule.objects.get_or_create(key=key, defaults={"label": label})
        if is_new:
            RuleVersion.objects.create(
                rule=rule,
                version=1,
                amount=amount,
                unit=unit,
                law=law,
                is_law_verified=is_verified,
                alert_percent=[50, 80, 100] if unit == "working_days" else [],
                valid_from=date(2016, 1, 1),
            )


class Migration(migrations.Migration):

    dependencies = [
        ("deadlines", "0003_pauses"),
        ("oversight", "0001_initial"),
    ]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
