"""The sequencer: no entry lost, none twice, no gap; it signs only what continues what it signed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections

from onevisit.core import merkle
from onevisit.core.merkle import note, policy, tlog_proof
from onevisit.support.ledger import selectors, sequencer, tree, verification
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerLeaf, LedgerPending, LedgerTile
from onevisit.support.ledger.sequencer import Sequencer
from onevisit.support.ledger.signer import Signer, SignerRefused
from tests.cast import AT
from tests.support.ledger.conftest import ORIGIN, append, append_many, superuser

WRITERS, PER_WRITER = 6, 40


@pytest.mark.django_db
def test_every_pending_entry_gets_the_next_place_and_the_tree_is_signed(placing: Sequencer) -> None:
    entries = append_many(3)

    step = placing.step()

    assert (step.placed, step.size) == (3, 3)
    assert list(LedgerLeaf.objects.order_by("seq").values_list("seq", "entry")) == [
        (place, entry.pk) for place, entry in enumerate(entries)
    ]
    assert not LedgerPending.objects.exists()
    leaves = [bytes(entry.leaf) for entry in entries]
    assert bytes(LedgerCheckpoint.objects.get().root) == merkle.root(leaves=leaves)


@pytest.mark.django_db
def test_a_round_without_entries_signs_nothing(placing: Sequencer) -> None:
    assert placing.step().placed == 0
    assert not LedgerCheckpoint.objects.exists()


@pytest.mark.django_db
def test_full_tiles_hold_the_hashes_and_a_fresh_sequencer_goes_on_from_them(full: Sequencer, signer: Signer) -> None:
    append_many(300)

    Sequencer(signer=signer).step()

    leaves = [bytes(leaf) for leaf in LedgerLeaf.objects.order_by("seq").values_list("leaf", flat=True)]
    assert len(leaves) == 600
    assert bytes(LedgerCheckpoint.objects.get(size=600).root) == merkle.root(leaves=leaves)
    assert [bytes(tile.hashes) for tile in LedgerTile.objects.order_by("idx")] == [
        b"".join(leaves[:256]),
        b"".join(leaves[256:512]),
    ]


@pytest.mark.parametrize(("old", "new"), [(0, 255), (0, 256), (255, 257), (256, 511), (65_535, 65_536), (300, 700)])
def test_the_tiles_that_a_growth_fills_are_named(old: int, new: int) -> None:
    expected = {(0, index) for index in range(old // 256, new // 256)}
    expected |= {(1, index) for index in range(old // 65_536, new // 65_536)}

    assert set(tree.filled_tiles(old_size=old, new_size=new)) == expected


@pytest.mark.django_db
@pytest.mark.parametrize("seq", [0, 99, 100, 255, 256, 299])
def test_a_proof_of_every_place_checks_with_the_published_policy(full: Sequencer, seq: int) -> None:
    leaf = LedgerLeaf.objects.get(seq=seq)

    proof = tlog_proof.parse_proof(data=selectors.proof_of(leaf.entry) or b"")

    found = policy.parse_policy(data=(selectors.policy_text(at=AT) or "").encode())
    assert proof.index == seq
    assert tlog_proof.check_entry(proof=proof, policy=found) == tlog_proof.ProofResult(
        quorum_time=None, log_name=ORIGIN
    )
    assert selectors.is_witnessed(leaf.entry)


@pytest.mark.django_db
def test_an_entry_without_a_place_has_no_proof(full: Sequencer) -> None:
    entry = append("late")

    assert selectors.proof_of(entry.pk) is None
    assert not selectors.is_witnessed(entry.pk)


@pytest.mark.django_db
def test_any_two_checkpoints_are_shown_to_continue_each_other(full: Sequencer) -> None:
    roots = {row.size: bytes(row.root) for row in LedgerCheckpoint.objects.all()}

    for size1, size2 in ((100, 200), (100, 300), (200, 300), (300, 300)):
        proof = selectors.consistency_proof(size1=size1, size2=size2)

        assert proof is not None
        assert merkle.verify_consistency(size1=size1, size2=size2, root1=roots[size1], root2=roots[size2], proof=proof)
    assert selectors.consistency_proof(size1=0, size2=300) is None
    assert selectors.consistency_proof(size1=100, size2=301) is None


@pytest.mark.django_db
def test_tiles_of_the_signed_tree_can_be_copied_in_whole_and_in_part(full: Sequencer) -> None:
    leaves = [bytes(leaf) for leaf in LedgerLeaf.objects.order_by("seq").values_list("leaf", flat=True)]

    assert selectors.tile(level=0, index=0, width=256) == b"".join(leaves[:256])
    assert selectors.tile(level=0, index=1, width=44) == b"".join(leaves[256:300])
    assert selectors.tile(level=1, index=0, width=1) == merkle.root(leaves=leaves[:256])
    assert selectors.tile(level=0, index=1, width=45) is None


@pytest.mark.django_db
def test_a_damaged_payload_gets_no_place_and_holds_nobody_up(placing: Sequencer) -> None:
    bad, good = append("bad"), append("good")
    with superuser() as execute:
        execute("ALTER TABLE ledger_entry ALTER COLUMN leaf DROP EXPRESSION")
        execute("UPDATE ledger_entry SET payload = payload || ' ' WHERE id = %s", [bad.pk])

    placing.step()

    assert list(LedgerLeaf.objects.values_list("entry", flat=True)) == [good.pk]
    assert {fault.kind for fault in verification.verify().faults} == {"changed"}


@pytest.mark.django_db
def test_the_key_file_is_readable_by_its_owner_only(signer: Signer, tmp_path: Path) -> None:
    (key,) = (tmp_path / "keys").glob("*.key")

    assert key.stat().st_mode & 0o777 == 0o600
    assert sequencer.open_signer(folder=tmp_path / "keys", origin=ORIGIN).key == signer.key


@pytest.mark.django_db
def test_another_key_or_name_than_the_ledger_began_with_is_refused(signer: Signer, tmp_path: Path) -> None:
    for folder, origin in ((tmp_path / "other", ORIGIN), (tmp_path / "keys", "other.example/ledger")):
        with pytest.raises(SignerRefused):
            sequencer.open_signer(folder=folder, origin=origin)


@pytest.mark.django_db
def test_the_signer_refuses_a_smaller_and_a_changed_tree(full: Sequencer, signer: Signer) -> None:
    leaves = [bytes(leaf) for leaf in LedgerLeaf.objects.order_by("seq").values_list("leaf", flat=True)]
    changed = [merkle.leaf_hash(payload=b"changed"), *leaves[1:], leaves[0]]

    with pytest.raises(SignerRefused, match="旧备份"):
        signer.sign(size=200, root=merkle.root(leaves=leaves[:200]), proof=())
    with pytest.raises(SignerRefused, match="不一致"):
        signer.sign(
            size=301,
            root=merkle.root(leaves=changed),
            proof=merkle.consistency_proof(leaves=changed, size1=300),
        )


@pytest.mark.django_db
def test_a_database_set_back_to_an_old_backup_is_refused_and_named(full: Sequencer, signer: Signer) -> None:
    with superuser() as execute:
        execute("DELETE FROM ledger_checkpoint WHERE size > 200")
        execute("DELETE FROM ledger_words WHERE entry_id IN (SELECT entry FROM ledger_leaf WHERE seq >= 200)")
        execute("DELETE FROM ledger_entry WHERE id IN (SELECT entry FROM ledger_leaf WHERE seq >= 200)")
        execute("DELETE FROM ledger_leaf WHERE seq >= 200")
        execute("DELETE FROM ledger_tile")
    append("after the restore")

    with pytest.raises(SignerRefused):
        Sequencer(signer=signer).step()
    assert "signer" in {fault.kind for fault in verification.verify(memory=signer.memory).faults}


@pytest.mark.django_db
def test_a_lost_memory_stops_the_signer_and_says_what_to_do(full: Sequencer, signer: Signer, tmp_path: Path) -> None:
    (memory,) = (tmp_path / "keys").glob("*.json")
    memory.unlink()
    append("one more")

    with pytest.raises(SignerRefused, match="adopt"):
        full.step()


def _write(failed: list[BaseException]) -> None:
    try:
        for number in range(PER_WRITER):
            append(f"{threading.get_ident()}-{number}")
    except BaseException as error:  # handed to the test, which fails on it
        failed.append(error)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_appends_from_several_connections_while_the_sequencer_runs_lose_nothing(tmp_path: Path) -> None:
    placing = Sequencer(signer=sequencer.open_signer(folder=tmp_path, origin=ORIGIN))
    failed: list[BaseException] = []
    writers = [threading.Thread(target=_write, args=(failed,)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()

    while any(writer.is_alive() for writer in writers):
        placing.step()
    placing.step()

    assert not failed
    assert LedgerEntry.objects.count() == LedgerLeaf.objects.count() == WRITERS * PER_WRITER
    assert LedgerCheckpoint.objects.count() > 1
    report = verification.verify()
    assert report.is_sound, report.faults
    assert report.size == WRITERS * PER_WRITER


def _start(folder: Path) -> "subprocess.Popen[str]":
    database = settings.DATABASES["default"]
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(
        **{**database, "NAME": connection.settings_dict["NAME"]}
    )
    environment = {**os.environ, "DATABASE_URL": url, "ONEVISIT_APP_DATABASE_URL": "", "VAR": str(folder)}
    return subprocess.Popen(
        [sys.executable, "manage.py", "sequencer"], env=environment, stdout=subprocess.PIPE, text=True
    )


def _wait_until(holds: "threading.Event | None" = None, *, seconds: float = 120, check: object = None) -> None:
    deadline = time.monotonic() + seconds
    while not check():  # type: ignore[operator]
        assert time.monotonic() < deadline, "the process did not get there in time"
        threading.Event().wait(0.05)


@pytest.mark.django_db(transaction=True)
def test_the_process_places_entries_and_stops_cleanly_on_sigterm(tmp_path: Path) -> None:
    process = _start(tmp_path)
    try:
        _wait_until(check=sequencer.is_running)
        append("while it runs")
        _wait_until(check=lambda: LedgerLeaf.objects.count() == 1)
        with pytest.raises(CommandError, match="已有一个"):
            call_command("sequencer", once=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.communicate()

    _wait_until(check=lambda: not sequencer.is_running())
    assert selectors.standing().size == 1


@pytest.mark.django_db
def test_the_standing_names_what_waits(full: Sequencer) -> None:
    append("waits")

    found = selectors.standing()

    assert (found.size, found.pending, found.is_running) == (300, 1, False)
    assert found.age is not None
    assert found.oldest_pending is not None
    assert note.parse_vkey(text=found.vkey, kind=note.KeyType.ED25519).name == ORIGIN
