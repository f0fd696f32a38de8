from django.db import migrations

from onevisit.stages.offers.rules import RULES
from onevisit.support.deadlines.defaults import ensure


def make(apps, _editor):
    ensure(RULES, rules=apps.get_model("deadlines", "Rule"), versions=apps.get_model("deadlines", "RuleVersion"))


class Migration(migrations.Migration):
    dependencies = [
        ("offers", "0002_reply_terms"),
        ("deadlines", "0002_initial"),
    ]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
