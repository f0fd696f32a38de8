"""Masking: what a person's number is, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.stages.publication.masking import SpotKind, mask


@pytest.mark.parametrize(
    ("text", "shown", "kinds"),
    [
        ("电话13800138000。", "电话138****8000。", [SpotKind.PHONE]),
        ("电话138 0013 8000", "电话138****8000", [SpotKind.PHONE]),
        ("身份证350203199001011234", "身份证350203********12**", [SpotKind.IDENTITY]),
        ("身份证35020319900101123X", "身份证350203********12**", [SpotKind.IDENTITY]),
        ("打0592-5556010", "打（已遮盖）", [SpotKind.LANDLINE]),
        ("账户6222020200112233445", "账户（已遮盖）", [SpotKind.CARD]),
        ("住址：思明区某路8号，已通知", "住址（已遮盖），已通知", [SpotKind.HOME]),
        ("13800138000、13900139000", "138****8000、139****9000", [SpotKind.PHONE, SpotKind.PHONE]),
    ],
)
def test_what_the_public_may_not_read_is_masked(text: str, shown: str, kinds: list[SpotKind]) -> None:
    found = mask(text=text, first_number=3)

    assert found.text == shown
    assert [spot.kind for spot in found.spots] == kinds
    assert [spot.number for spot in found.spots] == list(range(3, 3 + len(kinds)))


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码91350200MA31ABCD0X",
        "厦市监责改〔2026〕1号",
        "2026-11-24 检查 12 项",
        "指纹" + "13800138000" * 5 + "ab",
        "编号350200-2026-V0001",
        "",
    ],
)
def test_codes_numbers_and_dates_stay(text: str) -> None:
    assert mask(text=text).text == text


@given(st.text(alphabet="0123456789Xx-，电话住址：思明 ", max_size=60))
def test_masking_a_masked_text_changes_nothing_and_pieces_give_the_text(text: str) -> None:
    once = mask(text=text)

    assert mask(text=once.text).text == once.text
    assert "".join(piece.text for piece in once.pieces) == text
