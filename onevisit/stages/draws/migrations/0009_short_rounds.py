"""A replacement round whose substitutes no complete assignment of officers covers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("draws", "0008_fairness")]

    operations = [
        migrations.AddField(
            model_name="drawround",
            name="is_infeasible",
            field=models.BooleanField(default=False),
        ),
    ]
