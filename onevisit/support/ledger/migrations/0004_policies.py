"""The policy becomes a versioned document; a witness has an address, and the ledger remembers how it answered."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER ledger_policy_fixed BEFORE UPDATE OR DELETE ON ledger_policy
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_policy_kept BEFORE TRUNCATE ON ledger_policy
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""
GUARDS_BACK = """
DROP TRIGGER ledger_policy_kept ON ledger_policy;
DROP TRIGGER ledger_policy_fixed ON ledger_policy;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_guards")]

    operations = [
        migrations.RemoveField(model_name="ledgerwitness", name="label"),
        migrations.AlterField(
            model_name="ledgerwitness",
            name="name",
            field=models.CharField(max_length=80, primary_key=True, serialize=False),
        ),
        migrations.AddField(model_name="ledgerwitness", name="url", field=models.CharField(blank=True, max_length=200)),
        migrations.AddField(model_name="ledgerwitness", name="is_own", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="ledgerwitness", name="remembered", field=models.BigIntegerField(default=0)),
        migrations.AddField(
            model_name="ledgerwitness", name="answered_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="ledgerwitness", name="trouble", field=models.CharField(blank=True, max_length=200)
        ),
        migrations.CreateModel(
            name="LedgerPolicy",
            fields=[
                ("version", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "own",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                ("adopted_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField()),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="policy",
                        to="ledger.ledgerentry",
                    ),
                ),
            ],
            options={"db_table": "ledger_policy", "ordering": ["version"]},
        ),
        migrations.RunSQL(GUARDS, GUARDS_BACK),
    ]
