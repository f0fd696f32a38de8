"""add-checkpoint over HTTP against a real process: what is cosigned, and each refusal with the protocol's status."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import Key, KeyType, Signature
from onevisit.witness import folder as folders
from onevisit.witness.service import GREATEST_REQUEST, Witness
from tests.witness import logs
from tests.witness.logs import DishonestLog, leaves, post

LOG = DishonestLog()


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A running witness of LOG: its address and its key."""
    vkey = logs.made(tmp_path / "w", LOG.vkey)
    with logs.running(tmp_path / "w") as url:
        yield url, vkey


def _verifies(vkey: str, line: str, signed: str) -> bool:
    key = note.parse_vkey(text=vkey, kind=KeyType.COSIGNATURE)
    signature = note.parse_signature(line=line)
    text = note.parse_note(data=signed.encode()).text
    return (key.name, key.id) == (signature.name, signature.key_id) and checkpoint.verifies(
        signature=signature, key=key, text=text
    )


def test_a_first_and_a_continued_checkpoint_are_cosigned(witness: tuple[str, str]) -> None:
    url, vkey = witness

    first = post(url, LOG.request(leaves(3), old=0))
    second = post(url, LOG.request(leaves(7), old=3))
    again = post(url, LOG.request(leaves(7), old=7))

    for answer, count in ((first, 3), (second, 7), (again, 7)):
        assert answer.status == 200, answer.body
        assert _verifies(vkey, answer.body.removesuffix("\n"), LOG.signed(leaves(count)))


def test_a_line_of_sm2_beside_is_left_aside(witness: tuple[str, str]) -> None:
    url, vkey = witness
    key = Key(name=LOG.key.name, kind=KeyType.SM2, public=b"p" * 64)
    beside = Signature(name=key.name, key_id=key.id, value=b"s" * 64)  # not even a good one
    signed = LOG.signed(leaves(3), beside)

    answer = post(url, f"old 0\n\n{signed}".encode())

    assert answer.status == 200, answer.body
    assert _verifies(vkey, answer.body.removesuffix("\n"), signed)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"old 3\n", 400),
        (b"new 0\n\n" + LOG.signed(leaves(3)).encode(), 400),
        (b"old 00\n\n" + LOG.signed(leaves(3)).encode(), 400),
        (b"old 0\nQUJD\n\n" + LOG.signed(leaves(3)).encode(), 400),
        (
            b"old 0\n"
            + b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" * 64
            + b"\n"
            + LOG.signed(leaves(3)).encode(),
            400,
        ),
        (b"old 0\n\n\xff\xfe", 400),
        (LOG.request(leaves(3), old=0, claimed=4), 400),
        (DishonestLog(origin="other.example/ledger").request(leaves(3), old=0), 404),
        (DishonestLog().request(leaves(3), old=0), 403),
        (LOG.request(leaves(9), old=4), 409),
        (LOG.request(leaves(9), old=4, claimed=0), 409),
    ],
    ids=["empty", "short", "word", "zeros", "hash", "many", "bytes", "above", "unknown", "unsigned", "ahead", "zero"],
)
def test_what_is_wrong_gets_its_status_and_changes_nothing(witness: tuple[str, str], data: bytes, status: int) -> None:
    url, _vkey = witness
    if status == 409:
        assert post(url, LOG.request(leaves(5), old=0)).status == 200

    answer = post(url, data)

    assert answer.status == status, answer.body
    if status == 409:
        assert (answer.body, answer.kind) == ("5\n", "text/x.tlog.size")
        assert post(url, LOG.request(leaves(6), old=5)).status == 200
    else:
        assert post(url, LOG.request(leaves(3), old=0)).status == 200


def test_a_body_that_is_too_long_or_of_unknown_length_is_not_read(witness: tuple[str, str]) -> None:
    assert post(witness[0], b"x" * (GREATEST_REQUEST + 1)).status == 413


def test_two_histories_are_refused_and_the_signed_proof_of_it_is_kept(witness: tuple[str, str], tmp_path: Path) -> None:
    url, _vkey = witness
    post(url, LOG.request(leaves(5), old=0))
    forked = LOG.request(leaves(9, word="forged"), old=5)

    longer = post(url, forked)
    same_size = post(url, LOG.request(leaves(5, word="forged"), old=5))

    assert (longer.status, same_size.status) == (422, 409)
    kept = {path.read_bytes() for path in (tmp_path / "w/evidence").glob("*.txt")}
    assert forked not in kept  # a proof is not signed: anybody can send a wrong one
    assert len(kept) == 1
    shown = logs.onevisit("show", tmp_path / "w")
    assert shown.returncode == 1
    assert "EVIDENCE" in shown.stdout


def test_what_was_cosigned_outlives_a_power_cut(tmp_path: Path) -> None:
    logs.made(tmp_path / "w", LOG.vkey)
    with logs.running(tmp_path / "w", kill=True) as url:
        assert post(url, LOG.request(leaves(8), old=0)).status == 200

    with logs.running(tmp_path / "w") as url:
        backup = post(url, LOG.request(leaves(5), old=0))
        forward = post(url, LOG.request(leaves(9), old=8))

    assert (backup.status, backup.body) == (409, "8\n")
    assert forward.status == 200


def test_nothing_is_cosigned_that_could_not_be_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.made(tmp_path / "w", LOG.vkey)
    witness = Witness(folder=tmp_path / "w", clock=lambda: 1_800_000_000, say=lambda _words: None)
    signed: list[str] = []

    def sign(**_given: object) -> str:
        signed.append("signed")
        return "line"

    monkeypatch.setattr(witness.key, "cosign", sign)

    def full_disk(**_given: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(folders, "store", full_disk)

    with pytest.raises(OSError, match="no space"):
        witness.add_checkpoint(data=LOG.request(leaves(3), old=0))
    assert signed == []


def test_the_state_is_on_the_disk_before_the_cosignature_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.made(tmp_path / "w", LOG.vkey)
    witness = Witness(folder=tmp_path / "w", clock=lambda: 1_800_000_000, say=lambda _words: None)
    stored: list[int] = []

    def look(**_given: object) -> str:
        stored.append(folders.logs(folder=tmp_path / "w")[logs.ORIGIN].memory.size)
        return "line"

    monkeypatch.setattr(witness.key, "cosign", look)

    witness.add_checkpoint(data=LOG.request(leaves(3), old=0))

    assert stored == [3]
