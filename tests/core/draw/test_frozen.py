"""Drawing from a frozen frame gives the same bytes as the ordinary way, whatever the sizes and quotas."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onevisit.core.draw import frame, frozen, receipt, tickets
from onevisit.core.draw.documents import Item, Rule, Stratum
from onevisit.core.draw.sieve import Found, sieve
from onevisit.core.refusals import Refused
from tests.core.draw.vectors import DRAWS, files_of, frames_of

SEED = "5e" * 32


def item_of(rows: list[tuple[str, str]], quotas: dict[str, int]) -> tuple[Item, bytes]:
    data = frame.frame_bytes(rows=rows)
    sizes = frame.parse_frame(data=data).sizes
    strata = tuple(Stratum(id=id_, size=sizes[id_], quota=quotas[id_], basis_points=None) for id_ in sorted(sizes))
    item = Item(
        item="A01",
        department="D",
        namespace="obj",
        frame_sha256=frame.frame_sha256(data=data),
        frame_root=frame.frame_root(data=data),
        size=len(rows),
        registry_size=len(rows),
        excluded=(),
        rule=Rule.TOTAL,
        total=sum(quotas.values()),
        strata=strata,
    )
    return item, data


def _quick(item: Item, data: bytes, seed: str) -> tickets.Selection:
    return frozen.select_frozen(items=(item,), frames={"A01": data}, seed=seed)[0].strata


def _ordinary(item: Item, data: bytes, seed: str) -> tickets.Selection:
    quotas = {stratum.id: stratum.quota for stratum in item.strata}
    return tickets.select(
        frame=frame.parse_frame(data=data), quotas=quotas, namespace=item.namespace, seed=seed, barred=()
    )


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 3000), st.integers(1, 4), st.integers(0, 40), st.integers(0, 10**9))
def test_the_quick_way_gives_the_same_selection(size: int, strata: int, quota: int, salt: int) -> None:
    rows = [(f"{number * 7919 % 10**7:07d}X{salt}", f"S{number % strata}") for number in range(size)]
    counts = {id_: sum(each == id_ for _, each in rows) for id_ in {each for _, each in rows}}
    item, data = item_of(rows, {id_: min(quota, count) for id_, count in counts.items()})
    seed = hashlib.sha256(str(salt).encode()).hexdigest()

    assert _quick(item, data, seed) == _ordinary(item, data, seed)


def test_a_bound_that_was_too_low_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    item, data = item_of([(f"{number:06d}", "S") for number in range(5000)], {"S": 50})
    monkeypatch.setattr(frozen, "_share", lambda _quota, _size: 0.001)

    assert _quick(item, data, SEED) == _ordinary(item, data, SEED)


def test_another_frame_is_refused() -> None:
    item, data = item_of([(f"{number:06d}", "S") for number in range(500)], {"S": 5})

    with pytest.raises(Refused, match="E_FRAME_HASH"):
        _quick(item, data.replace(b"000007", b"000007X"), SEED)


def test_items_of_one_pool_are_hashed_once_and_each_gets_its_own_quota() -> None:
    few, data = item_of([(f"{number:06d}", f"S{number % 2}") for number in range(5000)], {"S0": 3, "S1": 0})
    many, _ = item_of([(f"{number:06d}", f"S{number % 2}") for number in range(5000)], {"S0": 50, "S1": 70})
    other = replace(few, item="B01", namespace="veh")
    asked = []

    def counting(*, data: bytes, prefix: bytes, bound: bytes) -> list[Found]:
        asked.append(prefix)
        return sieve(data=data, prefix=prefix, bound=bound)

    items = (few, replace(many, item="A02"), other)
    drawn = frozen.select_frozen(items=items, frames=dict.fromkeys(("A01", "A02", "B01"), data), seed=SEED, by=counting)

    assert len(asked) == 2
    assert [each.strata for each in drawn] == [_ordinary(item, data, SEED) for item in items]


def test_a_frame_that_is_missing_is_refused() -> None:
    item, _ = item_of([(f"{number:06d}", "S") for number in range(500)], {"S": 5})

    with pytest.raises(Refused, match="E_FRAME_MISSING"):
        frozen.select_frozen(items=(item,), frames={}, seed=SEED)


@pytest.mark.parametrize("name", DRAWS)
def test_every_draw_of_the_vectors_comes_out_the_same(name: str) -> None:
    files = files_of(name)
    inputs = {option: files.get(f"{option}.json") for option in ("keys", "roster", "replacements")}

    drawn = receipt.draw(
        manifest=files["manifest.json"],
        frames=frames_of(files),
        sources=files["sources.json"],
        **inputs,
        is_frozen=True,
    )

    assert hashlib.sha256(receipt.encode_receipt(receipt=drawn)).hexdigest() == DRAWS[name]["receipt_sha256"]
