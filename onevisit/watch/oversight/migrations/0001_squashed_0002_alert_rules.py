import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('oversight', '0001_initial'), ('oversight', '0002_alert_rules')]

    initial = True

    dependencies = [
        ('deadlines', '0001_squashed_0003_pauses'),
        ('identity', '0001_squashed_0004_demo_accounts'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='AlertRule',
                    fields=[
                        ('rule', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='deadlines.rule')),
                        ('expires_on', models.DateField()),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                    ],
                    options={
                        'ordering': ['rule'],
                    },
                ),
                migrations.CreateModel(
                    name='Alert',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('number', models.CharField(max_length=40, unique=True)),
                        ('key', models.CharField(max_length=160)),
                        ('state', models.CharField(choices=[('raised', '待核查'), ('asked', '待部门说明'), ('explained', '已说明'), ('confirmed', '属实'), ('unfounded', '不属实'), ('excluded', '不计')], default='raised', max_length=20)),
                        ('words', models.CharField(max_length=200)),
                        ('measured', models.CharField(max_length=60)),
                        ('rows', models.JSONField(default=list)),
                        ('raised_at', models.DateTimeField()),
                        ('asked_at', models.DateTimeField(blank=True, null=True)),
                        ('explanation', models.TextField(blank=True)),
                        ('explained_at', models.DateTimeField(blank=True, null=True)),
                        ('explained_by', models.CharField(blank=True, max_length=80)),
                        ('judgement', models.TextField(blank=True)),
                        ('judged_at', models.DateTimeField(blank=True, null=True)),
                        ('judged_by', models.CharField(blank=True, max_length=80)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='identity.department')),
                        ('rule_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='deadlines.ruleversion')),
                        ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alerts', to='oversight.alertrule')),
                    ],
                    options={
                        'ordering': ['-raised_at', 'number'],
                        'indexes': [models.Index(fields=['state', '-raised_at'], name='oversight_a_state_3a8de3_idx')],
                        'constraints': [models.UniqueConstraint(fields=('rule', 'key'), name='alert_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Opinion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('subject_type', models.CharField(max_length=40)),
                        ('subject', models.CharField(max_length=80)),
                        ('capacity', models.CharField(max_length=160)),
                        ('words', models.TextField()),
                        ('written_at', models.DateTimeField()),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                        ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.officer')),
                    ],
                    options={
                        'ordering': ['written_at'],
                        'indexes': [models.Index(fields=['subject_type', 'subject'], name='oversight_o_subject_d20e6e_idx')],
                    },
                ),
            ],
        ),
    ]
