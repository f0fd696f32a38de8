import django.db.models.deletion
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('exchange', '0001_initial'), ('exchange', '0002_delivery_log'), ('exchange', '0003_filed_is_not_sent')]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='OutboundMessage',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('system', models.CharField(max_length=40)),
                        ('kind', models.CharField(max_length=40)),
                        ('subject_type', models.CharField(max_length=40)),
                        ('subject', models.CharField(max_length=80)),
                        ('body', models.JSONField()),
                        ('body_sha256', models.CharField(max_length=64)),
                        ('state', models.CharField(default='queued', max_length=20)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('receipt', models.CharField(blank=True, max_length=120)),
                        ('error', models.CharField(blank=True, max_length=300)),
                        ('created_at', models.DateTimeField()),
                        ('sent_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['-created_at'],
                        'constraints': [models.UniqueConstraint(fields=('system', 'subject', 'body_sha256'), name='outbound_message_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), models.Q(('receipt', ''), _negated=True), _connector='OR'), name='outbound_sent_has_a_receipt')],
                    },
                ),
                migrations.CreateModel(
                    name='DeliveryAttempt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('is_delivered', models.BooleanField()),
                        ('words', models.CharField(max_length=300)),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='log', to='exchange.outboundmessage')),
                    ],
                    options={
                        'ordering': ['-at', '-id'],
                    },
                ),
            ],
        ),
    ]
