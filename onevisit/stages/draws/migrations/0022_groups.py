from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("draws", "0021_fixed_rows")]

    operations = [migrations.AddField("draw", "groups", models.BinaryField(null=True))]
