"""A replacement round whose value never came lapses, so that its draw does not hang till its last day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("draws", "0009_short_rounds")]

    operations = [
        migrations.AddField(
            model_name="drawround",
            name="lapsed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="drawround",
            name="lapsed_reason",
            field=models.CharField(blank=True, max_length=20),
        ),
    ]
