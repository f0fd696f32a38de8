"""Quotas, sources, the beacon and every hash of the protocol, against the vectors."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onevisit.core.draw import beacon, grammar, quotas, seeds, sources
from onevisit.core.refusals import Refused
from tests.core.draw.vectors import DRAND, SRD1

QUICKNET = [case for case in DRAND["beacons"] if case["chain"] == "quicknet"]
FOREIGN = [case for case in DRAND["negative"] if case["chain"] == "quicknet"]


def test_quotas_by_rate_are_rounded_up() -> None:
    for case in SRD1["quota_by_rate"]:
        assert quotas.by_rate(size=case["N"], basis_points=case["bp"]) == case["n"]


def test_quotas_by_total_go_to_the_largest_remainders() -> None:
    for case in SRD1["quota_by_total"]:
        assert quotas.by_total(total=case["total"], sizes=case["sizes"]) == case["n"]


@given(st.dictionaries(st.text("abcd", min_size=1), st.integers(1, 1000), min_size=1), st.data())
def test_quotas_by_total_add_up_and_fit(sizes: dict[str, int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(sizes.values())))

    found = quotas.by_total(total=total, sizes=sizes)

    assert sum(found.values()) == total
    assert all(found[stratum] <= size for stratum, size in sizes.items())


def test_the_round_is_the_first_that_comes_at_t0_or_later() -> None:
    for case in SRD1["round_at"]:
        assert sources.round_at(chain=beacon.QUICKNET, at=grammar.unix(case["t0"])) == case["round"]


def test_no_round_comes_before_the_chain_began() -> None:
    with pytest.raises(Refused) as refusal:
        sources.round_at(chain=beacon.QUICKNET, at=beacon.QUICKNET.genesis - 1)

    assert refusal.value.code == "E_ROUND"


@pytest.mark.parametrize("case", SRD1["source_lines"], ids=lambda case: case["value"]["type"])
def test_a_value_becomes_its_line(case: dict[str, Any]) -> None:
    assert sources.source_line(value=sources.read_value(case["value"], "value")) == case["line"]


def test_commitments_and_seeds_are_those_of_the_vectors() -> None:
    for case in SRD1["key_commitments"]:
        assert seeds.key_commitment(draw=case["draw"], party=case["party"], key=case["key"]) == case["commit"]
    for case in SRD1["seeds"]:
        keys = {key["party"]: key["key"] for key in case["keys"]}
        found = seeds.seed(manifest_digest=case["manifest_digest"], lines=case["source_lines"], keys=keys)
        assert found == case["seed"]


def test_the_seeds_of_rounds_and_assignments_and_the_seal_are_those_of_the_vectors() -> None:
    case = SRD1["other_digests"]

    assert seeds.assignment_seed(seed=case["seed"], roster_digest=case["roster_digest"]) == case["aseed"]
    round_seed = seeds.replacement_seed(
        seed=case["seed"], round_number=case["r"], order_digest=case["order_digest"], lines=case["source_lines"]
    )
    assert round_seed == case["rseed"]
    assert seeds.seal(result_digest=case["result_digest"], seed=case["seed"]) == case["seal"]


def test_the_pinned_chain_is_the_published_one() -> None:
    published = DRAND["chains"]["quicknet"]

    assert beacon.QUICKNET.public_key == published["public_key"]
    assert beacon.QUICKNET.recomputed_hash() == published["hash"] == beacon.QUICKNET.chain_hash


@pytest.mark.parametrize("case", QUICKNET, ids=lambda case: str(case["round"]))
def test_a_true_round_is_accepted(case: dict[str, Any]) -> None:
    beacon.verify_round(
        chain=beacon.QUICKNET,
        round_number=case["round"],
        signature=case["signature"],
        randomness=case["randomness"],
    )


@pytest.mark.parametrize("case", FOREIGN, ids=lambda case: case["why"])
def test_a_signature_of_another_round_is_refused(case: dict[str, Any]) -> None:
    assert _refused(case["round"], case["signature"]) == "E_SIGNATURE"


@pytest.mark.parametrize(
    "signature",
    ["c0" + "00" * 47, "ff" * 48, "00" * 48, "9f" + "ff" * 47, "80" + "00" * 47],
    ids=["infinity", "infinity with bits", "not compressed", "x above p", "not on the curve"],
)
def test_what_is_no_canonical_point_is_refused(signature: str) -> None:
    assert _refused(1000, signature) == "E_SIGNATURE"


def _refused(round_number: int, signature: str) -> str:
    randomness = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    with pytest.raises(Refused) as refusal:
        beacon.verify_round(
            chain=beacon.QUICKNET, round_number=round_number, signature=signature, randomness=randomness
        )
    return refusal.value.code
