"""What the fuzzer calls a parser refuses a stranger's bytes and never fails on them."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_draw import NAMES
from benchmarks.stranger_files import true_files
from benchmarks.stranger_parsers import PARSERS
from onevisit.core.draw import beside
from onevisit.core.refusals import Refused
from tests.core.draw.vectors import DRAWS, PLAIN

TRUE_FILES = true_files()
SMALL = [data for data in TRUE_FILES if len(data) < 20_000]  # a verified receipt takes its time


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Take a true file and put other bytes into one or several places of it, or repeat or cut a part."""
    data = draw(st.sampled_from(SMALL))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 80)))
        piece = draw(st.one_of(st.binary(max_size=8), st.sampled_from(SPICE), st.just(data[start:end] * 2)))
        data = data[:start] + piece + data[end:]
    return data


SPICE = [
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b",",
    b"\n",
    b"\n\n",
    b"|",
    b"-1",
    b"1e9",
    b"9" * 40,
    b"null",
    b"\\u0000",
    b"\x00",
    b"\xff",
    b"=",
    b" ",
]


def test_every_parser_has_its_share_of_the_fuzzer() -> None:
    assert set(NAMES) == set(PARSERS)


@pytest.mark.parametrize("name", sorted(PARSERS))
@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{}", b"\n\n", b"A|B", b"PK\x03\x04"])
def test_bytes_of_nobody_are_refused(name: str, data: bytes) -> None:
    if name == "receipt":  # a verifier answers with a failed check
        assert "status=<Status.FAILED" in repr(PARSERS[name](data))
        return
    if (name, data) in (("json", b"{}"), ("groups", b"")):
        assert PARSERS[name](data) == {}
        return
    if (name, data) == ("conditions", b"{}"):  # older ones state no rule
        assert PARSERS[name](data) == ({beside.CONDITIONS: "not checked: no ledger proofs given"}, "", "")
        return
    with pytest.raises(Refused):
        PARSERS[name](data)


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_another_kind_of_file_is_no_crash(name: str) -> None:
    for text in DRAWS[PLAIN]["files"].values():
        with contextlib.suppress(Refused):
            PARSERS[name](text.encode())


@pytest.mark.parametrize("name", sorted(PARSERS))
@given(data=st.one_of(mutated(), st.binary(max_size=400)))
@settings(max_examples=60, deadline=None)
def test_a_changed_file_is_read_or_refused(name: str, data: bytes) -> None:
    with contextlib.suppress(Refused):  # whatever else rises fails the test
        PARSERS[name](data)


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_every_parser_reads_one_of_the_true_files(name: str) -> None:
    assert any(_is_read(name, data) for data in TRUE_FILES), "the fuzzer would only ever see refusals"


def _is_read(name: str, data: bytes) -> bool:
    try:
        return "status=<Status.FAILED" not in repr(PARSERS[name](data))
    except Refused:
        return False
