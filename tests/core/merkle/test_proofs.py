"""Ledger proofs against `vectors/proofs.json`: the good ones with their times, the bad ones with their codes."""

import contextlib
import json
from base64 import b64decode
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.merkle import note, policy, tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

VECTORS = json.loads(Path("vectors/proofs.json").read_text(encoding="utf-8"))
DRAWS = {draw["name"]: draw for draw in json.loads(Path("vectors/srd1.json").read_text(encoding="utf-8"))["draws"]}
WORDS = {"manifest": "draw.committed", "order": "draw.ordered", "result": "draw.replaced"}
MARGIN = 600

Case = dict[str, object]
Files = dict[str, bytes]


def _content(change: dict[str, object]) -> bytes:
    if "base64" in change:
        return b64decode(str(change["base64"]))
    text = str(change["text"])
    if "repeat" in change:
        part, times = change["repeat"]
        text = text.replace(part, part * times)
    return text.encode()


def _files(case: Case) -> Files:
    base = VECTORS["bases"][case["base"]]
    files = {name: text.encode() for name, text in base["files"].items()}
    for name, change in case["change"].items():
        if change is None:
            files.pop(name)
        else:
            files[name] = _content(change)
    return files


def _receipt(case: Case) -> dict[str, list[dict[str, str]]]:
    return DRAWS[VECTORS["bases"][case["base"]]["draw"]]["receipt"]


def _result_of(files: Files, name: str, found: Policy, **expected: str) -> tlog_proof.ProofResult:
    if name not in files:
        raise Refused("E_FILE", name)
    return tlog_proof.check_proof(data=files[name], policy=found, **expected)


def _margin(result: tlog_proof.ProofResult, t0: str) -> int | None:
    if result.quorum_time is None:
        return None
    margin = int(datetime.fromisoformat(t0).timestamp()) - result.quorum_time
    if margin < MARGIN:
        raise Refused("E_LATE", str(margin))
    return margin


def _policy(files: Files) -> Policy:
    name = "--policy" if "--policy" in files else "policy.txt"
    if name not in files:
        raise Refused("E_FILE", name)
    return policy.parse_policy(data=files[name])


def _check_commitments(files: Files, receipt: dict[str, list[dict[str, str]]]) -> str:
    """Do what check V1 does with the proofs and return the end of its line."""
    found = _policy(files)
    draw, manifest = receipt["manifest"]["draw"], receipt["manifest"]
    expected = [("manifest", "draw.committed", receipt["results"][0]["result"]["basis"], manifest["t0"])]
    for result, order in zip(receipt["results"][1:], receipt["orders"], strict=True):
        name = f"order-{order['order']['r']}"
        expected.append((name, "draw.ordered", result["result"]["basis"], order["order"]["t0"]))
    origins, margins = [], []
    for name, event, digest, t0 in expected:
        result = _result_of(files, f"{name}.tlog-proof", found, event=event, draw=draw, digest=digest)
        margins.append(_margin(result, t0))
        origins.append(policy.printable(name=result.log_name.encode()))
    text = f"policy {found.digest} quorum {policy.printable(name=found.quorum)} log {','.join(dict.fromkeys(origins))}"
    return text if found.is_unwitnessed else f"{text} margin {min(margin for margin in margins if margin is not None)}"


def _check_results(files: Files, receipt: dict[str, list[dict[str, str]]]) -> str:
    """Do what check V11 does with the proofs and return the end of its line."""
    found = _policy(files)
    for number, result in enumerate(receipt["results"]):
        event = "draw.replaced" if number else "draw.drawn"
        digest = result["seal"] or result["digest"]
        name = f"result-{number}.tlog-proof"
        _result_of(files, name, found, event=event, draw=receipt["manifest"]["draw"], digest=digest)
    return f"{receipt['results'][-1]['digest']} logged"


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["name"])
def test_a_good_proof_gives_the_published_lines(case: Case) -> None:
    files, receipt = _files(case), _receipt(case)

    assert case["V1"].split(" ", 2)[2] == _check_commitments(files, receipt)
    assert case["V11"].split(" ", 2)[2] == _check_results(files, receipt)


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: case["name"])
def test_a_bad_proof_is_refused_with_its_code(case: Case) -> None:
    files, receipt = _files(case), _receipt(case)
    if case["check"] == 11:
        _check_commitments(files, receipt)

    with pytest.raises(Refused) as refused:
        (_check_commitments if case["check"] == 1 else _check_results)(files, receipt)

    assert refused.value.code == case["code"]


@pytest.mark.parametrize("vector", VECTORS["keys"], ids=lambda vector: vector["vkey"])
def test_a_key_reads_back(vector: dict[str, str]) -> None:
    key = note.parse_vkey(text=vector["vkey"], kind=note.KeyType(vector["type"]))

    assert (key.public.hex(), key.id.hex()) == (vector["public"], vector["key_id"])
    assert note.encode_vkey(key=key) == vector["vkey"]


@pytest.mark.parametrize("name", sorted(VECTORS["bases"]))
def test_a_proof_writes_back_to_the_same_bytes(name: str) -> None:
    for file, text in VECTORS["bases"][name]["files"].items():
        if file.endswith(".tlog-proof"):
            found = tlog_proof.parse_proof(data=text.encode())
            facts = {"payload": found.payload, "index": found.index, "hashes": found.hashes, "note": found.note}

            assert tlog_proof.encode_proof(**facts).decode() == text


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_changed_byte_of_a_proof_passes_unless_it_is_another_way_to_say_nothing(data: st.DataObject) -> None:
    base = VECTORS["bases"]["open, no witnesses"]
    good = base["files"]["manifest.tlog-proof"].encode()
    found = policy.parse_policy(data=base["files"]["policy.txt"].encode())
    signed_by_log = good.index(b"\n", good.index("\n— ".encode()) + 1)
    place = data.draw(st.integers(0, signed_by_log - 1))
    bad = bytearray(good)
    bad[place] ^= data.draw(st.integers(1, 255))
    entry = VECTORS["checkpoints"][0]
    payload = json.loads(entry["payload"])

    with pytest.raises(Refused):
        tlog_proof.check_proof(
            data=bytes(bad), policy=found, event=payload["event"], draw=payload["draw"], digest=payload["digest"]
        )


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (policy.parse_policy, tlog_proof.parse_proof):
        with contextlib.suppress(Refused):
            read(data=data)


def test_a_chain_of_many_groups_does_not_exhaust_the_reader() -> None:
    lines = VECTORS["bases"]["open"]["files"]["policy.txt"].splitlines()[:3]
    lines += ["group g0 1 samr", *(f"group g{i} 1 g{i - 1}" for i in range(1, 9000)), "quorum g8999"]

    found = policy.parse_policy(data=("\n".join(lines) + "\n").encode())

    assert found.quorum_time(times={b"samr": 5}) == 5
    assert found.quorum_time(times={}) is None


@pytest.mark.parametrize("file", [b"x" * 262_145, b"#" * 262_144 + b"\n"])
def test_a_file_that_is_too_large_is_refused(file: bytes) -> None:
    for read, code in ((policy.parse_policy, "E_POLICY"), (tlog_proof.parse_proof, "E_PROOF")):
        with pytest.raises(Refused) as refused:
            read(data=file)
        assert refused.value.code == code
