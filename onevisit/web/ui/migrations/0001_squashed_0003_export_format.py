import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('ui', '0001_lists'), ('ui', '0002_sent_forms'), ('ui', '0003_export_format')]

    initial = True

    dependencies = [
        ('identity', '0001_squashed_0004_demo_accounts'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='ListExport',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('listing', models.CharField(max_length=80)),
                        ('title', models.CharField(max_length=80)),
                        ('query', models.CharField(blank=True, max_length=1000)),
                        ('columns', models.JSONField(default=list)),
                        ('format', models.CharField(default='csv', max_length=8)),
                        ('state', models.CharField(choices=[('waiting', '排队中'), ('running', '进行中'), ('done', '已完成'), ('failed', '没有完成'), ('cancelled', '已取消')], default='waiting', max_length=12)),
                        ('written', models.PositiveIntegerField(default=0)),
                        ('total', models.PositiveIntegerField(default=0)),
                        ('sha256', models.CharField(blank=True, max_length=64)),
                        ('created_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.officer')),
                    ],
                    options={
                        'ordering': ['-created_at'],
                    },
                ),
                migrations.CreateModel(
                    name='SentForm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('person', models.CharField(max_length=40)),
                        ('key', models.CharField(max_length=64)),
                        ('digest', models.CharField(max_length=64)),
                        ('status', models.PositiveSmallIntegerField(default=0)),
                        ('location', models.CharField(blank=True, max_length=2000)),
                        ('at', models.DateTimeField(db_index=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='sent_form_once')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedFilter',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('listing', models.CharField(max_length=80)),
                        ('name', models.CharField(max_length=30)),
                        ('query', models.CharField(max_length=1000)),
                        ('created_at', models.DateTimeField()),
                        ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.officer')),
                    ],
                    options={
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(fields=('officer', 'listing', 'name'), name='saved_filter_once')],
                    },
                ),
            ],
        ),
    ]
