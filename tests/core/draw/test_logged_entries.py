"""What an entry of the ledger says, read from a stranger's proof: refused with a code, never with a traceback."""

import pytest

from onevisit.core.draw import approval_entries, attested_entries, consent_entries
from onevisit.core.draw.logged import entry_of
from onevisit.core.refusals import Refused

CONSENT = '{"department":%s,"digest":"aa","draw":"XM-2026-0001","event":"draw.narrow_consented","places":%s}'


def _code(payload: bytes) -> str:
    with pytest.raises(Refused) as refused:
        consent_entries.parse_entry(payload=payload, name="consent-1.tlog-proof")
    return refused.value.code


@pytest.mark.parametrize(
    ("organ", "places", "code"),
    [
        ('["x"]', "2", "E_MISMATCH"),
        ('{"x":1}', "2", "E_MISMATCH"),
        ('""', "2", "E_MISMATCH"),
        ('"GZ"', '"2"', "E_TYPE"),
        ('"GZ"', "true", "E_TYPE"),
        ('"GZ"', "NaN", "E_JSON"),
        ('"GZ"', "-Infinity", "E_JSON"),
        ('"\\ud800"', "2", "E_JSON"),
        ('"GZ","department":"GZ"', "2", "E_JSON"),
        ('"GZ"', " 2", "E_JSON"),
        ('"GZ"', "2.0", "E_JSON"),
    ],
)
def test_the_entry_of_a_consent_with_another_kind_of_field_is_refused_by_code(
    organ: str, places: str, code: str
) -> None:
    assert _code((CONSENT % (organ, places)).encode()) == code


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig", "gbk"])
def test_an_entry_is_read_in_one_encoding_only(encoding: str) -> None:
    text = CONSENT % ('"市司法局"', "2")

    assert consent_entries.parse_entry(payload=text.encode(), name="x").department == "市司法局"
    assert _code(text.encode(encoding)) == "E_JSON"


def test_no_entry_gives_text_that_cannot_be_printed() -> None:
    """Half a character from an escape would end the command with a traceback where it says what it found."""
    approval = b'{"event":"draw.exclusions_approved","department":"\\udfff","role":"x","count":1}'
    answer = b'{"event":"draw.attested","department":"\\udfff","fingerprint":"x","is_agreed":true}'
    for parse, payload in ((approval_entries.parse_entry, approval), (attested_entries.parse_entry, answer)):
        with pytest.raises(Refused, match="E_JSON"):
            parse(payload=payload, name="x")
    with pytest.raises(Refused, match="E_JSON"):
        entry_of(payload=b"[" * 100_000, name="x")
