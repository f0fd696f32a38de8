import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import onevisit.support.ledger.models
import uuid
from django.db import migrations, models
from onevisit.support.baseline import CreateModels


PENDING = """
CREATE FUNCTION ledger_entry_announce() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO ledger_pending (id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_announced AFTER INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_entry_announce();
"""
PENDING_BACK = """
DROP TRIGGER ledger_entry_announced ON ledger_entry;
DROP FUNCTION ledger_entry_announce();
"""
REFUSE = """
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
# Readable words may be erased by law, one row at a time, by a service that says which row and leaves an entry.
ERASE = """
CREATE FUNCTION ledger_words_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('onevisit.erasing', true) IS DISTINCT FROM OLD.entry_id::text THEN
        RAISE EXCEPTION 'words of the ledger are erased one by one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER ledger_words_erased BEFORE DELETE ON ledger_words
    FOR EACH ROW EXECUTE FUNCTION ledger_words_erase();
CREATE TRIGGER ledger_words_fixed BEFORE UPDATE ON ledger_words
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
"""
ERASE_BACK = """
DROP TRIGGER ledger_words_fixed ON ledger_words;
DROP TRIGGER ledger_words_erased ON ledger_words;
DROP FUNCTION ledger_words_erase();
"""
FIXED = ("entry", "leaf", "tile", "checkpoint", "cosignature", "identity", "policy", "anchor")
KEPT = (*FIXED, "words", "pending", "witness")


def _guards() -> str:
    rows = "".join(
        f"CREATE TRIGGER ledger_{name}_fixed BEFORE UPDATE OR DELETE ON ledger_{name}"
        " FOR EACH ROW EXECUTE FUNCTION ledger_refuse();\n"
        for name in FIXED
    )
    tables = "".join(
        f"CREATE TRIGGER ledger_{name}_kept BEFORE TRUNCATE ON ledger_{name}"
        " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();\n"
        for name in KEPT
    )
    return REFUSE + rows + tables


def _guards_back() -> str:
    rows = "".join(f"DROP TRIGGER ledger_{name}_fixed ON ledger_{name};\n" for name in FIXED)
    tables = "".join(f"DROP TRIGGER ledger_{name}_kept ON ledger_{name};\n" for name in KEPT)
    return rows + tables + "DROP FUNCTION ledger_refuse();"


class Migration(migrations.Migration):

    replaces = [('ledger', '0001_initial'), ('ledger', '0002_tree'), ('ledger', '0003_guards'), ('ledger', '0004_policies'), ('ledger', '0005_anchors'), ('ledger', '0006_witness_trouble'), ('ledger', '0007_lodging')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.RunSQL(
            sql='CREATE SEQUENCE ledger_entry_ordinal',
            reverse_sql='DROP SEQUENCE ledger_entry_ordinal',
        ),
        CreateModels(
            models=[
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
                    name='LedgerEntry',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ('payload', models.BinaryField()),
                        ('leaf', models.GeneratedField(db_persist=True, expression=onevisit.support.ledger.models.LeafHash(models.F('payload')), output_field=models.BinaryField())),
                        ('ordinal', models.BigIntegerField(db_default=onevisit.support.ledger.models.NextOrdinal(), editable=False)),
                        ('event', models.CharField(max_length=80)),
                        ('subject_type', models.CharField(max_length=40)),
                        ('subject', models.CharField(max_length=80)),
                        ('related', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), default=list, size=None)),
                        ('actor', models.CharField(max_length=80)),
                        ('is_public', models.BooleanField(default=False)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'db_table': 'ledger_entry',
                        'required_db_vendor': 'postgresql',
                        'indexes': [models.Index(fields=['subject_type', 'subject', 'at'], name='ledger_entr_subject_ee945b_idx'), models.Index(fields=['event', 'at'], name='ledger_entr_event_aeba0f_idx'), models.Index(fields=['actor', 'at'], name='ledger_entr_actor_b0d17c_idx'), django.contrib.postgres.indexes.GinIndex(fields=['related'], name='ledger_entry_related')],
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
                        'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='ledger_identity_only')],
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
                    name='LedgerPolicy',
                    fields=[
                        ('version', models.PositiveIntegerField(primary_key=True, serialize=False)),
                        ('text', models.TextField()),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('own', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                        ('lodge', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                        ('adopted_at', models.DateTimeField()),
                        ('effective_at', models.DateTimeField()),
                        ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='policy', to='ledger.ledgerentry')),
                    ],
                    options={
                        'db_table': 'ledger_policy',
                        'ordering': ['version'],
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
                        'constraints': [models.UniqueConstraint(fields=('level', 'idx', 'width'), name='ledger_tile_once')],
                    },
                ),
                migrations.CreateModel(
                    name='LedgerWitness',
                    fields=[
                        ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                        ('vkey', models.CharField(max_length=200, unique=True)),
                        ('url', models.CharField(blank=True, max_length=200)),
                        ('is_own', models.BooleanField(default=False)),
                        ('remembered', models.BigIntegerField(default=0)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('trouble', models.CharField(blank=True, max_length=200)),
                        ('trouble_kind', models.CharField(blank=True, max_length=10)),
                        ('trouble_since', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'db_table': 'ledger_witness',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='LedgerAnchor',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('response', models.BinaryField()),
                        ('stamped_at', models.DateTimeField()),
                        ('authority', models.CharField(max_length=200)),
                        ('checkpoint', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='anchor', to='ledger.ledgercheckpoint')),
                    ],
                    options={
                        'db_table': 'ledger_anchor',
                        'ordering': ['-checkpoint_id'],
                    },
                ),
                migrations.CreateModel(
                    name='LedgerCosignature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('time', models.BigIntegerField()),
                        ('line', models.CharField(max_length=300)),
                        ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='ledger.ledgercheckpoint')),
                        ('witness', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosignatures', to='ledger.ledgerwitness')),
                    ],
                    options={
                        'db_table': 'ledger_cosignature',
                        'constraints': [models.UniqueConstraint(fields=('checkpoint', 'witness', 'time'), name='ledger_cosignature_once')],
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
            ],
        ),
        migrations.RunSQL(PENDING, PENDING_BACK),
        migrations.RunSQL(_guards(), _guards_back()),
        migrations.RunSQL(ERASE, ERASE_BACK),
    ]
