import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('deadlines', '0001_initial'), ('deadlines', '0002_initial'), ('deadlines', '0003_pauses')]

    initial = True

    dependencies = [
        ('identity', '0001_squashed_0004_demo_accounts'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Rule',
                    fields=[
                        ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                        ('label', models.CharField(max_length=120)),
                    ],
                ),
                migrations.CreateModel(
                    name='RuleVersion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField()),
                        ('amount', models.PositiveIntegerField()),
                        ('unit', models.CharField(blank=True, choices=[('hours', '小时'), ('calendar_days', '日'), ('working_days', '个工作日')], max_length=20)),
                        ('law', models.CharField(blank=True, max_length=200)),
                        ('is_law_verified', models.BooleanField(default=False)),
                        ('pauses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                        ('alert_percent', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                        ('valid_from', models.DateField()),
                        ('reason', models.CharField(blank=True, max_length=200)),
                        ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='deadlines.rule')),
                    ],
                    options={
                        'ordering': ['rule', 'version'],
                        'constraints': [models.UniqueConstraint(fields=('rule', 'version'), name='rule_version_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Deadline',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('subject_type', models.CharField(max_length=40)),
                        ('subject', models.CharField(max_length=80)),
                        ('sentence', models.CharField(max_length=300)),
                        ('url', models.CharField(blank=True, max_length=200)),
                        ('opened_at', models.DateTimeField()),
                        ('due_at', models.DateTimeField()),
                        ('paused_at', models.DateTimeField(blank=True, null=True)),
                        ('pause_reason', models.CharField(blank=True, max_length=200)),
                        ('paused_seconds', models.PositiveBigIntegerField(default=0)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('is_lapsed', models.BooleanField(default=False)),
                        ('is_provisional', models.BooleanField(default=False)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='identity.department')),
                        ('rule_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='deadlines.ruleversion')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['subject_type', 'subject'], name='deadlines_d_subject_e6a338_idx'), models.Index(fields=['closed_at', 'due_at'], name='deadlines_d_closed__2b03ba_idx')],
                    },
                ),
                migrations.CreateModel(
                    name='DeadlinePause',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('since', models.DateTimeField()),
                        ('until', models.DateTimeField(blank=True, null=True)),
                        ('reason', models.CharField(max_length=200)),
                        ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='deadlines.deadline')),
                    ],
                    options={
                        'ordering': ['since'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('deadline',), name='deadline_paused_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Reminder',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('percent', models.PositiveSmallIntegerField()),
                        ('at', models.DateTimeField()),
                        ('deadline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='deadlines.deadline')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('deadline', 'percent'), name='reminder_once')],
                    },
                ),
            ],
        ),
    ]
