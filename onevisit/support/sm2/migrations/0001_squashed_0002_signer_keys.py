from django.db import migrations, models
from onevisit.support.baseline import CreateModels


class Migration(migrations.Migration):

    replaces = [('sm2', '0001_initial'), ('sm2', '0002_signer_keys')]

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='FileMark',
                    fields=[
                        ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ('sm3', models.CharField(max_length=64)),
                        ('signature', models.BinaryField()),
                        ('public_key', models.BinaryField()),
                        ('made_at', models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name='SignerKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_key', models.BinaryField()),
                        ('since', models.DateTimeField()),
                        ('until', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['-since'],
                        'constraints': [models.UniqueConstraint(models.Value(1), condition=models.Q(('until__isnull', True)), name='signer_key_one_in_use')],
                    },
                ),
            ],
        ),
    ]
