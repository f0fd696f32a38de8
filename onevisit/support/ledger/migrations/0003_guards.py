"""Triggers: entries announce themselves to the sequencer; nothing in the ledger is changed, removed or emptied."""

from django.db import migrations

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
FIXED = ("entry", "leaf", "tile", "checkpoint", "cosignature", "identity")
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
    dependencies = [("ledger", "0002_tree")]

    operations = [
        migrations.RunSQL(PENDING, PENDING_BACK),
        migrations.RunSQL(_guards(), _guards_back()),
        migrations.RunSQL(ERASE, ERASE_BACK),
    ]
