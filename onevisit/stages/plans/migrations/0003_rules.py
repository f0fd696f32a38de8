from django.db import migrations

from onevisit.stages.plans.rules import RULES
from onevisit.support.deadlines.defaults import ensure


def make(apps, _editor):
    ensure(RULES, rules=apps.get_model("deadlines", "Rule"), versions=apps.get_model("deadlines", "RuleVersion"))


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0002_plan_conditions"),
        ("deadlines", "0002_initial"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
