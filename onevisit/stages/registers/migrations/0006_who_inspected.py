"""Who went to a former inspection, so that nobody goes to a target twice in a row."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registers", "0005_imports_in_the_background")]

    operations = [
        migrations.AddField(
            model_name="formerinspection",
            name="inspector_ids",
            field=ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None),
        ),
    ]
