"""Every refusal code of the protocol's section 15 is provoked by some input, and says in Chinese what to do."""

import json
import re
from pathlib import Path

import pytest

from onevisit.core import canonical
from onevisit.core.draw import receipt
from onevisit.core.refusals import Refused
from onevisit.stages.draws.sentences import SENTENCES, sentence_of
from tests.core.draw.vectors import DRAWS, PROOFS, SRD1, files_of, frames_of

CORE = Path(receipt.__file__).parents[1]
# draw-protocol.md, section 15.
CODES = [
    "E_FILE",
    "E_JSON",
    "E_ASCII",
    "E_NUMBER",
    "E_TYPE",
    "E_FIELD",
    "E_RANGE",
    "E_VERSION",
    "E_KIND",
    "E_NAME",
    "E_ID",
    "E_HEX",
    "E_TIME",
    "E_ORDER",
    "E_DUPLICATE",
    "E_MODE",
    "E_NS",
    "E_RULE",
    "E_COUNT",
    "E_RECONCILE",
    "E_QUOTA_SIZE",
    "E_QUOTA",
    "E_FRAME_MISSING",
    "E_EMPTY",
    "E_CRLF",
    "E_EOL",
    "E_LINE",
    "E_UNSORTED",
    "E_FRAME_HASH",
    "E_FRAME_ROOT",
    "E_SOURCE",
    "E_CHAIN",
    "E_ROUND",
    "E_SOURCE_REUSED",
    "E_SOURCE_MISSING",
    "E_SOURCE_EXTRA",
    "E_SOURCE_MISMATCH",
    "E_SOURCE_VALUE",
    "E_TYPISTS",
    "E_RANDOMNESS",
    "E_SIGNATURE",
    "E_KEY_MISSING",
    "E_KEY_EXTRA",
    "E_KEY_COMMIT",
    "E_ROSTER_MISSING",
    "E_ROSTER_EXTRA",
    "E_ROSTER_DIGEST",
    "E_CAP",
    "E_OFFICER",
    "E_POOL",
    "E_SLOTS",
    "E_DRAW",
    "E_ROUNDS",
    "E_INFEASIBLE",
    "E_PREV",
    "E_T0",
    "E_WITHDRAWN",
    "E_REASON",
    "E_CONFIRM",
    "E_SWAP",
    "E_MISMATCH",
    "E_PROOF",
    "E_POLICY",
    "E_LOG",
    "E_QUORUM",
    "E_LATE",
]
OF_THE_REGISTER = {"E_GAP", "E_OUTCOME"}


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_sentence_of_its_own_in_the_users_words(code: str) -> None:
    words = str(SENTENCES[code])

    assert re.search(r"[一-鿿]{4}", words)
    assert words.endswith("。")
    assert "E_" not in words
    assert [other for other, said in SENTENCES.items() if str(said) == words] == [code]
    assert sentence_of(Refused(code, "item")) == f"{words}（{code}，item）"


def test_no_code_is_raised_that_has_no_sentence_and_none_is_said_that_is_never_raised() -> None:
    raised = {code for file in CORE.rglob("*.py") for code in re.findall(r'"(E_[A-Z0-9_]+)"', file.read_text())}

    assert raised == set(SENTENCES)
    assert set(SENTENCES) == set(CODES) | OF_THE_REGISTER


def test_every_code_but_one_is_provoked_by_a_vector() -> None:
    provoked = {case["code"] for case in (*SRD1["malformed"]["cases"], *SRD1["canonical_json_bad"], *PROOFS["bad"])}
    provoked |= {"E_ID", "E_NAME", "E_TIME"}  # lists of bad ids, names and times

    assert set(CODES) - provoked == {"E_INFEASIBLE"}


def test_an_order_after_an_assignment_that_fell_short_is_refused() -> None:
    name = next(name for name, case in DRAWS.items() if case["exit"] == 3)
    files, drawn = files_of(name), DRAWS[name]["receipt"]["results"][-1]
    manifest = json.loads(files["manifest.json"])
    first = drawn["result"]["items"][0]["strata"]
    target = next(one["id"] for stratum in first for one in stratum["selected"])
    replaced = json.loads(files_of(_with_a_round())["replacements.json"])
    (given, *_others) = replaced["rounds"]
    order = {**given["order"], "draw": manifest["draw"], "prev": drawn["digest"], "swapped": []}
    order["withdrawn"] = [{**given["order"]["withdrawn"][0], "object": target}]
    file = {**replaced, "draw": manifest["draw"], "rounds": [{**given, "order": order}]}

    with pytest.raises(Refused) as refused:
        receipt.draw(
            manifest=files["manifest.json"],
            frames=frames_of(files),
            sources=files["sources.json"],
            keys=files.get("keys.json"),
            roster=files.get("roster.json"),
            replacements=canonical.encode(value=file),
        )

    assert refused.value.code == "E_INFEASIBLE"


def _with_a_round() -> str:
    return next(name for name, case in DRAWS.items() if "replacements.json" in case["files"])
