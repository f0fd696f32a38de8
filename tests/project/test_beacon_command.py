"""`onevisit beacon`: a closed network gets the beacon's value on paper or as a QR code, and verifies it the same."""

import re
from pathlib import Path

import pytest
import segno

from onevisit.core.draw.beacon import QUICKNET
from onevisit.project import cli
from onevisit.stages.draws.sources import values
from tests.core.draw.vectors import DRAND

KNOWN = next(one for one in DRAND["beacons"] if one["chain"] == "quicknet")
DECLARED = {"type": "drand", "chain": QUICKNET.chain_hash, "round": KNOWN["round"]}


def _answer(folder: Path, *, signature: str = KNOWN["signature"]) -> Path:
    path = folder / "round.json"
    path.write_text(f'{{"round":{KNOWN["round"]},"signature":"{signature}"}}', encoding="utf-8")
    return path


def test_it_names_the_round_of_a_moment_and_where_to_fetch_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["beacon", "--t0", "2023-08-23T23:09:27+08:00"]) == 0

    first, *addresses = capsys.readouterr().out.splitlines()
    assert first == "1"
    assert all(re.fullmatch(rf"https://[a-z0-9.]+/{QUICKNET.chain_hash}/public/1", one) for one in addresses)
    assert addresses


def test_what_stands_on_the_sheet_is_taken_by_the_draw_from_paper_and_from_the_code(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    how = ["beacon", "--round", str(KNOWN["round"]), "--answer", str(_answer(tmp_path)), "--sheet", str(sheet)]

    assert cli.main(how) == 0

    page = sheet.read_text(encoding="utf-8")
    on_paper = re.findall(r"<code>([0-9a-f ]+)</code>", page)[0]
    in_code = KNOWN["signature"].upper()
    drawn = re.search(r'<path [^>]*d="([^"]+)"', page)
    assert drawn is not None
    assert drawn[1] in segno.make(in_code, error="m", micro=False).svg_inline(scale=4)
    for carried in (on_paper, on_paper.replace(" ", "\n"), in_code, f"第 {KNOWN['round']} 轮 {in_code}"):
        assert values.beacon(declared=DECLARED, text=carried)["randomness"] == KNOWN["randomness"]


def test_a_signature_of_another_round_makes_no_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "sheet.html"
    how = ["beacon", "--round", str(KNOWN["round"] + 1), "--answer", str(_answer(tmp_path)), "--sheet", str(sheet)]

    assert cli.main(how) == 1
    assert cli.main([*how[:3], "--answer", str(_answer(tmp_path, signature="")), "--sheet", str(sheet)]) == 1

    said = capsys.readouterr().err
    assert said.startswith("REFUSED E_SIGNATURE")
    assert "holds no signature of 96 hex digits" in said
    assert not sheet.exists()
    assert cli.main(["beacon"]) == 2
    assert cli.main([*how[:3], "--sheet", str(sheet)]) == 2
