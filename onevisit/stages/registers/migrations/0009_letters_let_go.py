"""A letter is written first and let go by its head; those that were sent before count as let go when sent."""

from django.db import migrations, models
from django.db.models import F, Q


def let_go(apps, schema_editor):
    apps.get_model("registers", "Letter").objects.update(sent_at=F("drafted_at"), sent_as=F("drafted_as"))


class Migration(migrations.Migration):

    dependencies = [
        ("registers", "0008_sizes_and_owners"),
    ]

    operations = [
        migrations.RenameField("letter", "sent_at", "drafted_at"),
        migrations.RenameField("letter", "sent_as", "drafted_as"),
        migrations.AddField("letter", "sent_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("letter", "sent_as", models.CharField(blank=True, max_length=160)),
        migrations.AddField("letter", "drafted_by", models.CharField(blank=True, max_length=80)),
        migrations.RunPython(let_go, migrations.RunPython.noop),
        migrations.AlterField("letter", "state", models.CharField(default="drafted", max_length=20)),
        migrations.AlterModelOptions("letter", {"ordering": ["-drafted_at"]}),
        migrations.AddConstraint(
            "letter",
            models.CheckConstraint(
                condition=Q(state__in=("drafted", "revising", "withdrawn")) | Q(sent_at__isnull=False),
                name="letter_acted_on_was_sent",
            ),
        ),
    ]
