from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('jobs', '0001_initial'), ('jobs', '0002_failed_runs')]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='FailedRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('job', models.BigIntegerField(db_index=True)),
                        ('task', models.CharField(max_length=200)),
                        ('attempt', models.PositiveSmallIntegerField()),
                        ('error', models.CharField(max_length=400)),
                        ('failed_at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Heartbeat',
                    fields=[
                        ('process', models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ('beat_at', models.DateTimeField()),
                        ('detail', models.CharField(blank=True, max_length=200)),
                    ],
                ),
            ],
        ),
    ]
