import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('offers', '0001_initial'), ('offers', '0002_reply_terms'), ('offers', '0003_join_requests')]

    initial = True

    dependencies = [
        ('attachments', '0001_squashed_0002_video'),
        ('identity', '0001_squashed_0004_demo_accounts'),
        ('plans', '0001_squashed_0004_directed_reason'),
        ('registers', '0001_squashed_0011_target_station'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Offer',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('number', models.CharField(max_length=40, unique=True)),
                        ('title', models.CharField(max_length=120)),
                        ('state', models.CharField(default='draft', max_length=20)),
                        ('reason', models.TextField(blank=True)),
                        ('basis', models.TextField(blank=True)),
                        ('message', models.TextField(blank=True)),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField()),
                        ('quota', models.JSONField(default=dict)),
                        ('draw_count', models.PositiveIntegerField(default=0)),
                        ('created_at', models.DateTimeField()),
                        ('sent_at', models.DateTimeField(blank=True, null=True)),
                        ('reply_due_at', models.DateTimeField(blank=True, null=True)),
                        ('settled_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawn_reason', models.CharField(blank=True, max_length=300)),
                        ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='plans.campaign')),
                        ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='plans.cluster')),
                        ('initiator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers_made', to='identity.department')),
                    ],
                    options={
                        'ordering': ['-created_at'],
                    },
                ),
                migrations.CreateModel(
                    name='JoinRequest',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('item_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                        ('reason', models.CharField(max_length=400)),
                        ('state', models.CharField(default='pending', max_length=20)),
                        ('asked_at', models.DateTimeField()),
                        ('asked_by', models.CharField(max_length=80)),
                        ('asked_as', models.CharField(max_length=160)),
                        ('opinion', models.CharField(blank=True, max_length=400)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('decided_by', models.CharField(blank=True, max_length=80)),
                        ('apart_reason', models.CharField(blank=True, max_length=400)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joins', to='identity.department')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.inspectiontarget')),
                        ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='joins', to='offers.offer')),
                    ],
                    options={
                        'ordering': ['-asked_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('pending', 'accepted'))), fields=('offer', 'department'), name='join_request_standing_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ExtraDepartment',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('reason', models.CharField(max_length=400)),
                        ('state', models.CharField(default='pending', max_length=20)),
                        ('decided_by', models.CharField(blank=True, max_length=80)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('opinion', models.CharField(blank=True, max_length=300)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='identity.department')),
                        ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extra_departments', to='offers.offer')),
                    ],
                    options={
                        'ordering': ['department__code'],
                        'constraints': [models.UniqueConstraint(fields=('offer', 'department'), name='extra_department_once')],
                    },
                ),
                migrations.CreateModel(
                    name='OfferReply',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('state', models.CharField(default='pending', max_length=20)),
                        ('previous_state', models.CharField(blank=True, max_length=20)),
                        ('reason_code', models.CharField(blank=True, max_length=40)),
                        ('words', models.CharField(blank=True, max_length=400)),
                        ('proposed_starts_on', models.DateField(blank=True, null=True)),
                        ('proposed_ends_on', models.DateField(blank=True, null=True)),
                        ('officers_count', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('replied_at', models.DateTimeField(blank=True, null=True)),
                        ('replied_by', models.CharField(blank=True, max_length=80)),
                        ('replied_as', models.CharField(blank=True, max_length=160)),
                        ('undo_until', models.DateTimeField(blank=True, null=True)),
                        ('due_at', models.DateTimeField(blank=True, null=True)),
                        ('reminded_at', models.DateTimeField(blank=True, null=True)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offer_replies', to='identity.department')),
                        ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='offers.offer')),
                    ],
                    options={
                        'ordering': ['department__code'],
                        'constraints': [models.UniqueConstraint(fields=('offer', 'department'), name='offer_reply_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PartApproval',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('state', models.CharField(default='draft', max_length=20)),
                        ('item_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                        ('inspector_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                        ('method', models.CharField(blank=True, max_length=60)),
                        ('assistants_count', models.PositiveSmallIntegerField(default=0)),
                        ('opinion', models.CharField(blank=True, max_length=400)),
                        ('decision', models.CharField(blank=True, max_length=400)),
                        ('document_number', models.CharField(blank=True, max_length=80)),
                        ('submitted_at', models.DateTimeField(blank=True, null=True)),
                        ('submitted_by', models.CharField(blank=True, max_length=80)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('decided_by', models.CharField(blank=True, max_length=80)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='identity.department')),
                        ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment')),
                        ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='offers.offer')),
                    ],
                    options={
                        'ordering': ['department__code'],
                        'constraints': [models.UniqueConstraint(fields=('offer', 'department'), name='part_approval_once')],
                    },
                ),
            ],
        ),
    ]
