import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('publication', '0001_initial'), ('publication', '0002_releases'), ('publication', '0003_requests'), ('publication', '0004_statements'), ('publication', '0005_doubts')]

    initial = True

    dependencies = [
        ('draws', '0001_squashed_0020_lodging'),
        ('identity', '0001_squashed_0004_demo_accounts'),
        ('registers', '0001_squashed_0011_target_station'),
        ('visits', '0001_squashed_0009_member_slots'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='RatingOpinion',
                    fields=[
                        ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ('month', models.CharField(max_length=7)),
                        ('department_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                        ('words', models.TextField()),
                    ],
                    options={
                        'ordering': ['-month', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='SpentRating',
                    fields=[
                        ('mark', models.CharField(max_length=64, primary_key=True, serialize=False)),
                    ],
                ),
                migrations.CreateModel(
                    name='Publication',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('department_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                        ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                        ('state', models.CharField(default='pending', max_length=20)),
                        ('content', models.JSONField(default=dict)),
                        ('content_sha256', models.CharField(blank=True, max_length=64)),
                        ('masked_count', models.PositiveSmallIntegerField(default=0)),
                        ('withheld_reason', models.CharField(blank=True, max_length=60)),
                        ('correction_reason', models.CharField(blank=True, max_length=300)),
                        ('created_at', models.DateTimeField()),
                        ('approved_at', models.DateTimeField(blank=True, null=True)),
                        ('approved_by', models.CharField(blank=True, max_length=80)),
                        ('released_at', models.DateTimeField(blank=True, null=True)),
                        ('released_entry', models.UUIDField(blank=True, null=True)),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawn_reason', models.CharField(blank=True, max_length=300)),
                        ('takedown_on', models.DateField(blank=True, null=True)),
                        ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='publication.publication')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='registers.inspectiontarget')),
                        ('visit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='visits.visit')),
                    ],
                    options={
                        'ordering': ['-created_at'],
                        'indexes': [models.Index(fields=['state', '-released_at'], name='publication_state_f90ac9_idx')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'withheld'), _negated=True), models.Q(('withheld_reason', ''), _negated=True), _connector='OR'), name='publication_withheld_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('released', 'corrected', 'withdrawn')), _negated=True), ('released_at__isnull', False), _connector='OR'), name='publication_public_was_released')],
                    },
                ),
                migrations.CreateModel(
                    name='CreditRecord',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('on', models.DateField()),
                        ('words', models.CharField(max_length=300)),
                        ('collected_at', models.DateTimeField()),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='identity.department')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_records', to='registers.inspectiontarget')),
                        ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_records', to='publication.publication')),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('publication', 'department'), name='credit_record_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PublicationVersion',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('number', models.PositiveSmallIntegerField()),
                        ('content', models.JSONField()),
                        ('content_sha256', models.CharField(max_length=64)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                        ('is_correction', models.BooleanField(default=False)),
                        ('entry', models.UUIDField()),
                        ('at', models.DateTimeField()),
                        ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='publication.publication')),
                    ],
                    options={
                        'ordering': ['publication', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('publication', 'number'), name='publication_version_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PublicRequest',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('receipt', models.CharField(max_length=24, unique=True)),
                        ('kind', models.CharField(choices=[('complaint', '投诉'), ('objection', '异议'), ('enquiry', '咨询'), ('reply', '说明意见'), ('stranger', '人员不在名单'), ('statement', '陈述申辩')], max_length=16)),
                        ('words', models.TextField()),
                        ('salt', models.CharField(max_length=32)),
                        ('contact', models.CharField(blank=True, max_length=80)),
                        ('is_by_party', models.BooleanField(default=False)),
                        ('state', models.CharField(choices=[('open', '待答复'), ('answered', '已答复'), ('sustained', '异议成立'), ('rejected', '异议不成立'), ('printed', '已刊登'), ('declined', '未刊登'), ('adopted', '已采纳'), ('not_adopted', '未采纳')], default='open', max_length=16)),
                        ('created_at', models.DateTimeField()),
                        ('answer', models.TextField(blank=True)),
                        ('public_words', models.CharField(blank=True, max_length=300)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('answered_by', models.CharField(blank=True, max_length=80)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_requests', to='identity.department')),
                        ('draw', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='draws.draw')),
                        ('publication', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='publication.publication')),
                        ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='visits.visit')),
                    ],
                    options={
                        'ordering': ['-created_at'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state', 'open'), models.Q(('answer', ''), _negated=True), _connector='OR'), name='public_request_closed_is_answered'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'objection'), _negated=True), ('publication__isnull', False), _connector='OR'), name='objection_names_a_publication'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'statement'), _negated=True), models.Q(('is_by_party', True), ('visit__isnull', False)), _connector='OR'), name='statement_is_of_the_party')],
                    },
                ),
                migrations.CreateModel(
                    name='Rating',
                    fields=[
                        ('id', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ('month', models.CharField(max_length=7)),
                        ('batch', models.PositiveIntegerField()),
                        ('stars', models.PositiveSmallIntegerField()),
                        ('showed_code', models.BooleanField()),
                        ('done_at_once', models.BooleanField()),
                        ('made_demands', models.BooleanField()),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='identity.department')),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('stars__gte', 1), ('stars__lte', 5)), name='rating_one_to_five')],
                    },
                ),
                migrations.CreateModel(
                    name='TypicalCase',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('title', models.CharField(max_length=120)),
                        ('words', models.TextField()),
                        ('masked_count', models.PositiveSmallIntegerField(default=0)),
                        ('state', models.CharField(choices=[('proposed', '待审批'), ('returned', '已退回'), ('shown', '已刊登'), ('removed', '已撤下')], default='proposed', max_length=16)),
                        ('proposed_at', models.DateTimeField()),
                        ('proposed_by', models.CharField(max_length=80)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('decided_by', models.CharField(blank=True, max_length=80)),
                        ('reason', models.CharField(blank=True, max_length=300)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='typical_cases', to='identity.department')),
                        ('publication', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='typical_case', to='publication.publication')),
                    ],
                    options={
                        'ordering': ['-proposed_at'],
                    },
                ),
            ],
        ),
    ]
