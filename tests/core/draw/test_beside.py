"""What stands beside a receipt: lists of exclusions and the time stamp, from files that strangers wrote."""

import copy
import hashlib
from base64 import b64encode
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.draw import beside, forms
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import policy
from onevisit.core.refusals import Refused
from tests.core.draw.vectors import DRAWS, PLAIN, PROOFS, encoded, files_of

NOTHING_EXCLUDED = "officers infeasible"
SALT = "ab" * 16
LINES = [f"{object_id}|{SALT}" for object_id in ("91350200MA0000001X", "site:1")]
OPEN = PROOFS["bases"]["open"]["files"]


def _receipt(text: str, *, count: int) -> Receipt:
    """Return a receipt whose manifest excludes what one list says; the receipt's own digests are not looked at."""
    document: Any = copy.deepcopy(DRAWS[NOTHING_EXCLUDED]["receipt"])
    digest = hashlib.sha256(text.encode()).hexdigest()
    document["manifest"]["items"][0]["excluded"] = [{"reason": "CLOSED", "n": count, "list_sha256": digest}]
    return forms.parse_receipt(data=encoded(document))


def _checked(receipt: Receipt, files: dict[str, bytes]) -> list[tuple[str, str]]:
    return list(beside.check_beside(files=files, receipt=receipt, trusted=None))


def test_a_list_of_exclusions_gives_the_digest_of_the_manifest() -> None:
    text = "".join(f"{line}\n" for line in LINES)

    found = _checked(_receipt(text, count=2), {"excluded-CLOSED.txt": text.encode()})

    assert found == [("excluded-CLOSED.txt", "2 lines, as the manifest says")]


@pytest.mark.parametrize(
    ("lines", "count", "code"),
    [
        (LINES[::-1], 2, "E_LINE"),
        ([LINES[0], LINES[0]], 2, "E_LINE"),
        (["91350200MA0000001X"], 1, "E_LINE"),
        (LINES, 3, "E_COUNT"),
    ],
)
def test_a_list_that_is_not_sorted_lines_with_salt_is_refused(lines: list[str], count: int, code: str) -> None:
    text = "".join(f"{line}\n" for line in lines)

    with pytest.raises(Refused) as refused:
        _checked(_receipt(text, count=count), {"excluded-CLOSED.txt": text.encode()})

    assert refused.value.code == code


def test_nobody_is_excluded_and_in_the_frame() -> None:
    text = "".join(f"{line}\n" for line in LINES)
    item = DRAWS[NOTHING_EXCLUDED]["receipt"]["manifest"]["items"][0]["item"]

    with pytest.raises(Refused, match="site:1, which is in the frame"):
        _checked(_receipt(text, count=2), {"excluded-CLOSED.txt": text.encode(), f"{item}.txt": b"A|low\nsite:1|low\n"})


def test_the_stamp_names_the_checkpoint_over_the_commitment() -> None:
    receipt = forms.parse_receipt(data=encoded(DRAWS[PLAIN]["receipt"]))
    proof = OPEN["manifest.tlog-proof"].encode()
    body = proof.split(b"\n\n")[1] + b"\n"
    stamp = b"0\x82" + hashlib.sha256(body).digest() + b"end"
    trusted = policy.parse_policy(data=OPEN["policy.txt"].encode())
    good = {"anchor.tlog-proof": proof, "anchor.body": body, "anchor.tsr": stamp}

    def said(**changed: bytes | None) -> str:
        files = {**good, **{f"anchor.{name.replace('_', '-')}": data for name, data in changed.items()}}
        kept = {name: data for name, data in files.items() if data is not None}
        return beside._anchor(kept, receipt, trusted)

    assert said().startswith("names a checkpoint over the commitment")
    other = OPEN["result-0.tlog-proof"].encode()
    for changed, code in (
        ({"body": body + b"x\n"}, "E_MISMATCH"),
        ({"tsr": stamp[:20]}, "E_MISMATCH"),
        ({"tlog_proof": other}, "E_MISMATCH"),
        ({"tsr": None}, "E_FILE"),
        ({"tlog_proof": b64encode(proof)}, "E_PROOF"),
    ):
        with pytest.raises(Refused) as refused:
            said(**changed)  # type: ignore[arg-type]
        assert refused.value.code == code


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from(["excluded-CLOSED.txt", "anchor.tlog-proof", "anchor.body", "anchor.tsr", "plan.json"]),
    st.binary(max_size=200),
)
def test_no_bytes_beside_a_receipt_make_the_verifier_stumble(name: str, data: bytes) -> None:
    text = "".join(f"{line}\n" for line in LINES)
    files = {"excluded-CLOSED.txt": text.encode(), **files_of(NOTHING_EXCLUDED), name: data}
    with suppress(Refused):
        _checked(_receipt(text, count=2), files)


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"null",
        b'{"strata":1}',
        b'{"strata":{"mapping":[1]}}',
        b"[" * 100_000,
        b'{"strata":{"mapping":{"a":[]}}}',
    ],
)
def test_conditions_that_state_no_readable_rule_are_refused(data: bytes) -> None:
    receipt = forms.parse_receipt(data=encoded(DRAWS[PLAIN]["receipt"]))

    with pytest.raises(Refused) as refused:
        beside._strata(data, receipt)

    assert refused.value.code == "E_TYPE"


def test_the_rule_of_the_strata_gives_those_of_the_manifest() -> None:
    receipt = forms.parse_receipt(data=encoded(DRAWS[NOTHING_EXCLUDED]["receipt"]))
    ids = [stratum.id for stratum in receipt.manifest.items[0].strata]
    mapping = ",".join(f'"{place}":"{one}"' for place, one in enumerate(ids))

    assert beside._strata(f'{{"strata":{{"mapping":{{{mapping}}}}}}}'.encode(), receipt).endswith("gives the strata")
    assert beside._strata(b"{}", receipt) == ""
    with pytest.raises(Refused, match="the rule of conditions"):
        beside._strata(b'{"strata":{"mapping":{"A":"OTHER"}}}', receipt)
