"""The SM2 line under a checkpoint: beside the ledger's own, left aside by who does not know it, checked by who does."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from onevisit.core import sm2 as curve
from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import Key, KeyType, Malformed, Note
from onevisit.support import sm2
from onevisit.support.ledger import sequencer, verification
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerIdentity
from onevisit.support.ledger.sequencer import Sequencer
from tests.support.ledger.conftest import ORIGIN, append, append_many, superuser


@pytest.fixture
def key(tmp_path: Path) -> sm2.PrivateKey:
    return sm2.make(tmp_path / "sm2.pem")


@pytest.fixture
def doubly(db: None, tmp_path: Path, key: sm2.PrivateKey) -> Sequencer:
    """A ledger with one checkpoint signed once, and two signed twice."""
    append_many(3)
    Sequencer(signer=sequencer.open_signer(folder=tmp_path / "keys", origin=ORIGIN)).step()
    placing = Sequencer(signer=sequencer.open_signer(folder=tmp_path / "keys", origin=ORIGIN, sm2=key))
    for _round in range(2):
        append()
        placing.step()
    return placing


def _latest() -> Note:
    return note.parse_note(data=LedgerCheckpoint.objects.latest("size").note.encode())


@pytest.mark.usefixtures("doubly")
def test_both_signatures_verify_over_the_same_text(key: sm2.PrivateKey) -> None:
    found = _latest()
    own, beside = found.signatures
    log = note.parse_vkey(text=LedgerIdentity.objects.get().vkey, kind=KeyType.ED25519)
    extra = Key(name=ORIGIN, kind=KeyType.SM2, public=key.public)

    assert checkpoint.verifies(signature=own, key=log, text=found.text)
    assert (beside.name, beside.key_id) == (ORIGIN, extra.id)
    assert checkpoint.verifies(signature=beside, key=extra, text=found.text)
    assert not checkpoint.verifies(signature=beside, key=extra, text=found.text + "x\n")
    assert curve.is_signed(public_key=key.public, message=found.text.encode(), signature=beside.value)


def test_the_key_reads_back_from_its_line_of_text(key: sm2.PrivateKey) -> None:
    extra = Key(name=ORIGIN, kind=KeyType.SM2, public=key.public)
    text = note.encode_vkey(key=extra)

    assert note.parse_vkey(text=text, kind=KeyType.SM2) == extra
    for kind in (KeyType.ED25519, KeyType.COSIGNATURE):
        with pytest.raises(Malformed):
            note.parse_vkey(text=text, kind=kind)


@pytest.mark.usefixtures("doubly")
def test_the_ledger_is_sound_with_and_without_the_key(key: sm2.PrivateKey, tmp_path: Path) -> None:
    assert verification.verify().is_sound
    report = verification.verify(sm2_keys=[key.public])
    assert (report.is_sound, report.checkpoints, report.sm2_signed) == (True, 3, 2)
    another = sm2.make(tmp_path / "another.pem")
    assert verification.verify(sm2_keys=[another.public]).sm2_signed == 0


@pytest.mark.usefixtures("doubly")
def test_a_wrong_line_is_named_to_who_gives_the_key(key: sm2.PrivateKey) -> None:
    row = LedgerCheckpoint.objects.latest("size")
    found = _latest()
    own, beside = found.signatures
    earlier = note.parse_note(data=LedgerCheckpoint.objects.get(size=4).note.encode()).signatures[1]
    forged = note.encode_note(note=Note(text=found.text, signatures=(own, earlier)))
    assert beside.key_id == earlier.key_id
    with superuser() as execute:
        execute("UPDATE ledger_checkpoint SET note = %s WHERE size = %s", [forged.decode(), row.size])

    assert verification.verify().is_sound  # who does not know the key leaves its line aside
    faults = verification.verify(sm2_keys=[key.public]).faults
    assert [(fault.kind, fault.row) for fault in faults] == [("checkpoint", f"ledger_checkpoint {row.size}")]
    assert "国密签名（SM2）不对" in faults[0].words


@pytest.mark.usefixtures("doubly")
def test_the_command_says_how_many_lines_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.KEYS, settings.LEDGER_ORIGIN = tmp_path / "keys", ORIGIN
    settings.SM2_KEY = str(tmp_path / "sm2.pem")

    call_command("ledger", "verify")

    assert "3 个检查点中 2 个有，签名正确" in capsys.readouterr().out
