"""The rights of the application's role: it writes rows, makes no tables, and never changes what the ledger keeps."""

from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.management.base import CommandError
from django.db import ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from onevisit.project.connections import APPLICATION_ROLE

# What a trigger of the ledger refuses is not granted either. tgtype: bit 3 is DELETE, bit 4 is UPDATE.
_REFUSED = """
SELECT c.relname,
       bool_or((t.tgtype & 16) <> 0 AND p.proname = 'ledger_refuse') AS refuses_update,
       bool_or((t.tgtype & 8) <> 0 AND p.proname = 'ledger_refuse') AS refuses_delete
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal
 GROUP BY c.relname
"""
_ROLE = "SELECT 1 FROM pg_roles WHERE rolname = %s"
_MAKE = "DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"


def apply(connection: BaseDatabaseWrapper, *, application_url: str) -> str:
    """Make the application's role if it is missing, give it its rights, and return its name.

    With an empty URL (tests, a developer who works as the owner) the role gets no password and cannot sign in.
    """
    parts = urlsplit(application_url)
    name = unquote(parts.username or "") or APPLICATION_ROLE
    role = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(_ROLE, [name])
        if cursor.fetchone() is None:
            _make(cursor, role, name)
        if parts.password:
            password = sql.Literal(unquote(parts.password))
            cursor.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(role, password))
        for statement in _statements(connection):
            cursor.execute(statement.format(role=role))
    return name


def _make(cursor: Any, role: sql.Identifier, name: str) -> None:
    try:
        cursor.execute(sql.SQL(_MAKE).format(role=role))
    except ProgrammingError as error:
        raise CommandError(
            f'the owner of the database may not make roles; ask for CREATE ROLE "{name}" LOGIN PASSWORD ...'
            " and set ONEVISIT_APP_DATABASE_URL"
        ) from error


def _statements(connection: BaseDatabaseWrapper) -> list[sql.SQL]:
    texts = [
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM {role}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    ]
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED)
        rows = cursor.fetchall()
    for table, refuses_update, refuses_delete in rows:
        verbs = ["UPDATE"] * refuses_update + ["DELETE"] * refuses_delete
        if verbs:
            texts.append(f'REVOKE {", ".join(verbs)} ON "{table}" FROM {{role}}')
    return [sql.SQL(text) for text in texts]
