"""How many shares combine a key, and what the ledger holds of them."""

import hashlib

import pytest

from onevisit.core.draw import shares


@pytest.mark.parametrize(
    ("holders", "needed"), [(0, 0), (1, 0), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (63, 32)], ids=str
)
def test_a_majority_of_the_holders_combines_a_key_and_never_one_alone(holders: int, needed: int) -> None:
    assert shares.threshold(holders=holders) == needed


def test_the_digest_of_a_share_is_one_line_that_anybody_can_hash() -> None:
    line = "onevisit-share1|D-2026-1|A|B|" + "0f" * 33

    found = shares.share_digest(draw="D-2026-1", party="A", holder="B", share="0f" * 33)

    assert found == hashlib.sha256(line.encode()).hexdigest()


def test_the_digest_of_a_deposit_binds_every_part_in_any_order() -> None:
    parts = [("B", "1" * 64, "2" * 64), ("C", "3" * 64, "4" * 64), ("E", "escrow", "5" * 64)]
    given = {"draw": "D-2026-1", "party": "A", "needed": 2}
    lines = ["onevisit-deposit1|D-2026-1|A|2", *("|".join(part) for part in parts)]

    found = shares.deposit_digest(**given, parts=parts)

    assert found == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert found == shares.deposit_digest(**given, parts=parts[::-1])
    for place in range(3):
        for field in range(3):
            changed = [list(part) for part in parts]
            changed[place][field] += "x"
            assert shares.deposit_digest(**given, parts=[tuple(part) for part in changed]) != found
