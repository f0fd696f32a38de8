"""What the fuzzer calls a parser refuses a stranger's bytes and never fails on them."""

import contextlib

import pytest

from benchmarks.fuzz_draw import NAMES
from benchmarks.stranger_parsers import PARSERS
from onevisit.core.refusals import Refused
from tests.core.draw.vectors import DRAWS, PLAIN


def test_every_parser_has_its_share_of_the_fuzzer() -> None:
    assert set(NAMES) == set(PARSERS)


@pytest.mark.parametrize("name", sorted(PARSERS))
@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{}", b"\n\n", b"A|B", b"PK\x03\x04"])
def test_bytes_of_nobody_are_refused(name: str, data: bytes) -> None:
    if name == "receipt":  # a verifier answers with a failed check
        assert "status=<Status.FAILED" in repr(PARSERS[name](data))
        return
    if (name, data) == ("json", b"{}"):
        assert PARSERS[name](data) == {}
        return
    with pytest.raises(Refused):
        PARSERS[name](data)


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_another_kind_of_file_is_no_crash(name: str) -> None:
    for text in DRAWS[PLAIN]["files"].values():
        with contextlib.suppress(Refused):
            PARSERS[name](text.encode())
