import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('visits', '0001_initial'), ('visits', '0002_field_record'), ('visits', '0003_withdrawn'), ('visits', '0004_own_phone_and_badges'), ('visits', '0005_follow_up'), ('visits', '0006_follow_up_rules'), ('visits', '0007_business_keys'), ('visits', '0008_batch'), ('visits', '0009_member_slots')]

    initial = True

    dependencies = [
        ('attachments', '0001_squashed_0002_video'),
        ('draws', '0001_squashed_0020_lodging'),
        ('identity', '0001_squashed_0004_demo_accounts'),
        ('offers', '0001_squashed_0003_join_requests'),
        ('registers', '0001_squashed_0011_target_station'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='EntryCode',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('code', models.CharField(max_length=40, unique=True)),
                        ('token', models.TextField(blank=True)),
                        ('valid_from', models.DateTimeField()),
                        ('valid_to', models.DateTimeField()),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='codes', to='visits.visit')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='BusinessKey',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('sha256', models.CharField(max_length=64, unique=True)),
                        ('issued_at', models.DateTimeField()),
                        ('issued_by', models.CharField(max_length=80)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='business_keys', to='registers.inspectiontarget')),
                    ],
                    options={
                        'ordering': ['-issued_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('target',), name='business_key_one_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Inspection',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('state', models.CharField(choices=[('dispatched', '已派发'), ('in_progress', '检查中'), ('incomplete', '待传齐'), ('submitted', '待审核'), ('returned', '已退回'), ('reviewed', '已审核'), ('unable', '未能检查'), ('withdrawn', '已撤回')], default='dispatched', max_length=20)),
                        ('checklist', models.JSONField(default=dict)),
                        ('checklist_sha256', models.CharField(blank=True, max_length=64)),
                        ('notice_number', models.CharField(blank=True, max_length=80)),
                        ('record_number', models.CharField(blank=True, max_length=80)),
                        ('entered_at', models.DateTimeField(blank=True, null=True)),
                        ('confirmed_by', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                        ('confirmations', models.JSONField(blank=True, default=list)),
                        ('entry_distance_m', models.PositiveIntegerField(blank=True, null=True)),
                        ('place_reason', models.CharField(blank=True, max_length=40)),
                        ('has_objection', models.BooleanField(blank=True, null=True)),
                        ('opinion', models.TextField(blank=True)),
                        ('unable_reason', models.CharField(blank=True, max_length=20)),
                        ('unable_note', models.TextField(blank=True)),
                        ('follow_up', models.TextField(blank=True)),
                        ('followed_up_at', models.DateTimeField(blank=True, null=True)),
                        ('expected_files', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                        ('submitted_at', models.DateTimeField(blank=True, null=True)),
                        ('received_at', models.DateTimeField(blank=True, null=True)),
                        ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                        ('reviewed_by', models.CharField(blank=True, max_length=80)),
                        ('result_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                        ('returned_reason', models.CharField(blank=True, max_length=400)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='identity.department')),
                        ('notice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment')),
                        ('record', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment')),
                        ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspections', to='visits.visit')),
                    ],
                    options={
                        'ordering': ['visit', 'department__code'],
                        'constraints': [models.UniqueConstraint(fields=('visit', 'department'), name='inspection_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PartySignature',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('name', models.CharField(max_length=60)),
                        ('record_sha256', models.CharField(max_length=64)),
                        ('signed_at', models.DateTimeField()),
                        ('receipt', models.CharField(max_length=40)),
                        ('code', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='party_signatures', to='visits.entrycode')),
                        ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='party_signatures', to='visits.inspection')),
                        ('picture', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment')),
                    ],
                    options={
                        'ordering': ['signed_at'],
                    },
                ),
                migrations.CreateModel(
                    name='SignatureDispute',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('words', models.CharField(max_length=400)),
                        ('disputed_at', models.DateTimeField()),
                        ('receipt', models.CharField(max_length=40)),
                        ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signature_disputes', to='visits.inspection')),
                        ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.businesskey')),
                    ],
                    options={
                        'ordering': ['disputed_at'],
                    },
                ),
                migrations.CreateModel(
                    name='Submission',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=20)),
                        ('body', models.JSONField()),
                        ('body_sha256', models.CharField(max_length=64)),
                        ('device', models.CharField(max_length=64)),
                        ('sequence', models.PositiveBigIntegerField()),
                        ('recorded_at', models.DateTimeField()),
                        ('received_at', models.DateTimeField()),
                        ('receipt', models.CharField(max_length=40)),
                        ('is_quarantined', models.BooleanField(default=False)),
                        ('quarantine_reason', models.CharField(blank=True, max_length=200)),
                        ('outcome', models.CharField(default='accepted', max_length=16)),
                        ('message', models.CharField(blank=True, max_length=200)),
                        ('settled_at', models.DateTimeField(blank=True, null=True)),
                        ('settled_by', models.CharField(blank=True, max_length=80)),
                        ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='visits.inspection')),
                        ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='identity.officer')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Signature',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('role', models.CharField(max_length=16)),
                        ('name', models.CharField(blank=True, max_length=60)),
                        ('picture_ref', models.UUIDField(blank=True, null=True)),
                        ('refused_reason', models.CharField(blank=True, max_length=200)),
                        ('signed_at', models.DateTimeField()),
                        ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='visits.inspection')),
                        ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='identity.officer')),
                        ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='visits.submission')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Answer',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('item', models.CharField(max_length=80)),
                        ('version', models.PositiveIntegerField()),
                        ('answer', models.CharField(max_length=20)),
                        ('result_type', models.CharField(blank=True, max_length=20)),
                        ('note', models.TextField(blank=True)),
                        ('skip_reason', models.CharField(blank=True, max_length=40)),
                        ('is_batch', models.BooleanField(default=False)),
                        ('batch_note', models.CharField(blank=True, max_length=200)),
                        ('files', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                        ('is_current', models.BooleanField(default=True)),
                        ('is_conflict', models.BooleanField(default=False)),
                        ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='visits.inspection')),
                        ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to='visits.submission')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('inspection', 'item', 'version'), name='answer_version_once')],
                    },
                ),
                migrations.CreateModel(
                    name='TeamMember',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('is_leader', models.BooleanField(default=False)),
                        ('slot', models.CharField(blank=True, default='', max_length=70)),
                        ('notified_at', models.DateTimeField(blank=True, null=True)),
                        ('opened_at', models.DateTimeField(blank=True, null=True)),
                        ('replaced_at', models.DateTimeField(blank=True, null=True)),
                        ('replaced_reason', models.CharField(blank=True, max_length=300)),
                        ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='visits.inspection')),
                        ('inspector', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='registers.inspector')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Visit',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('number', models.CharField(max_length=64, unique=True)),
                        ('title', models.CharField(max_length=120)),
                        ('state', models.CharField(choices=[('pending', '待派发'), ('dispatched', '已派发'), ('in_progress', '检查中'), ('incomplete', '待传齐'), ('submitted', '已提交'), ('closed', '已办结'), ('unable', '未能检查'), ('withdrawn', '已撤回')], default='pending', max_length=20)),
                        ('starts_at', models.DateTimeField()),
                        ('ends_at', models.DateTimeField()),
                        ('address_opens_at', models.DateTimeField(blank=True, null=True)),
                        ('code_shown_at', models.DateTimeField(blank=True, null=True)),
                        ('created_at', models.DateTimeField()),
                        ('dispatched_at', models.DateTimeField(blank=True, null=True)),
                        ('submitted_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('unable_reason', models.CharField(blank=True, max_length=40)),
                        ('batch', models.PositiveSmallIntegerField(blank=True, null=True)),
                        ('draw', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='draws.draw')),
                        ('offer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='offers.offer')),
                        ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='registers.inspectiontarget')),
                    ],
                    options={
                        'ordering': ['starts_at', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('draw', 'target'), name='visit_once_per_draw')],
                    },
                ),
                migrations.CreateModel(
                    name='BadgeKey',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('device', models.CharField(max_length=64)),
                        ('public_key', models.CharField(max_length=200)),
                        ('key_id', models.CharField(max_length=16)),
                        ('created_at', models.DateTimeField()),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='badge_keys', to='identity.officer')),
                    ],
                    options={
                        'ordering': ['created_at'],
                        'constraints': [models.UniqueConstraint(fields=('officer', 'key_id'), name='badge_key_once')],
                    },
                ),
            ],
        ),
    ]
