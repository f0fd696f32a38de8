"""What was written into a folder was never delivered: say so of the messages of before too."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def say_filed(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    messages = apps.get_model("exchange", "OutboundMessage").objects
    messages.filter(state="sent", receipt__startswith="FILE-").update(state="filed", receipt="", sent_at=None)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_delivery_log")]

    operations = [migrations.RunPython(say_filed, migrations.RunPython.noop)]
