"""The operator's SM2 key: a private file, whose two halves belong together, and a sentence when it is not."""

from pathlib import Path

import pytest

from onevisit.core import sm2 as curve
from onevisit.core import sm2_files
from onevisit.core.sm2_files import KeyPair
from onevisit.project.commands import diagnosis
from onevisit.project.commands.sm2 import main
from onevisit.project.launcher import preflight
from onevisit.project.launcher.failures import CannotStart
from onevisit.support import sm2


def test_a_key_is_made_for_its_owner_only_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "sm2.pem"

    assert main(["keygen", str(path)]) == 0

    assert path.stat().st_mode & 0o777 == 0o600
    key = sm2.read(path)
    assert curve.is_signed(public_key=key.public, message=b"m", signature=key.sign(b"m"))
    before = path.read_bytes()
    assert main(["keygen", str(path)]) == 1
    assert path.read_bytes() == before


def test_the_public_half_is_written_as_pem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = sm2.make(tmp_path / "sm2.pem")

    assert main(["public", str(tmp_path / "sm2.pem")]) == 0

    out = capsys.readouterr().out
    assert sm2_files.read_public(data=out.encode()) == key.public
    assert "PRIVATE" not in out


def _missing(path: Path) -> None:
    path.unlink()


def _open_to_all(path: Path) -> None:
    path.chmod(0o644)


def _no_key(path: Path) -> None:
    path.write_text("secret")


def _halves_of_two(path: Path) -> None:
    one = sm2_files.read_pair(data=path.read_bytes())
    other = sm2.make(path.with_name("other.pem"))
    path.write_bytes(sm2_files.write_pair(pair=KeyPair(private=one.private, public=other.public)))


@pytest.mark.parametrize(
    ("spoil", "problem", "remedy"),
    [
        (_missing, "cannot be read", "onevisit sm2 keygen"),
        (_open_to_all, "others can read", "chmod 600"),
        (_no_key, "no block BEGIN PRIVATE KEY", "openssl pkey"),
        (_halves_of_two, "not that of the private one", "backup"),
    ],
)
def test_a_key_that_cannot_be_used_is_named_with_its_remedy(
    spoil: object, problem: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sm2.pem"
    sm2.make(path)
    monkeypatch.setenv("ONEVISIT_SM2_KEY", str(path))
    assert diagnosis._sm2(tmp_path).grade == diagnosis.Grade.GOOD

    spoil(path)  # type: ignore[operator]

    with pytest.raises(CannotStart, match=problem) as caught:
        preflight.sm2_key(str(path))
    assert "\n" not in caught.value.message
    found = diagnosis._sm2(tmp_path)
    assert found.grade == diagnosis.Grade.BAD
    assert problem in found.said
    assert remedy in found.remedy


def test_without_a_key_nothing_is_asked_of_sm2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEVISIT_SM2_KEY", raising=False)

    assert diagnosis._sm2(tmp_path).grade == diagnosis.Grade.GOOD
    preflight.sm2_key("")


def test_without_the_library_the_machine_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gmssl_pyx", None)

    with pytest.raises(sm2.KeyRefused, match="is not installed here") as caught:
        sm2.make(tmp_path / "sm2.pem")
    assert "pip install gmssl-pyx" in caught.value.remedy
    assert not (tmp_path / "sm2.pem").exists()


def test_a_signature_is_checked_without_the_library_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = sm2.make(tmp_path / "sm2.pem")
    signature = key.sign(b"m")
    monkeypatch.setitem(__import__("sys").modules, "gmssl_pyx", None)

    assert sm2.is_signed(public_key=key.public, message=b"m", signature=signature)
    assert not sm2.is_signed(public_key=key.public, message=b"n", signature=signature)
