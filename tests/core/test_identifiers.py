"""Codes that others issue: what is refused, what is only odd."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core import identifiers
from onevisit.core.identifiers import USCC_ALPHABET, DocumentNumber, IdentifierRefused

GOOD = (
    "914403001922038216",
    "91440300708461136T",
    "91350000158142711F",
    "91350200776049653A",
    "91350203MA31NDF85F",
    "91350200XMDM000129",
    "92350203XMDM00020C",
    "52350206XMDM00039Q",
)
TRIAL = ("91350203M0001QAY9B", "91350211M0000XUF46", "91350203M0001FUE2P")


@pytest.mark.parametrize("code", GOOD)
def test_a_real_code_passes_both_check_digits(code: str) -> None:
    verdict = identifiers.check_uscc(code)

    assert verdict.is_acceptable
    assert verdict.warnings == ()


@pytest.mark.parametrize("code", TRIAL)
def test_a_trial_code_of_2015_warns_and_is_never_refused(code: str) -> None:
    verdict = identifiers.check_uscc(code)

    assert verdict.is_acceptable
    assert [remark.code for remark in verdict.warnings] == ["trial_code"]


def test_width_case_and_blanks_are_repaired() -> None:
    assert identifiers.check_uscc(" ９１350203ma31ndf85f ").value == "91350203MA31NDF85F"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("9135020", "length"),
        ("91350203MA31NDF8IF", "alphabet"),
        ("91350203MA31NDF85G", "check_digit"),
        ("91990203MA31NDF85F", "region"),
        ("91350203MA31NDF84F", "organisation_digit"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(code: str, problem: str) -> None:
    verdict = identifiers.check_uscc(code)

    assert problem in [remark.code for remark in verdict.problems]


@given(
    body=st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8),
    place=st.integers(0, 17),
    other=st.sampled_from(USCC_ALPHABET),
)
def test_any_single_slip_in_a_valid_code_is_seen(body: str, place: int, other: str) -> None:
    first_17 = "91350203" + body + identifiers.organisation_check_digit(body)
    code = first_17 + identifiers.uscc_check_digit(first_17)
    slipped = code[:place] + other + code[place + 1 :]

    if "M000" in (code[8:12], slipped[8:12]) or slipped == code:
        return
    assert identifiers.check_uscc(code).is_acceptable
    assert not identifiers.check_uscc(slipped).is_acceptable


@given(st.text())
def test_no_text_whatever_breaks_a_check(text: str) -> None:
    for check in (
        identifiers.check_uscc,
        identifiers.check_region,
        identifiers.check_industry,
        identifiers.check_certificate,
    ):
        check(text)


@pytest.mark.parametrize(
    ("code", "good"), [("350203", True), ("350200", True), ("3502", False), ("990203", False), ("35020A", False)]
)
def test_a_region_code_is_six_digits_of_a_province(code: str, good: bool) -> None:
    assert identifiers.check_region(code).is_acceptable is good


def test_a_district_lies_in_its_city_and_province() -> None:
    assert identifiers.region_parents("350203") == ("350200", "350000")
    assert identifiers.region_parents("350200") == ("350000",)
    assert identifiers.region_parents("350000") == ()


@pytest.mark.parametrize(
    ("code", "good"),
    [("5265", True), ("F5265", True), ("52", True), ("H5265", False), ("9901", False), ("5", False), ("F", False)],
)
def test_an_industry_code_has_its_form_and_section(code: str, good: bool) -> None:
    assert identifiers.check_industry(code).is_acceptable is good


def test_an_odd_certificate_number_warns_and_the_issuers_own_pattern_decides() -> None:
    assert identifiers.check_certificate("35020300001").warnings == ()
    assert identifiers.check_certificate("350203001").warnings[0].code == "length"
    assert identifiers.check_certificate("35020300001", pattern=r"3502\d{7}").is_acceptable
    assert not identifiers.check_certificate("44020300001", pattern=r"3502\d{7}").is_acceptable
    assert not identifiers.check_certificate("证").is_acceptable


@given(year=st.integers(1949, 2100), sequence=st.integers(1, 9_999_999))
def test_a_document_number_survives_being_written_and_read(year: int, sequence: int) -> None:
    number = DocumentNumber(prefix="厦市监检", year=year, sequence=sequence)

    assert identifiers.parse_document_number(str(number)) == number


@pytest.mark.parametrize(
    "text", ["厦市监罚[2025]1号", "厦市监罚〔2025〕01号", "厦市监罚〔25〕1号", "〔2025〕1号", "1号"]
)
def test_a_document_number_in_another_form_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(IdentifierRefused) as refusal:
        identifiers.parse_document_number(text)

    assert "六角括号" in refusal.value.message
