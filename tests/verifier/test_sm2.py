"""What an outsider checks with SM2: a signed file, and the lines under the checkpoints of proofs."""

from pathlib import Path

import pytest

from onevisit.core import merkle, sm2_files
from onevisit.core.merkle import checkpoint, note, tlog_proof
from onevisit.core.merkle.note import Key, KeyType, Note, Signature
from onevisit.support import sm2
from onevisit.verifier.command import main
from onevisit.verifier.sm2_command import sm2_lines

PAYLOAD = b'{"draw":"D1"}'
ORIGIN = "city.example/ledger"


@pytest.fixture
def key(tmp_path: Path) -> sm2.PrivateKey:
    made = sm2.make(tmp_path / "sm2.pem")
    (tmp_path / "public.pem").write_bytes(sm2_files.write_public(public=made.public))
    return made


def _proof(key: sm2.PrivateKey, *, over: str = "") -> bytes:
    text = checkpoint.body(origin=ORIGIN, size=1, root=merkle.leaf_hash(payload=PAYLOAD))
    extra = Key(name=ORIGIN, kind=KeyType.SM2, public=key.public)
    value = key.sign((over or text).encode())
    signed = Note(text=text, signatures=(Signature(name=ORIGIN, key_id=extra.id, value=value),))
    return tlog_proof.encode_proof(payload=PAYLOAD, index=0, hashes=(), note=signed)


def test_a_signed_file_verifies_and_a_changed_one_does_not(
    key: sm2.PrivateKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(b"abc")
    file.with_name("list.csv.sm2").write_bytes(sm2_files.encode_signature(raw=key.sign(b"abc")))
    words = ["sm2", "verify", str(file), "--key", str(tmp_path / "public.pem")]

    assert main(words) == 0
    out = capsys.readouterr().out
    assert "SM3 66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0  list.csv" in out
    assert "ok list.csv" in out

    file.write_bytes(b"abd")
    assert main(words) == 1
    assert "failed list.csv" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("list.csv.sm2", b"junk", "REFUSED E_SIGNATURE: list.csv.sm2"),
        ("public.pem", b"junk", "REFUSED E_FILE: public.pem cannot be used as a key"),
        ("public.pem", b"x" * 70_000, "REFUSED E_RANGE: public.pem"),
    ],
)
@pytest.mark.usefixtures("key")
def test_a_bad_file_is_refused_with_a_sentence(
    name: str, data: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.csv").write_bytes(b"abc")
    (tmp_path / "list.csv.sm2").write_bytes(b"")
    (tmp_path / name).write_bytes(data)

    assert main(["sm2", "verify", str(tmp_path / "list.csv"), "--key", str(tmp_path / "public.pem")]) == 1

    assert said in capsys.readouterr().err


def test_the_lines_under_proofs_are_counted_and_a_wrong_one_is_named(key: sm2.PrivateKey, tmp_path: Path) -> None:
    good, bad = _proof(key), _proof(key, over="another text\n")
    other = sm2.make(tmp_path / "other.pem")

    assert sm2_lines(proofs={"a.tlog-proof": good, "policy.txt": b"x"}, public_keys=[key.public]) == (
        True,
        "SM2 ok 1 of 1 proofs have a good line of these keys",
    )
    is_good, said = sm2_lines(proofs={"a.tlog-proof": good, "b.tlog-proof": bad}, public_keys=[key.public])
    assert not is_good
    assert "b.tlog-proof" in said
    is_good, said = sm2_lines(proofs={"a.tlog-proof": good}, public_keys=[other.public])
    assert is_good
    assert "none of 1 proofs" in said


def test_the_line_hides_nothing_from_the_readers_of_notes(key: sm2.PrivateKey) -> None:
    found = tlog_proof.parse_proof(data=_proof(key))

    assert found.payload == PAYLOAD
    assert note.parse_note(data=note.encode_note(note=found.note)) == found.note


def test_a_file_of_several_keys_verifies_what_each_of_them_signed_and_names_it(
    key: sm2.PrivateKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = sm2.make(tmp_path / "older.pem")
    blocks = [sm2_files.write_public(public=one.public).decode() for one in (key, older)]
    (tmp_path / "public.pem").write_text("in use\n" + "before\n".join(blocks), encoding="utf-8")
    file, pem = tmp_path / "list.csv", str(tmp_path / "public.pem")
    file.write_bytes(b"abc")

    for one in (key, older):
        file.with_name("list.csv.sm2").write_bytes(sm2_files.encode_signature(raw=one.sign(b"abc")))
        assert main(["sm2", "verify", str(file), "--key", pem]) == 0
        assert f"key {sm2_files.fingerprint(public=one.public)} signed" in capsys.readouterr().out
    stranger = sm2.make(tmp_path / "stranger.pem")
    file.with_name("list.csv.sm2").write_bytes(sm2_files.encode_signature(raw=stranger.sign(b"abc")))
    assert main(["sm2", "verify", str(file), "--key", pem]) == 1
    proofs = {"a.tlog-proof": _proof(key), "b.tlog-proof": _proof(older)}
    assert sm2_lines(proofs=proofs, public_keys=[key.public, older.public]) == (
        True,
        "SM2 ok 2 of 2 proofs have a good line of these keys",
    )
