import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('attachments', '0001_initial'), ('attachments', '0002_video')]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('subject_type', models.CharField(max_length=40)),
                        ('subject', models.CharField(max_length=80)),
                        ('item', models.CharField(blank=True, max_length=80)),
                        ('source', models.CharField(choices=[('camera', '现场拍摄'), ('gallery', '非现场拍摄'), ('signature', '签名'), ('audio', '录音'), ('video', '录像'), ('upload', '上传'), ('document', '系统文书')], max_length=20)),
                        ('title', models.CharField(blank=True, max_length=200)),
                        ('mime', models.CharField(max_length=100)),
                        ('size', models.PositiveBigIntegerField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('received', models.PositiveBigIntegerField(default=0)),
                        ('completed_at', models.DateTimeField(blank=True, null=True)),
                        ('captured_at', models.DateTimeField(blank=True, null=True)),
                        ('clock_offset_ms', models.BigIntegerField(blank=True, null=True)),
                        ('latitude', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                        ('longitude', models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                        ('accuracy_m', models.DecimalField(blank=True, decimal_places=1, max_digits=8, null=True)),
                        ('uploaded_by', models.CharField(max_length=80)),
                        ('receipt', models.CharField(blank=True, max_length=40)),
                        ('created_at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['subject_type', 'subject'], name='attachments_subject_a8bd63_idx')],
                    },
                ),
            ],
        ),
    ]
