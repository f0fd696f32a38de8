"""Checkpoints are anchored at a time-stamping authority."""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER ledger_anchor_fixed BEFORE UPDATE OR DELETE ON ledger_anchor
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_anchor_kept BEFORE TRUNCATE ON ledger_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
GUARDS_BACK = """
DROP TRIGGER ledger_anchor_kept ON ledger_anchor;
DROP TRIGGER ledger_anchor_fixed ON ledger_anchor;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_policies")]

    operations = [
        migrations.CreateModel(
            name="LedgerAnchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("response", models.BinaryField()),
                ("stamped_at", models.DateTimeField()),
                ("authority", models.CharField(max_length=200)),
                (
                    "checkpoint",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anchor",
                        to="ledger.ledgercheckpoint",
                    ),
                ),
            ],
            options={"db_table": "ledger_anchor", "ordering": ["-checkpoint_id"]},
        ),
        migrations.RunSQL(GUARDS, GUARDS_BACK),
    ]
