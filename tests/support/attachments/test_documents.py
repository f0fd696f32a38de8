"""Documents: PDF/A under the organ's own heading and number, and no name may break one."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from onevisit.support.attachments import documents
from onevisit.support.attachments.documents import glyphs
from tests.cast import AT, Cast


def _notice(
    organ: str = "厦门市市场监督管理局", number: str = "厦市监检通〔2026〕1号", name: str = "王"
) -> documents.Document:
    return documents.Document(
        organ=organ,
        title="行政检查通知书",
        number=number,
        day=date(2026, 11, 19),
        addressee="某某加油站",
        blocks=(
            documents.Paragraph("本机关定于下列时间实施行政检查。"),
            documents.Facts((("检查人员", name),)),
            documents.Table(("事项", "依据"), (("油品质量", "产品质量法 §15"),), (0.5, 0.5)),
            documents.Listing(("有权拒绝未出示证件的检查。",)),
            documents.Signatures((("当事人", ""),)),
        ),
    )


def _text(content: bytes, folder: Path) -> str:
    path = folder / "document.pdf"
    path.write_bytes(content)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True).stdout


def test_the_document_stands_under_the_organs_heading_and_number(tmp_path: Path) -> None:
    text = _text(documents.render(document=_notice()), tmp_path)

    assert "厦门市市场监督管理局" in text
    assert "厦市监检通〔2026〕1号" in text.replace(" ", "")


def test_it_declares_pdf_a_2b() -> None:
    content = documents.render(document=_notice())

    assert b"pdfaid:part>2</pdfaid:part" in content
    assert b"pdfaid:conformance>B</pdfaid:conformance" in content


def test_the_same_document_gives_the_same_bytes() -> None:
    assert documents.render(document=_notice()) == documents.render(document=_notice())


@pytest.mark.parametrize("name", ["𠮷田", "龘犇燚喆堃镕翀", "\U0002a6d6", "\U00031350"])
def test_no_surname_breaks_a_document(name: str) -> None:
    assert documents.render(document=_notice(name=name)).startswith(b"%PDF-")


def test_a_character_that_no_font_has_is_written_by_its_number() -> None:
    assert glyphs.writable("王\U000e0041") == "王〔U+E0041〕"


def test_an_issued_document_is_kept_with_its_hash(people: Cast) -> None:
    kept = documents.issue(document=_notice(), subject_type="inspection", subject="x", actor=people.actor("王"), at=AT)

    assert kept.mime == "application/pdf"
    assert kept.completed_at == AT
    assert len(kept.sha256) == 64
