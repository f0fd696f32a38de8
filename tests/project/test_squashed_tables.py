"""The tables of a fresh city are those of its models: columns, keys, checks, indexes; the rest is SQL of the steps."""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import Migration, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

FRESH = "of_the_models"
COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
           a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid), o.collname::text
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation o ON o.oid = a.attcollation
    WHERE c.relnamespace = %s::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
"""
CONSTRAINTS = """
    SELECT c.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE c.relnamespace = %s::regnamespace AND k.contype <> 'n'
"""
INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = %s::regnamespace
"""
TRIGGERS = """
    SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = %s::regnamespace AND NOT t.tgisinternal
"""
MADE = re.compile(r"CREATE FUNCTION .*?\$\$;|CREATE TRIGGER [^;]*;|CREATE SEQUENCE \w+", re.DOTALL)
"""What the migrations make by SQL of their own, each with all its words."""

DISK = MigrationLoader(None).disk_migrations
SQUASHED = {key: one for key, one in DISK.items() if one.replaces}

Row = tuple[object, ...]


def _models() -> list[type[Model]]:
    return [
        model
        for area in apps.get_app_configs()
        if area.name.startswith("onevisit.")
        for model in area.get_models()
        if model._meta.managed and not model._meta.proxy
    ]


def _tables() -> set[str]:
    """Return the names of all tables of the models, those between two of them included."""
    return {
        made._meta.db_table
        for model in _models()
        for made in (
            model,
            *(field.remote_field.through for field in model._meta.local_many_to_many),
        )
    }


def _rows(query: str, schema: str) -> set[Row]:
    """Ask about one schema, with its own names without a prefix."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL search_path TO {schema}, public")
        cursor.execute(query, [schema])
        tables = _tables()
        return {
            tuple(word.replace(f" ON {schema}.", " ON ") if isinstance(word, str) else word for word in row)
            for row in cursor.fetchall()
            if row[0] in tables
        }


def _sql(migration: Migration) -> list[str]:
    """Return the functions, triggers and sequences that a migration makes, in their order, spaces aside."""
    texts = [str(one.sql) for one in migration.operations if isinstance(one, RunSQL)]
    return [" ".join(made.split()) for text in texts for made in MADE.findall(text)]


@pytest.fixture
def fresh(db: None) -> Iterator[str]:
    """A schema with the tables as the models ask for them, without any migration."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {FRESH}")
        cursor.execute(f"SET LOCAL search_path TO {FRESH}, public")
    with connection.schema_editor() as editor:
        for model in _models():
            editor.create_model(model)
    yield FRESH
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO DEFAULT")


def test_the_tables_of_the_migrations_are_those_of_the_models(fresh: str) -> None:
    for query in (COLUMNS, CONSTRAINTS, INDEXES):
        wanted, found = _rows(query, fresh), _rows(query, "public")

        assert len(wanted) > 100
        assert sorted(map(str, found - wanted)) == []
        assert sorted(map(str, wanted - found)) == []


@pytest.mark.parametrize("key", SQUASHED, ids="/".join)
def test_what_the_steps_made_by_sql_is_made_by_the_squash(key: tuple[str, str]) -> None:
    steps = [DISK[step] for step in SQUASHED[key].replaces if step in DISK]

    assert sorted(_sql(SQUASHED[key])) == sorted(made for step in steps for made in _sql(step))


@pytest.mark.django_db
def test_every_trigger_that_a_migration_names_stands_in_a_fresh_city() -> None:
    made = [words for one in SQUASHED.values() for words in _sql(one) if words.startswith("CREATE TRIGGER")]

    found = {name for _table, name in _rows(TRIGGERS, "public")}

    assert len(made) > 10
    assert {words.split()[2] for words in made} == found
