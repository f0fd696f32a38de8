"""Public sources: declared before, read strictly after T0, typed by two organs or proving themselves."""

import itertools
import json
from datetime import timedelta
from http.client import BadStatusLine
from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django import Settings

from onevisit.core.draw import beacon, forms
from onevisit.core.draw.verify import Status, verify
from onevisit.stages.draws import services as draws
from onevisit.stages.draws import tasks
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public import organ_figures
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import Outcome
from onevisit.stages.draws.sources import declaring, relays, values
from onevisit.support import clock
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, KEY_AT, T0, Beacon, Log

KL8 = "80 79 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18"
VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "drand.json").read_text())


def _checks(draw: Draw) -> list[str]:
    frames = {item.item: bytes(item.frame or b"") for item in draw.items.all()}
    found = verify(receipt=bytes(draw.receipt or b""), frames=frames)
    return [check.line for check in found if check.status is Status.FAILED]


def test_the_beacon_of_t0_is_carried_in_by_anybody_and_proves_itself(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "drand"))

    with pytest.raises(DrawRefused, match="还没有取值：drand"):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    with pytest.raises(DrawRefused, match="之后才有取值"):
        draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0 - timedelta(seconds=1))
    with pytest.raises(DrawRefused, match="签名验证不通过"):
        draws.carry_value(draw=draw, signature=own.at(T0 + timedelta(seconds=3)), actor=people.actor("公"), at=T0)
    with pytest.raises(DrawRefused, match="没有找到信标签名"):
        draws.carry_value(draw=draw, signature="abc", actor=people.actor("公"), at=T0)
    with pytest.raises(MayNot):
        draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("司"), at=T0)
    page = json.dumps({"round": 1, "signature": own.at(T0)})
    draws.carry_value(draw=draw, signature=page, actor=people.actor("公"), at=T0)
    sealed = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert _checks(sealed) == []
    receipt = forms.parse_receipt(data=bytes(sealed.receipt or b""))
    assert [value.type for value in receipt.sources] == ["ceremony", "drand"]
    assert receipt.manifest.max_rounds == 3
    published = LedgerEntry.objects.get(event="draw.value_published")
    assert published.is_public
    assert published.ordinal < LedgerEntry.objects.get(event="draw.drawn").ordinal


def test_a_draw_of_public_sources_alone_goes_from_its_commitment_to_the_keys(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.keyed_with(people, log, ("drand",))

    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("陈"), at=T0)
    sealed = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert _checks(sealed) == []


def test_a_lottery_is_typed_after_t0_by_two_organs_in_any_order_of_balls(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})
    backwards = " ".join(reversed(KL8.split()))
    late = T0 + timedelta(hours=1)

    with pytest.raises(DrawRefused, match="之后才有取值"):
        draw_scenes.type_value(draw, people, by="公", digits=KL8, at=KEY_AT)
    for wrong in (KL8[3:], KL8.replace("80", "81"), KL8.replace("80", "79")):
        with pytest.raises(DrawRefused, match="20 个"):
            draw_scenes.type_value(draw, people, by="公", digits=wrong, at=late)
    assert draw_scenes.type_value(draw, people, by="公", digits=KL8, at=late).outcome is Outcome.FIRST
    differed = draw_scenes.type_value(draw, people, by="陈", digits=KL8.replace("80", "78"), at=late)
    assert (differed.outcome, differed.position) == (Outcome.DIFFERED, 19)
    draw_scenes.type_value(draw, people, by="公", digits=KL8, at=late)
    assert draw_scenes.type_value(draw, people, by="陈", digits=backwards, at=late).outcome is Outcome.AGREED
    with pytest.raises(DrawRefused, match="正在等待见证人核对") as unseen:
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=late)
    assert unseen.value.code == "unwitnessed"
    log.step()
    sealed = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=late)

    assert _checks(sealed) == []
    line = forms.parse_receipt(data=bytes(sealed.receipt or b"")).results[0].result.source_lines[1]
    assert line == "cwl-kl8:2026318:01,02,03,04,05,06,07,08,09,10,11,12,13,14,15,16,17,18,79,80"


def test_double_colour_balls_and_the_close_of_the_market_have_their_forms() -> None:
    ssq = {"type": "cwl-ssq", "issue": "2026130"}
    close = {"type": "sse-000001-close", "date": "2026-11-18"}

    assert values.read(declared=ssq, text="31 22 17 9 5 1 + 8") == "01,05,09,17,22,31+08"
    assert values.read(declared=close, text="3,021.45") == "3021.45"
    for declared, text in (
        (ssq, "1 2 3 4 5 6"),
        (ssq, "1 1 2 3 4 5 + 6"),
        (ssq, "1 2 3 4 5 6 + 17"),
        (close, "3021.4"),
    ):
        with pytest.raises(DrawRefused):
            values.read(declared=declared, text=text)


def test_a_true_round_of_the_pinned_chain_is_taken_and_another_rounds_signature_is_not() -> None:
    known = [one for one in VECTORS["beacons"] if one["chain"] == "quicknet"]
    for one in known:
        declared = {"type": "drand", "chain": beacon.QUICKNET.chain_hash, "round": one["round"]}
        assert values.beacon(declared=declared, text=one["signature"])["randomness"] == one["randomness"]
        with pytest.raises(DrawRefused, match="签名验证不通过"):
            values.beacon(declared={**declared, "round": one["round"] + 1}, text=one["signature"])
    assert known


@pytest.mark.parametrize(
    ("sources", "issues", "words"),
    [
        ((), {}, "请选择种子来源"),
        (("drand", "drand"), {}, "每种一次"),
        (("cwl-ssq",), {}, "期号"),
        (("cwl-ssq",), {"cwl-ssq": "26130"}, "期号"),
        (("sse-000001-close",), {}, "14:50"),
    ],
)
def test_sources_that_cannot_give_a_value_are_refused(
    people: Cast, sources: tuple[str, ...], issues: dict[str, str], words: str
) -> None:
    with pytest.raises(DrawRefused, match=words):
        draw_scenes.prepared(people, sources=sources, issues=issues)


def test_a_source_that_never_comes_voids_the_draw_by_rule(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})

    assert not draws.lapse(draw=draw, at=T0 + timedelta(hours=23)).void_proposed_by
    lapsed = draws.lapse(draw=draw, at=T0 + timedelta(hours=24))

    assert (lapsed.void_reason, lapsed.void_proposed_by) == ("SOURCE_MISSING", "system")
    gone = draws.void(draw=draw, actor=people.actor("公"), at=T0 + timedelta(hours=25))
    assert gone.state == "void"
    assert forms.parse_void(data=bytes(gone.void_record or b"")).stage == "after-seed"


def test_a_beacon_that_has_stopped_ends_the_draw_after_thirty_days_and_is_a_figure_of_its_own(
    people: Cast, log: Log
) -> None:
    cache.clear()
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "drand"))
    given = {
        "words": "信标网络已停止服务，各中继均查不到该轮",
        "evidence_sha256": EVIDENCE,
        "actor": people.actor("陈"),
    }
    early = T0 + timedelta(days=30, seconds=-1)
    assert not draws.lapse(draw=draw, at=early).void_proposed_by
    with pytest.raises(DrawRefused, match="还不到 30 日"):
        draws.propose_void(draw=draw, reason="BEACON_MISSING", at=early, **given)  # type: ignore[arg-type]
    with pytest.raises(DrawRefused, match="种子产生以后"):
        draws.propose_void(draw=draw, reason="SOURCE_MISSING", at=early, **given)  # type: ignore[arg-type]

    lapsed = draws.lapse(draw=draw, at=T0 + timedelta(days=30))
    assert (lapsed.void_reason, lapsed.void_proposed_by) == ("BEACON_MISSING", "system")
    gone = draws.void(draw=draw, actor=people.actor("公"), at=T0 + timedelta(days=30))

    record = forms.parse_void(data=bytes(gone.void_record or b""))
    assert (record.stage, gone.void_reason) == ("after-seed", "BEACON_MISSING")
    (figures,) = organ_figures.organ_figures()
    assert (figures.voids_after_seed, figures.voids_beacon) == (1, 1)


def test_a_beacon_that_somebody_brings_late_ends_no_draw(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "drand"))
    late = T0 + timedelta(days=40)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=late)

    assert not draws.lapse(draw=draw, at=late).void_proposed_by
    with pytest.raises(DrawRefused, match="信标已经取得"):
        draws.propose_void(
            draw=draw,
            reason="BEACON_MISSING",
            words="信标网络已停止服务，各中继均查不到该轮",
            evidence_sha256=EVIDENCE,
            actor=people.actor("陈"),
            at=late,
        )
    assert draws.draw_lots(draw=draw, actor=people.actor("陈"), at=late).state == "sealed"


@pytest.mark.parametrize("day", [(2026, 11, 21), (2026, 11, 22), (2026, 10, 1), (2026, 10, 10), (2027, 1, 1)])
def test_a_close_of_a_day_without_trading_is_no_source(day: tuple[int, int, int]) -> None:
    """A Saturday, a Sunday, National Day, a Saturday that is worked in exchange, New Year of a year without a table."""
    moment = T0.replace(year=day[0], month=day[1], day=day[2], hour=14, minute=0)

    with pytest.raises(DrawRefused, match="休市，没有上证指数收盘") as refused:
        declaring.check(types=("sse-000001-close",), issues={}, t0=moment)

    assert refused.value.field == "t0"
    declaring.check(types=("drand",), issues={}, t0=moment)
    declaring.check(types=("sse-000001-close",), issues={}, t0=T0.replace(hour=14, minute=0))
    assert declaring.unknown_year(("sse-000001-close",), moment) == (2027 if day[0] == 2027 else 0)


def test_a_key_that_never_comes_voids_the_draw_by_rule(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)

    assert not draws.lapse(draw=draw, at=T0 - timedelta(seconds=60)).void_proposed_by
    assert draws.lapse(draw=draw, at=T0 - timedelta(seconds=59)).void_reason == "KEY_MISSING"


def test_the_beacon_is_fetched_where_relays_are_configured_and_a_false_answer_is_passed_over(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.keyed_with(people, log, ("drand",))
    monkeypatch.setattr(clock, "now", lambda: T0)
    settings.BEACON_RELAYS = ["https://one.example", "https://two.example"]
    asked: list[str] = []

    def fetch(*, relays: list[str], chain: str, round_number: int) -> list[str]:
        asked.append(f"{chain}/{round_number}")
        return [json.dumps({"signature": own.at(AT)}), json.dumps({"signature": own.at(T0)})]

    monkeypatch.setattr(relays, "answers", fetch)
    tasks.fetch_beacon(timestamp=0)
    tasks.fetch_beacon(timestamp=0)

    assert len(asked) == 1
    assert asked[0].startswith(own.chain.chain_hash)
    assert draw.source_values.count() == 1


@pytest.mark.parametrize("wrong", [BadStatusLine("\x00"), ValueError("a port that is none"), TimeoutError("trickling")])
def test_a_relay_that_answers_nonsense_keeps_no_other_answer_away(wrong: Exception) -> None:
    def fetch(url: str) -> str:
        if "ill" in url:
            raise wrong
        return url

    found = relays.answers(relays=["https://ill.example", "https://up.example"], chain="c", round_number=7, fetch=fetch)

    assert found == ["https://up.example/c/public/7"]


def test_a_relay_that_trickles_is_left_after_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the whole answer never does."""
    clock = itertools.count(step=4)

    class Trickling(BytesIO):
        def read1(self, _size: int | None = -1, /) -> bytes:
            return b"."

    monkeypatch.setattr(relays, "urlopen", lambda _request, timeout: Trickling())
    monkeypatch.setattr(relays, "monotonic", lambda: next(clock))

    with pytest.raises(TimeoutError, match="no whole answer"):
        relays.fetch("https://slow.example/c/public/7")


def test_a_relay_is_asked_by_https_and_one_that_is_down_is_passed_over() -> None:
    def fetch(url: str) -> str:
        if "down" in url:
            raise OSError("no route")
        return url

    found = relays.answers(
        relays=["https://down.example", "https://up.example/"], chain="c", round_number=7, fetch=fetch
    )

    assert found == ["https://up.example/c/public/7"]
    with pytest.raises(ValueError, match="https only"):
        relays.answers(relays=["http://up.example"], chain="c", round_number=7, fetch=fetch)
