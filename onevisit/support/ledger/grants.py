"""What the restricted role of the application may do with the ledger: read it, and add entries. Nothing else."""

from django.db import connection
from psycopg import sql

ADDS = ("ledger_entry", "ledger_words")
READS = (
    "ledger_pending",
    "ledger_leaf",
    "ledger_tile",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_identity",
    "ledger_witness",
)


def grant(*, role: str) -> None:
    """Take every right on the ledger's tables from a role and give it those it needs.

    Words are erased by law through the owner's role (`manage.py ledger erase`), so the application cannot delete any.
    """
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        for table in (*ADDS, *READS):
            cursor.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(table), name))
            cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(table), name))
        for table in ADDS:
            cursor.execute(sql.SQL("GRANT INSERT ON {} TO {}").format(sql.Identifier(table), name))
        cursor.execute(sql.SQL("GRANT USAGE ON SEQUENCE ledger_entry_ordinal TO {}").format(name))
