"""Canonical JSON: the vectors of RFC 8785 and srd1, and a second implementation as the peer."""

import json
import math
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core import canonical
from onevisit.core.refusals import Refused

VECTORS = Path(__file__).resolve().parents[2] / "vectors"
RFC = json.loads((VECTORS / "jcs_rfc8785.json").read_text(encoding="utf-8"))["cases"]
SRD1 = json.loads((VECTORS / "srd1.json").read_text(encoding="utf-8"))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
SUBSET = st.recursive(
    st.integers(0, 2**53 - 1) | st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)), inner, max_size=4)
    ),
)


@pytest.mark.parametrize("case", RFC, ids=lambda case: case["in_json"][:20])
def test_the_examples_of_the_rfc_are_encoded_as_it_says(case: dict[str, object]) -> None:
    value = json.loads(str(case["in_json"]))

    text = canonical.encode(value=value).decode("utf-8")

    if "out" in case:
        assert text == case["out"]
    else:
        assert list(json.loads(text)) == case["key_order"]


@given(VALUES)
def test_any_value_is_encoded_as_the_peer_encodes_it(value: canonical.Json) -> None:
    assert canonical.encode(value=value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (123456.5, "123456.5"),
        (-1.5, "-1.5"),
        (2**53, "9007199254740992"),
        (2**70, "1.1805916207174113e+21"),
    ],
)
def test_numbers_look_as_in_ecmascript(value: float, text: str) -> None:
    assert canonical.encode(value=value) == text.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**53 + 1, 10**400])
def test_a_number_that_no_double_holds_is_refused(value: float) -> None:
    with pytest.raises(Refused) as refusal:
        canonical.encode(value=value)

    assert refusal.value.code == "E_NUMBER"


def test_half_a_surrogate_pair_is_refused() -> None:
    for value in ("\ud800", {"\udc00": 1}):
        with pytest.raises(Refused) as refusal:
            canonical.encode(value=value)
        assert refusal.value.code == "E_JSON"


@pytest.mark.parametrize("case", SRD1["canonical_json"], ids=lambda case: case["out"][:20])
def test_the_subset_parses_and_encodes_as_the_vectors_say(case: dict[str, str]) -> None:
    parsed = canonical.parse(data=case["in"].encode())

    assert canonical.encode(value=parsed).decode() == case["out"]


@pytest.mark.parametrize("case", SRD1["canonical_json_bad"], ids=lambda case: repr(case["in"]))
def test_what_the_subset_leaves_out_is_refused_with_its_code(case: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        canonical.parse(data=case["in"].encode())

    assert refusal.value.code == case["code"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a":null}', "E_TYPE"),
        ('{"a":[true]}', "E_TYPE"),
        ('{"a":false}', "E_TYPE"),
        ('{"a":"\\ud800"}', "E_ASCII"),
        ('{"\\u0001":1}', "E_ASCII"),
        ('{"a":"\t"}', "E_JSON"),
        ('{"a":Infinity}', "E_JSON"),
        ('{"a":-Infinity}', "E_JSON"),
        ("{} {}", "E_JSON"),
        ('{"a":' + "9" * 5000 + "}", "E_NUMBER"),
        ('{"a":' * 100_000, "E_JSON"),
        ("[" * 100_000 + "]" * 100_000, "E_JSON"),
    ],
    ids=range(12),
)
def test_other_odd_documents_are_refused_without_a_traceback(text: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        canonical.parse(data=text.encode())

    assert refusal.value.code == code


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), SUBSET))
def test_what_is_encoded_parses_back(value: canonical.Json) -> None:
    assert canonical.parse(data=canonical.encode(value=value)) == value


@given(st.binary())
def test_any_bytes_either_parse_or_are_refused(data: bytes) -> None:
    try:
        parsed = canonical.parse(data=data)
    except Refused:
        return

    assert isinstance(parsed, dict)


def test_a_digest_binds_its_tag() -> None:
    void = SRD1["void_record"]

    assert canonical.digest(tag="void", value=void["record"]) == void["digest"]
    assert canonical.digest(tag="order", value=void["record"]) != void["digest"]
