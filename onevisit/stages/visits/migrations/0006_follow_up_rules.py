from datetime import date

from django.db import migrations

RULES = (
    ("visit.remind_gap", "两次催办的最短间隔（分钟）", 30, "", "", False),
    ("visit.follow_up", "未能检查的后续处理期限", 10, "working_days", "企业经营异常名录管理暂行办法第9条", True),
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
        ("visits", "0005_follow_up"),
    ]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
