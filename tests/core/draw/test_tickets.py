"""Tickets: the vectors, the smallest win, and neighbours do not matter."""

from hypothesis import given
from hypothesis import strategies as st

from onevisit.core.draw import frame, tickets
from onevisit.core.draw.frame import Frame
from tests.core.draw.vectors import SRD1

SEED = SRD1["tickets"][0]["seed"]
ROWS = st.dictionaries(
    st.from_regex(r"[0-9A-Z]{1,6}", fullmatch=True), st.sampled_from(["high", "low", "mid"]), min_size=1, max_size=40
)
QUOTAS = st.fixed_dictionaries({stratum: st.integers(0, 5) for stratum in ("high", "low", "mid")})


def test_tickets_are_those_of_the_vectors() -> None:
    for case in SRD1["tickets"]:
        found = tickets.ticket(namespace=case["ns"], seed=case["seed"], object_id=case["id"])
        assert found == case["ticket"]


def test_ties_are_broken_by_the_smaller_id() -> None:
    case = SRD1["tie_break"]

    assert [object_id for _, object_id in sorted(map(tuple, case["pairs"]))] == case["order"]


@given(ROWS, QUOTAS, st.randoms())
def test_the_order_of_input_never_matters(rows: dict[str, str], quotas: dict[str, int], random: object) -> None:
    shuffled = list(rows.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    assert frame.frame_bytes(rows=shuffled) == frame.frame_bytes(rows=rows.items())
    assert _select(_unchecked(shuffled), quotas) == _select(_frame(rows), quotas)


@given(ROWS, QUOTAS)
def test_the_selection_is_what_sorting_gives(rows: dict[str, str], quotas: dict[str, int]) -> None:
    selection = _select(_frame(rows), quotas)

    for stratum in selection:
        pairs = sorted((_ticket(object_id), object_id) for object_id, own in rows.items() if own == stratum.stratum)
        expected = pairs[: quotas[stratum.stratum]]
        assert [(drawn.ticket, drawn.object_id) for drawn in stratum.selected] == expected
        assert stratum.cut == (expected[-1][0] if expected else "")


@given(ROWS, QUOTAS, st.from_regex(r"[0-9A-Z]{7}", fullmatch=True), st.sampled_from(["high", "low", "mid"]))
def test_one_object_more_changes_at_most_its_own_stratum(
    rows: dict[str, str], quotas: dict[str, int], object_id: str, stratum: str
) -> None:
    before = {draw.stratum: draw for draw in _select(_frame(rows), quotas)}
    after = {draw.stratum: draw for draw in _select(_frame({**rows, object_id: stratum}), quotas)}

    for name in before.keys() - {stratum}:
        assert after[name] == before[name]
    left = {drawn.object_id for drawn in before[stratum].selected} - {d.object_id for d in after[stratum].selected}
    assert len(left) <= 1


def test_a_long_stratum_is_thinned_without_losing_anybody() -> None:
    rows = {f"X{number}": "s" for number in range(9000)}

    (selection,) = tickets.select(frame=_frame(rows), quotas={"s": 7}, namespace="obj", seed=SEED, barred=())

    best = sorted((_ticket(object_id), object_id) for object_id in rows)[:7]
    assert [(drawn.ticket, drawn.object_id) for drawn in selection.selected] == best


def test_a_barred_object_is_passed_over_and_a_small_pool_taken_whole() -> None:
    rows = {"A": "s", "B": "s", "C": "s"}

    (selection,) = tickets.select(frame=_frame(rows), quotas={"s": 3}, namespace="obj", seed=SEED, barred={"B"})

    assert {drawn.object_id for drawn in selection.selected} == {"A", "C"}


def _ticket(object_id: str) -> str:
    return tickets.ticket(namespace="obj", seed=SEED, object_id=object_id)


def _select(of: Frame, quotas: dict[str, int]) -> tickets.Selection:
    return tickets.select(frame=of, quotas=quotas, namespace="obj", seed=SEED, barred=())


def _frame(rows: dict[str, str]) -> Frame:
    return frame.parse_frame(data=frame.frame_bytes(rows=rows.items()))


def _unchecked(rows: list[tuple[str, str]]) -> Frame:
    return Frame(ids=tuple(row[0] for row in rows), strata=tuple(row[1] for row in rows), sizes={})
