"""The tree under the entries: leaves, tiles, checkpoints, witnesses; the readable words move to their own table."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import onevisit.support.ledger.models
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0001_initial'),
    ]

    operations = [
        # Entries of the first days had no tree and another payload; no release carried any.
        migrations.RunSQL("DELETE FROM ledger_ledgerentry", migrations.RunSQL.noop),
        migrations.RunSQL("CREATE SEQUENCE ledger_entry_ordinal", "DROP SEQUENCE ledger_entry_ordinal"),
        migrations.CreateModel(
            name='LedgerCheckpoint',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('root', models.BinaryField()),
                ('note', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'ledger_checkpoint',
            },
        ),
        migrations.CreateModel(
            name='LedgerCosignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('time', models.BigIntegerField()),
                ('line', models.CharField(max_length=300)),
            ],
            options={
                'db_table': 'ledger_cosignature',
            },
        ),
        migrations.CreateModel(
            name='LedgerIdentity',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('vkey', models.CharField(max_length=200)),
                ('only', models.BooleanField(default=True, unique=True)),
            ],
            options={
                'db_table': 'ledger_identity',
            },
        ),
        migrations.CreateModel(
            name='LedgerLeaf',
            fields=[
                ('seq', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', models.UUIDField(unique=True)),
                ('leaf', models.BinaryField()),
            ],
            options={
                'db_table': 'ledger_leaf',
            },
        ),
        migrations.CreateModel(
            name='LedgerPending',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('noticed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'db_table': 'ledger_pending',
            },
        ),
        migrations.CreateModel(
            name='LedgerTile',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('level', models.IntegerField()),
                ('idx', models.BigIntegerField()),
                ('width', models.IntegerField(default=256)),
                ('hashes', models.BinaryField()),
            ],
            options={
                'db_table': 'ledger_tile',
            },
        ),
        migrations.CreateModel(
            name='LedgerWitness',
            fields=[
                ('name', models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=80)),
                ('vkey', models.CharField(max_length=200, unique=True)),
            ],
            options={
                'db_table': 'ledger_witness',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='LedgerWords',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='words', serialize=False, to='ledger.ledgerentry')),
                ('salt', models.BinaryField()),
                ('sentence', models.CharField(max_length=400)),
                ('actor_name', models.CharField(blank=True, max_length=80)),
                ('capacity', models.CharField(blank=True, max_length=160)),
            ],
            options={
                'db_table': 'ledger_words',
            },
        ),
        migrations.RenameIndex(
            model_name='ledgerentry',
            new_name='ledger_entr_subject_ee945b_idx',
            old_name='ledger_ledg_subject_0e762f_idx',
        ),
        migrations.RenameIndex(
            model_name='ledgerentry',
            new_name='ledger_entr_event_aeba0f_idx',
            old_name='ledger_ledg_event_56afd7_idx',
        ),
        migrations.RenameIndex(
            model_name='ledgerentry',
            new_name='ledger_entr_actor_b0d17c_idx',
            old_name='ledger_ledg_actor_024aef_idx',
        ),
        migrations.RemoveField(
            model_name='ledgerentry',
            name='actor_name',
        ),
        migrations.RemoveField(
            model_name='ledgerentry',
            name='capacity',
        ),
        migrations.RemoveField(
            model_name='ledgerentry',
            name='sentence',
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='ordinal',
            field=models.BigIntegerField(db_default=onevisit.support.ledger.models.NextOrdinal(), editable=False),
        ),
        # A plain column cannot become a generated one; there are no rows to keep.
        migrations.RemoveField(
            model_name='ledgerentry',
            name='leaf',
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='leaf',
            field=models.GeneratedField(db_persist=True, expression=onevisit.support.ledger.models.LeafHash(models.F('payload')), output_field=models.BinaryField()),
        ),
        migrations.AddIndex(
            model_name='ledgerentry',
            index=django.contrib.postgres.indexes.GinIndex(fields=['related'], name='ledger_entry_related'),
        ),
        migrations.AlterModelTable(
            name='ledgerentry',
            table='ledger_entry',
        ),
        migrations.AddField(
            model_name='ledgercosignature',
            name='checkpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='ledger.ledgercheckpoint'),
        ),
        migrations.AddConstraint(
            model_name='ledgeridentity',
            constraint=models.CheckConstraint(condition=models.Q(('only', True)), name='ledger_identity_only'),
        ),
        migrations.AddConstraint(
            model_name='ledgertile',
            constraint=models.UniqueConstraint(fields=('level', 'idx', 'width'), name='ledger_tile_once'),
        ),
        migrations.AddField(
            model_name='ledgercosignature',
            name='witness',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='ledger.ledgerwitness'),
        ),
        migrations.AddConstraint(
            model_name='ledgercosignature',
            constraint=models.UniqueConstraint(fields=('checkpoint', 'witness', 'time'), name='ledger_cosignature_once'),
        ),
    ]
