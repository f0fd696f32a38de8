"""`ledger verify`: whatever a superuser does to the rows, it names the row (R68)."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from onevisit.core.merkle import note
from onevisit.project.connections import APPLICATION_ROLE
from onevisit.support.ledger import quorum, selectors, sequencer, verification
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerLeaf
from onevisit.support.ledger.sequencer import Sequencer
from onevisit.support.ledger.signer import Signer
from tests.cast import AT
from tests.support.ledger.conftest import LIN, append, superuser

pytestmark = pytest.mark.django_db

T18_FOR_T17 = "convert_to(replace(convert_from(payload, 'UTF8'), 'T17', 'T18'), 'UTF8')"
ENTRY_17 = "(SELECT entry FROM ledger_leaf WHERE seq = 17)"
# What is done, with all triggers disabled; the kind of fault; and the row that must be named.
TAMPERINGS = [
    (
        f"UPDATE ledger_entry SET payload = {T18_FOR_T17} WHERE id = {ENTRY_17}",
        "changed",
        "第 17 条",
    ),
    (f"UPDATE ledger_entry SET actor = 'officer:other' WHERE id = {ENTRY_17}", "changed", "第 17 条"),
    (f"UPDATE ledger_entry SET subject = 'T99' WHERE id = {ENTRY_17}", "changed", "第 17 条"),
    (f"UPDATE ledger_entry SET related = '{{}}' WHERE id = {ENTRY_17}", "changed", "第 17 条"),
    (f"UPDATE ledger_entry SET at = at + interval '1 day' WHERE id = {ENTRY_17}", "changed", "第 17 条"),
    (f"UPDATE ledger_entry SET is_public = true WHERE id = {ENTRY_17}", "changed", "第 17 条"),
    (f"UPDATE ledger_entry SET event = 'other' WHERE id = {ENTRY_17}", "changed", "第 17 条"),
    (f"UPDATE ledger_words SET sentence = '什么也没看' WHERE entry_id = {ENTRY_17}", "changed", "第 17 条"),
    (f"UPDATE ledger_words SET actor_name = '王' WHERE entry_id = {ENTRY_17}", "changed", "第 17 条"),
    ("UPDATE ledger_leaf SET leaf = sha256('x') WHERE seq = 17", "changed", "第 17 条"),
    (
        f"DELETE FROM ledger_words WHERE entry_id = {ENTRY_17}; DELETE FROM ledger_entry WHERE id = {ENTRY_17}",
        "missing",
        "第 17 条",
    ),
    (f"DELETE FROM ledger_words WHERE entry_id = {ENTRY_17}", "missing", "ledger_words"),
    ("DELETE FROM ledger_leaf WHERE seq = 17", "missing", "ledger_leaf 17"),
    ("DELETE FROM ledger_leaf WHERE seq >= 250", "missing", "ledger_checkpoint 300"),
    ("DELETE FROM ledger_tile", "missing", "ledger_tile 0/0"),
    ("DELETE FROM ledger_checkpoint WHERE size = 300", "added", "ledger_leaf 200"),
    ("UPDATE ledger_tile SET hashes = decode(repeat('00', 8192), 'hex')", "tile", "ledger_tile 0/0"),
    ("INSERT INTO ledger_tile (level, idx, width, hashes) VALUES (0, 1, 256, '')", "added", "ledger_tile 0/1"),
    ("UPDATE ledger_checkpoint SET root = sha256('x') WHERE size = 200", "checkpoint", "ledger_checkpoint 200"),
    (
        "UPDATE ledger_checkpoint SET note = replace(note, '200', '201') WHERE size = 200",
        "checkpoint",
        "ledger_checkpoint 200",
    ),
    ("UPDATE ledger_checkpoint SET note = 'x' WHERE size = 200", "checkpoint", "ledger_checkpoint 200"),
    (
        "INSERT INTO ledger_entry (id, payload, event, subject_type, subject, related, actor, is_public, at)"
        " SELECT gen_random_uuid(), payload, event, subject_type, subject, related, actor, is_public, at"
        f" FROM ledger_entry WHERE id = {ENTRY_17}",
        "added",
        "ledger_entry",
    ),
    ("INSERT INTO ledger_leaf VALUES (300, gen_random_uuid(), sha256('x'))", "added", "ledger_leaf 300"),
    ("INSERT INTO ledger_pending (id) VALUES (gen_random_uuid())", "missing", "ledger_entry"),
]


def test_an_untouched_ledger_is_sound(full: Sequencer, signer: Signer) -> None:
    append("waits")

    report = verification.verify(memory=signer.memory)

    assert report.is_sound, report.faults
    assert (report.size, report.checkpoints, report.tiles, report.pending) == (300, 3, 1, 1)
    assert report.root == bytes(LedgerCheckpoint.objects.get(size=300).root).hex()


@pytest.mark.requirement("R68")
@pytest.mark.parametrize(("done", "kind", "named"), TAMPERINGS, ids=[done[:90] for done, _kind, _named in TAMPERINGS])
def test_what_a_superuser_did_is_named(full: Sequencer, signer: Signer, done: str, kind: str, named: str) -> None:
    with superuser() as execute:
        execute(done)

    report = verification.verify(memory=signer.memory)

    assert not report.is_sound
    assert any(fault.kind == kind and named in fault.row for fault in report.faults), report.faults


def test_a_tree_rewritten_from_the_first_row_to_the_last_lacks_only_the_key(
    full: Sequencer, signer: Signer, tmp_path: Path
) -> None:
    """An insider who changes an entry and builds everything above it anew still cannot sign."""
    forger = Sequencer(signer=_forger(signer, tmp_path))
    with superuser() as execute:
        execute(f"UPDATE ledger_entry SET payload = payload || ' ' WHERE id = {ENTRY_17}")
        for table in ("checkpoint", "tile", "leaf"):
            execute(f"DELETE FROM ledger_{table}")
        execute("INSERT INTO ledger_pending (id) SELECT id FROM ledger_entry")
    forger.step()

    report = verification.verify(memory=signer.memory)

    assert {fault.row for fault in report.faults} == {"ledger_checkpoint 300"}
    assert "签名" in report.faults[0].words


def _forger(signer: Signer, tmp_path: Path) -> Signer:
    folder = tmp_path / "forged"
    return Signer(folder=folder, ledger_id=_ledger_id(), origin=signer.key.name)


def _ledger_id() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_identity")
        return cursor.fetchone()[0]


def test_words_erased_by_law_are_no_fault(full: Sequencer, signer: Signer) -> None:
    entry = LedgerEntry.objects.get(pk=LedgerLeaf.objects.get(seq=17).entry)

    ledger.erase_words(entry=entry, basis="个人信息保护法第四十七条", actor=LIN, at=AT)
    full.step()

    assert verification.verify(memory=signer.memory).is_sound


@pytest.fixture
def started(tmp_path: Path, settings: object, db: None) -> Path:
    settings.KEYS = tmp_path / "keys"
    append("T1")
    call_command("sequencer", once=True, stdout=io.StringIO())
    return tmp_path


def _run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("ledger", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_was_checked(started: Path) -> None:
    assert _run("verify").startswith("留痕校验通过：1 条，1 个检查点")


@pytest.mark.requirement("R68")
def test_the_command_ends_with_1_and_names_the_row(started: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with superuser() as execute:
        execute("UPDATE ledger_entry SET actor = 'officer:other'")
    out = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("ledger", "verify", stdout=out)

    assert ended.value.code == 1
    assert re.search(r"^changed\t第 0 条 .*\t列 actor", out.getvalue(), re.MULTILINE)


def test_the_command_writes_the_policy_the_checkpoint_and_a_proof(started: Path) -> None:
    entry = LedgerEntry.objects.get()

    assert _run("policy") == selectors.policy_text(at=AT)
    assert note.parse_note(data=_run("checkpoint").encode()).text.splitlines()[1] == "1"
    assert _run("proof", str(entry.pk)).encode() == selectors.proof_of(entry.pk)


def test_a_lost_memory_is_adopted_only_over_a_sound_ledger(started: Path) -> None:
    (memory,) = (started / "keys").glob("*.json")
    memory.unlink()

    assert _run("adopt").startswith("已登记：1 条")

    assert _run("verify").startswith("留痕校验通过")


@pytest.mark.parametrize("table", ["entry", "leaf", "tile", "checkpoint", "cosignature", "identity", "words"])
def test_the_restricted_role_may_not_change_or_empty_what_is_written(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = %s AND table_name = %s",
            [APPLICATION_ROLE, f"ledger_{table}"],
        )
        rights = {right for (right,) in cursor.fetchall()}

    # Words can be erased by law; a trigger lets only the service do it, one row at a time.
    assert rights - {"DELETE"} == {"SELECT", "INSERT"}
    assert ("DELETE" in rights) is (table == "words")


@pytest.mark.parametrize(("size", "line"), [(200, "— nobody.example AAAAAAAA"), (200, "x"), (201, "x"), (200, "")])
def test_a_line_that_is_no_witness_is_refused(full: Sequencer, size: int, line: str) -> None:
    with pytest.raises(quorum.CosignatureRefused):
        quorum.record_cosignature(size=size, line=line)


def test_sequencer_module_says_when_nobody_runs(db: None) -> None:
    assert not sequencer.is_running()
