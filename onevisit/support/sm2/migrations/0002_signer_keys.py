from django.db import migrations, models


def from_marks(apps, _schema_editor):
    """Files that are marked already say which keys have signed, and from when on."""
    marks, keys = apps.get_model("sm2", "FileMark"), apps.get_model("sm2", "SignerKey")
    first = {}
    for public, made_at in marks.objects.order_by("made_at").values_list("public_key", "made_at"):
        first.setdefault(bytes(public), made_at)
    starts = [*first.values(), None]
    for (public, since), until in zip(first.items(), starts[1:], strict=True):
        keys.objects.create(public_key=public, since=since, until=until)


class Migration(migrations.Migration):

    dependencies = [
        ('sm2', '0001_initial'),
    ]

    operations = [
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
        migrations.RunPython(from_marks, migrations.RunPython.noop),
    ]
