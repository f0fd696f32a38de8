"""A repetition takes its objects whole: whoever has its bundle alone is told that their choice was not looked at."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import bundle, concluding
from onevisit.core.draw.verify import Check, Status
from onevisit.stages.publication import public_record
from onevisit.verifier.command import main
from onevisit.verifier.outcome import FAILED, UNVERIFIED
from tests.cast import Cast
from tests.draw_scenes import Log
from tests.stages.draws.test_repeated_bundle import _bundle
from tests.stages.draws.test_restaffing import fresh_keys

__all__ = ["fresh_keys"]

Answer = Callable[..., tuple[int, str]]


@pytest.fixture
def both(people: Cast, log: Log, fresh_keys: None, tmp_path: Path) -> tuple[str, Path, Path]:
    """The number of the draw that fell short, its bundle, and that of the repetition."""
    short, file = _bundle(people, log, tmp_path)
    before = tmp_path / "before.zip"
    before.write_bytes(public_record.draw_bundle(number=short.number) or b"")
    return short.number, before, file


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Answer:
    """Run the command on a bundle; return its exit code and all that it says."""

    def run(file: Path, *more: str) -> tuple[int, str]:
        code = main(["verify", "--bundle", str(file), *more])
        found = capsys.readouterr()
        return code, found.out + found.err

    return run


def _changed(file: Path, change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Path:
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name not in ("SHA256SUMS", "FIELDS")}
    other = file.with_name("changed.zip")
    other.write_bytes(bundle.write_bundle(files=change(kept)))
    return other


def test_the_choice_of_the_objects_is_named_until_the_bundle_before_is_given(
    both: tuple[str, Path, Path], said: Answer
) -> None:
    number, before, file = both

    code, alone = said(file)
    assert code == UNVERIFIED
    assert f"repeated.json not checked: how the objects were chosen, give the bundle of {number} by --repeated" in alone
    assert alone.splitlines()[-1].startswith("not verified: V1, V7-of-repeated skipped")
    assert said(file, "--allow-skipped", "V1")[0] == UNVERIFIED, "the log has no witnesses here, and that is not all"
    assert said(file, "--allow-skipped", "V1,V7-of-repeated")[0] == 0

    code, together = said(file, "--repeated", str(before))
    repetition = json.loads(bundle.read_bundle(data=file.read_bytes())["receipt.json"])["manifest"]["draw"]
    page = Client().get(f"/open/draws/{repetition}").content.decode()
    assert f"onevisit verify --bundle {repetition}.zip --repeated {number}.zip" in page
    assert "--repeated" not in Client().get(f"/open/draws/{number}").content.decode()
    assert code == UNVERIFIED
    assert f"\n{number} V7 ok" in together
    assert f"repeated.json the objects are those that the bundle of {number} shows to be drawn" in together
    assert together.splitlines()[-1].startswith("not verified: V1, V1-of-repeated skipped")
    assert said(file, "--repeated", str(before), "--allow-skipped", "V1,V1-of-repeated")[0] == 0


def test_another_bundle_or_one_that_does_not_hold_shows_no_choice(both: tuple[str, Path, Path], said: Answer) -> None:
    number, before, file = both
    receipt = json.loads(bundle.read_bundle(data=before.read_bytes())["receipt.json"])
    frame = f"{receipt['manifest']['items'][0]['item']}.txt"

    code, other = said(file, "--repeated", str(file))
    assert code == FAILED
    assert "REFUSED E_DRAW: bundle.zip: it is of" in other
    assert f"the officers of {number} are repeated" in other

    picked = _changed(before, lambda files: {**files, frame: files[frame].split(b"\n", 1)[1]})
    code, lines = said(file, "--repeated", str(picked))
    assert code == FAILED
    assert "REFUSED E_MISMATCH: changed.zip: does not hold: V3 failed" in lines

    left_out = _changed(before, lambda files: {name: data for name, data in files.items() if name != frame})
    code, lines = said(file, "--repeated", str(left_out))
    assert code == FAILED
    assert "REFUSED E_" in lines

    damaged = before.with_name("damaged.zip")
    with zipfile.ZipFile(before) as archive, zipfile.ZipFile(damaged, "w") as other_archive:
        for name in archive.namelist():
            other_archive.writestr(name, archive.read(name) + (b" " if name == "plan.json" else b""))
    code, lines = said(file, "--repeated", str(damaged))
    assert code == FAILED
    assert "REFUSED E_MISMATCH: damaged.zip: changed plan.json" in lines


def test_a_draw_that_repeats_nothing_needs_no_other_bundle(both: tuple[str, Path, Path], said: Answer) -> None:
    _number, before, _file = both

    assert "-of-repeated" not in said(before)[1]
    code, lines = said(before, "--repeated", str(before))

    assert code == FAILED
    assert "REFUSED E_DRAW: before.zip: this draw repeats no other, leave --repeated out" in lines


def test_a_repetition_of_a_repetition_leads_on_to_the_draw_that_chose() -> None:
    checks = [Check(1, Status.OK, ""), Check(2, Status.SKIPPED, ""), Check(7, Status.OK, ""), Check(8, Status.OK, "")]

    assert concluding.unchosen(checks=checks, is_repetition=False) == ()
    assert concluding.unchosen(checks=checks, is_repetition=True) == (7,)
