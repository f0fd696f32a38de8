"""Marks the accounts of the demo city, so that they are closed where the same database runs as no demo."""

from django.db import migrations, models


def mark(apps, schema_editor):
    User = apps.get_model("identity", "User")
    Officer = apps.get_model("identity", "Officer")
    cast = Officer.objects.filter(is_demo_cast=True, user__isnull=False).values("user_id")
    User.objects.filter(pk__in=cast).update(is_demo=True)
    # Accounts that a click opened for officers whom a draw had sent out: never with a password.
    User.objects.filter(username__startswith="demo-", password__startswith="!").update(is_demo=True)


class Migration(migrations.Migration):
    dependencies = [("identity", "0003_one_time_password")]

    operations = [
        migrations.AddField("user", "is_demo", models.BooleanField(default=False)),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
