import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('findings', '0001_initial'), ('findings', '0002_initial'), ('findings', '0003_finding_states'), ('findings', '0004_corrections'), ('findings', '0005_revoked')]

    initial = True

    dependencies = [
        ('attachments', '0001_squashed_0002_video'),
        ('identity', '0001_squashed_0004_demo_accounts'),
        ('registers', '0001_squashed_0011_target_station'),
        ('visits', '0001_squashed_0009_member_slots'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Finding',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('number', models.CharField(max_length=64, unique=True)),
                        ('item', models.CharField(max_length=80)),
                        ('title', models.CharField(max_length=200)),
                        ('note', models.TextField(blank=True)),
                        ('public_words', models.CharField(blank=True, max_length=300)),
                        ('basis', models.CharField(blank=True, max_length=300)),
                        ('result_type', models.CharField(max_length=20)),
                        ('state', models.CharField(choices=[('pending', '待核'), ('correcting', '整改中'), ('proof_sent', '待复查'), ('revisit', '待现场复查'), ('returned', '退回补正'), ('closed', '已销号'), ('dropped', '撤销认定'), ('revoked', '责令已撤销')], default='pending', max_length=20)),
                        ('found_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('dropped_reason', models.CharField(blank=True, max_length=400)),
                        ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='identity.department')),
                        ('inspection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='visits.inspection')),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='identity.officer')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='registers.inspectiontarget')),
                    ],
                    options={
                        'ordering': ['-found_at'],
                    },
                ),
                migrations.CreateModel(
                    name='CorrectionProof',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('words', models.TextField()),
                        ('receipt', models.CharField(max_length=40)),
                        ('sent_at', models.DateTimeField()),
                        ('sent_by', models.CharField(max_length=80)),
                        ('is_late', models.BooleanField(default=False)),
                        ('decision', models.CharField(blank=True, max_length=20)),
                        ('decision_words', models.CharField(blank=True, max_length=300)),
                        ('decided_at', models.DateTimeField(blank=True, null=True)),
                        ('decided_by', models.CharField(blank=True, max_length=80)),
                        ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proofs', to='findings.finding')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='CorrectionOrder',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('document_number', models.CharField(max_length=80)),
                        ('demand', models.CharField(max_length=400)),
                        ('due_on', models.DateField()),
                        ('ordered_at', models.DateTimeField()),
                        ('ordered_by', models.CharField(max_length=80)),
                        ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='attachments.attachment')),
                        ('finding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='order', to='findings.finding')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='FollowUpVisit',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('on', models.DateField()),
                        ('reason', models.CharField(max_length=300)),
                        ('arranged_at', models.DateTimeField()),
                        ('arranged_by', models.CharField(max_length=80)),
                        ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='findings.finding')),
                    ],
                    options={
                        'ordering': ['-arranged_at'],
                    },
                ),
            ],
        ),
    ]
