"""A replacement round that waits for a value: reminded before its moment, ended when the value can no longer come."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from onevisit.core.draw import forms
from onevisit.core.draw.verify_register import verify_register
from onevisit.project import replay
from onevisit.stages.draws import selectors
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot, DrawRound, Replacement
from onevisit.stages.draws.public import public_register
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from onevisit.watch.oversight import rulebook
from onevisit.watch.oversight import services as oversight
from onevisit.watch.oversight.models import Alert
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, EVIDENCE, T0, Beacon, Log
from tests.stages.draws.test_witnessing import adopt_both, cosign

ORDER_AT, ROUND_T0 = T0 + timedelta(hours=1), T0 + timedelta(hours=4)
WORDS = "登记住所为空置商铺，邻居称半年前已搬走"


@pytest.fixture
def ordered(people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """A sealed draw with an order whose digits nobody has typed yet."""
    draw = draw_scenes.sealed_with_beacon(people, log, Beacon(monkeypatch))
    request = _ask(draw, people)
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    log.step()
    return draw


def _ask(draw: Draw, people: Cast, *, place: int = 0) -> Replacement:
    slots = DrawnSlot.objects.filter(draw=draw).order_by("target__credit_risk_class", "target__object_id", "slot")
    targets = list(dict.fromkeys(slot.target_id for slot in slots))
    return draws.request_replacement(
        draw=draw,
        target_id=targets[place],
        reason="NOT_FOUND",
        words=WORDS,
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ORDER_AT,
    )


def test_those_who_type_are_reminded_once_within_the_time_of_the_rule(ordered: Draw, people: Cast) -> None:
    early = draws.remind_round(draw=ordered, at=ROUND_T0 - timedelta(minutes=61))
    assert early is False
    assert not Notice.objects.filter(kind="draw", title__contains="替换的现场取值").exists()

    for minutes in (60, 30, 2):
        assert draws.remind_round(draw=ordered, at=ROUND_T0 - timedelta(minutes=minutes))

    told = Notice.objects.filter(kind="draw", title__contains="替换的现场取值")
    names = {notice.officer.name for notice in told}
    assert {"陈", "公"} <= names
    assert told.count() == len(names)
    for name in ("陈", "公"):
        draw_scenes.type_value(ordered, people, by=name, digits=DIGITS, at=ROUND_T0 - timedelta(minutes=2))
    assert draws.remind_round(draw=ordered, at=ROUND_T0 - timedelta(minutes=2)) is False


def test_a_round_whose_digits_came_does_not_lapse(ordered: Draw, people: Cast) -> None:
    for name in ("陈", "公"):
        draw_scenes.type_value(ordered, people, by=name, digits=DIGITS, at=ROUND_T0 - timedelta(minutes=2))

    for moment in (ROUND_T0 - timedelta(seconds=30), ROUND_T0, ROUND_T0 + timedelta(days=2)):
        assert draws.lapse_round(draw=ordered, at=moment) is None, "somebody brings the beacon's value"
    assert draws.lapse_round(draw=ordered, at=ROUND_T0 + timedelta(days=30, seconds=-1)) is None
    stopped = draws.lapse_round(draw=ordered, at=ROUND_T0 + timedelta(days=30))
    assert stopped is not None
    assert stopped.lapsed_reason == "SOURCE_MISSING"


def test_a_round_whose_digits_never_came_lapses_alarms_and_leaves_a_way_out(
    ordered: Draw, people: Cast, log: Log
) -> None:
    assert draws.lapse_round(draw=ordered, at=ROUND_T0 - timedelta(seconds=61)) is None

    lapsed = draws.lapse_round(draw=ordered, at=ROUND_T0 - timedelta(seconds=59))

    assert lapsed is not None
    assert lapsed.lapsed_reason == "LOCAL_MISSING"
    assert draws.lapse_round(draw=ordered, at=ROUND_T0) is None, "it ends once"
    entry = LedgerEntry.objects.get(event="draw.round_lapsed")
    assert entry.is_public
    with pytest.raises(DrawRefused):
        draw_scenes.type_value(ordered, people, by="周", digits=DIGITS, at=ROUND_T0 + timedelta(minutes=1))
    with pytest.raises(DrawRefused, match="没有待抽取的替换轮次"):
        draws.replace(draw=ordered, actor=people.actor("陈"), at=ROUND_T0)
    with pytest.raises(DrawRefused, match="第 1 轮替换令已失效（没有按时取值）") as refused:
        _ask(ordered, people, place=1)
    assert refused.value.code == "lapsed"

    oversight.look(actor=SYSTEM, at=ROUND_T0, keys=rulebook.OF_MINUTES)
    assert Alert.objects.get(rule_id="alert.round_lapsed").rows[0]["subject"] == str(ordered.pk)
    assert not selectors.has_open_round(ordered)
    opened = draws.open_draw(draw=ordered, open_visits=0, actor=SYSTEM, at=ROUND_T0)
    assert opened.state == "opened"


def test_an_order_that_the_witnesses_saw_too_late_lapses_instead_of_hanging_for_ever(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    request = _ask(draw, people)
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    adopt_both(people, at=ORDER_AT - timedelta(minutes=1))
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    log.step()
    cosign("audit", at=ORDER_AT)
    limit = ROUND_T0 - timedelta(seconds=600)
    assert draws.lapse_round(draw=draw, at=limit) is None, "the other witness may still come"

    cosign("court", at=limit + timedelta(seconds=100))
    lapsed = draws.lapse_round(draw=draw, at=limit + timedelta(seconds=101))

    assert lapsed is not None
    assert lapsed.lapsed_reason == "ORDER_UNWITNESSED"
    sentence = LedgerEntry.objects.get(event="draw.round_lapsed").sentence
    assert "替换令未在 T0 前 10 分钟见证" in sentence
    with pytest.raises(DrawRefused, match="没有待抽取的替换轮次"):
        draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    with pytest.raises(DrawRefused, match="替换令未在 T0 前 10 分钟见证"):
        _ask(draw, people, place=1)


@pytest.mark.parametrize(
    ("change", "fields"),
    [("none", []), ("another", []), ("moment", ["t0"]), ("order", ["order_digest", "order", "order_t0", "t0"])],
)
def test_an_order_seen_too_late_stays_so_whatever_its_row_says_then(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch, change: str, fields: list[str]
) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, Beacon(monkeypatch))
    request = _ask(draw, people)
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    adopt_both(people, at=ORDER_AT - timedelta(minutes=1))
    opened = draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    log.step()
    cosign("audit", "court", at=ROUND_T0 - timedelta(seconds=500))
    later = ROUND_T0 + timedelta(hours=1)
    text = bytes(opened.order).replace(_moment(ROUND_T0), _moment(later))
    changed = {
        "none": {"order_entry": None},
        "another": {"order_entry": draw.commitment_entry},
        "moment": {"t0": later},
        "order": {"t0": later, "order": text, "order_digest": forms.parse_order(data=text).digest},
    }
    DrawRound.objects.filter(pk=opened.pk).update(**changed[change])

    with pytest.raises(DrawRefused, match="替换令未在 T0 前 10 分钟完成见证"):
        draws.replace(draw=draw, actor=people.actor("陈"), at=later)

    assert [one.field for one in replay.replay() if one.record.startswith("draw_round")] == fields
    lapsed = draws.lapse_round(draw=draw, at=later)
    assert lapsed is not None
    assert lapsed.lapsed_reason == "ORDER_UNWITNESSED"


def _moment(at: datetime) -> bytes:
    return timezone.localtime(at).isoformat(timespec="seconds").encode()


def test_an_order_that_the_witnesses_saw_in_time_does_not_lapse(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    request = _ask(draw, people)
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    adopt_both(people, at=ORDER_AT - timedelta(minutes=1))
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    log.step()
    limit = ROUND_T0 - timedelta(seconds=600)
    assert draws.lapse_round(draw=draw, at=limit + timedelta(seconds=60)) is None, "the answer may be on its way"
    cosign("audit", "court", at=limit)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS, at=ROUND_T0 - timedelta(minutes=2))
    log.step()
    cosign("audit", "court", at=ROUND_T0 - timedelta(seconds=1))

    assert draws.lapse_round(draw=draw, at=ROUND_T0 + timedelta(days=2)) is None


def test_the_public_register_names_an_order_in_hand_and_a_round_that_lapsed(
    ordered: Draw, people: Cast, log: Log
) -> None:
    waiting = _lines(ordered, at=ROUND_T0 + timedelta(days=2))
    overdue = _lines(ordered, at=ROUND_T0 + timedelta(days=2, seconds=1))
    draws.lapse_round(draw=ordered, at=ROUND_T0)
    log.step()

    lapsed = _lines(ordered, at=ROUND_T0 + timedelta(days=3))

    assert waiting[4].endswith(f"not due: {ordered.number}")
    assert overdue[-1].startswith("R4 failed E_OUTCOME")
    assert lapsed[4].endswith(f"a round lapsed: {ordered.number}")
    assert lapsed[6].startswith("R6 skipped")


def _lines(draw: Draw, *, at: datetime) -> list[str]:
    file = public_register.register_file(organiser=draw.organiser.code, at=at)
    return [check.line for check in verify_register(register=file or b"")]
