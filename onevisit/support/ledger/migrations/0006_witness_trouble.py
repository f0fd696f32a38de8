"""Since when a witness is silent or refuses, so that an alert can say so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_anchors")]

    operations = [
        migrations.AddField(
            model_name="ledgerwitness",
            name="trouble_kind",
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name="ledgerwitness",
            name="trouble_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
