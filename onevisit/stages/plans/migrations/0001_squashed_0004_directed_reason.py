import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('plans', '0001_initial'), ('plans', '0002_plan_conditions'), ('plans', '0003_consultation'), ('plans', '0004_directed_reason')]

    initial = True

    dependencies = [
        ('identity', '0001_squashed_0004_demo_accounts'),
        ('registers', '0001_squashed_0011_target_station'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='CampaignTemplate',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('key', models.CharField(max_length=60, unique=True)),
                        ('name', models.CharField(max_length=80)),
                        ('field', models.CharField(max_length=40)),
                        ('description', models.TextField(blank=True)),
                        ('season', models.CharField(blank=True, max_length=60)),
                        ('industries', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), default=list, size=None)),
                        ('directory_keys', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                        ('licence_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None)),
                        ('initiator_code', models.CharField(max_length=32)),
                        ('participant_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), default=list, size=None)),
                        ('quota', models.JSONField(default=dict)),
                        ('goals', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None)),
                    ],
                    options={
                        'ordering': ['key'],
                    },
                ),
                migrations.CreateModel(
                    name='Campaign',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('number', models.CharField(max_length=40, unique=True)),
                        ('title', models.CharField(max_length=120)),
                        ('field', models.CharField(max_length=40)),
                        ('state', models.CharField(default='draft', max_length=20)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('starts_on', models.DateField(blank=True, null=True)),
                        ('ends_on', models.DateField(blank=True, null=True)),
                        ('rest_day_reason', models.CharField(blank=True, max_length=200)),
                        ('consulted_at', models.DateTimeField(blank=True, null=True)),
                        ('region_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=6), blank=True, default=list, size=None)),
                        ('conditions', models.JSONField(default=dict)),
                        ('is_directed', models.BooleanField(default=True)),
                        ('directed_reason', models.CharField(blank=True, default='', max_length=300)),
                        ('problem_source', models.TextField(blank=True)),
                        ('goal', models.TextField(blank=True)),
                        ('goal_measure', models.CharField(blank=True, max_length=200)),
                        ('necessity', models.JSONField(default=dict)),
                        ('field_scores', models.JSONField(default=dict)),
                        ('quota', models.JSONField(default=dict)),
                        ('returned_code', models.CharField(blank=True, max_length=20)),
                        ('returned_reason', models.TextField(blank=True)),
                        ('stopped_reason', models.CharField(blank=True, max_length=400)),
                        ('evaluation', models.TextField(blank=True)),
                        ('filing_number', models.CharField(blank=True, max_length=60)),
                        ('created_at', models.DateTimeField()),
                        ('submitted_at', models.DateTimeField(blank=True, null=True)),
                        ('submitted_by', models.CharField(blank=True, max_length=80)),
                        ('approved_at', models.DateTimeField(blank=True, null=True)),
                        ('approved_by', models.CharField(blank=True, max_length=80)),
                        ('initiator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns_initiated', to='identity.department')),
                        ('organiser', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns_organised', to='identity.department')),
                        ('template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='plans.campaigntemplate')),
                    ],
                    options={
                        'ordering': ['-created_at'],
                    },
                ),
                migrations.CreateModel(
                    name='Cluster',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('version', models.PositiveIntegerField()),
                        ('matched_on', models.DateField()),
                        ('matched_at', models.DateTimeField()),
                        ('registers_digest', models.CharField(blank=True, max_length=64)),
                        ('notes', models.JSONField(default=dict)),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clusters', to='plans.campaign')),
                    ],
                    options={
                        'ordering': ['campaign', '-version'],
                        'constraints': [models.UniqueConstraint(fields=('campaign', 'version'), name='cluster_version_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ClusterDepartment',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('is_initiator', models.BooleanField(default=False)),
                        ('reason', models.CharField(max_length=300)),
                        ('rule', models.CharField(max_length=80)),
                        ('is_removed', models.BooleanField(default=False)),
                        ('removed_reason', models.CharField(blank=True, max_length=300)),
                        ('sixth_reason', models.CharField(blank=True, max_length=300)),
                        ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='departments', to='plans.cluster')),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='identity.department')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('cluster', 'department'), name='cluster_department_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ClusterItem',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('reason', models.CharField(max_length=300)),
                        ('rule', models.CharField(max_length=80)),
                        ('bases', models.JSONField(default=list)),
                        ('is_removed', models.BooleanField(default=False)),
                        ('removed_reason', models.CharField(blank=True, max_length=300)),
                        ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='plans.cluster')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registers.inspectionitem')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('cluster', 'item'), name='cluster_item_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ClusterTarget',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('reason', models.CharField(max_length=300)),
                        ('rule', models.CharField(max_length=80)),
                        ('is_removed', models.BooleanField(default=False)),
                        ('removed_code', models.CharField(blank=True, max_length=40)),
                        ('removed_reason', models.CharField(blank=True, max_length=300)),
                        ('removed_by', models.CharField(blank=True, max_length=80)),
                        ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='plans.cluster')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='registers.inspectiontarget')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('cluster', 'target'), name='cluster_target_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanEntry',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('plan', models.CharField(max_length=64)),
                        ('content', models.JSONField()),
                        ('t0', models.DateTimeField()),
                        ('logged_at', models.DateTimeField()),
                        ('is_current', models.BooleanField(default=True)),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_entries', to='plans.campaign')),
                    ],
                    options={
                        'verbose_name_plural': 'plan entries',
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('plan',), name='plan_entry_current')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanMinutes',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('title', models.CharField(max_length=120)),
                        ('met_on', models.DateField()),
                        ('place', models.CharField(blank=True, max_length=120)),
                        ('chair', models.CharField(max_length=60)),
                        ('department_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                        ('agreed', models.TextField()),
                        ('recorded_at', models.DateTimeField()),
                        ('recorded_as', models.CharField(max_length=160)),
                        ('voided_at', models.DateTimeField(blank=True, null=True)),
                        ('void_reason', models.CharField(blank=True, max_length=300)),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='plans.campaign')),
                    ],
                    options={
                        'verbose_name_plural': 'minutes',
                        'ordering': ['-met_on', '-recorded_at'],
                    },
                ),
                migrations.CreateModel(
                    name='PlanNote',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('section', models.CharField(blank=True, max_length=20)),
                        ('version', models.PositiveIntegerField()),
                        ('words', models.CharField(blank=True, max_length=400)),
                        ('state', models.CharField(default='open', max_length=20)),
                        ('answer', models.CharField(blank=True, max_length=400)),
                        ('written_at', models.DateTimeField()),
                        ('written_by', models.CharField(max_length=80)),
                        ('written_as', models.CharField(max_length=160)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('answered_as', models.CharField(blank=True, max_length=160)),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_notes', to='plans.campaign')),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                    ],
                    options={
                        'ordering': ['written_at'],
                        'indexes': [models.Index(fields=['campaign', 'state'], name='plan_note_state')],
                    },
                ),
            ],
        ),
    ]
