"""Attacks on the digits that people make in the room: chosen when the keys are in the table, or the beacon is known."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from onevisit.core.draw import bundle, room_values
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot, Pseudonym, SourceValue
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import drawing, replacing
from onevisit.stages.draws.sources import room
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.ledger.models import LedgerEntry
from onevisit.verifier.outcome import UNVERIFIED
from onevisit.verifier.verify_command import verify_command
from onevisit.watch.oversight import rulebook
from onevisit.watch.oversight import services as oversight
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, EVIDENCE, T0, Beacon, Log

CHOSEN = "111111111111"
ROUND_T0 = T0 + timedelta(hours=4)
ORDER_AT = T0 + timedelta(hours=1)


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _change(draw: Draw, digits: str, *, round_number: int = 0) -> None:
    """Change the digits in the table, as an insider with the database can."""
    row = SourceValue.objects.get(draw=draw, round_number=round_number, value__type="ceremony")
    SourceValue.objects.filter(pk=row.pk).update(value={**row.value, "digits": digits})


def _told(client: Client, draw: Draw, folder: Path) -> Path:
    """Download the bundle of a draw."""
    path = folder / "bundle.zip"
    path.write_bytes(client.get(f"/open/draws/{draw.number}/bundle.zip").content)
    return path


def _opened(draw: Draw, log: Log) -> Draw:
    log.step()
    opened = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    return opened


def test_officers_exchanged_behind_their_pseudonyms_stop_the_draw_and_raise_an_alert(people: Cast, log: Log) -> None:
    """With the keys in the table and the result computed, an insider would pick who goes; no receipt would show it."""
    draw = draw_scenes.keyed(people, log)
    first, second = Pseudonym.objects.filter(draw=draw).order_by("pseudonym")[:2]

    def exchange(one: str, other: str) -> None:
        for pk, name in ((first.pk, "P"), (second.pk, other), (first.pk, one)):
            Pseudonym.objects.filter(pk=pk).update(pseudonym=name)

    exchange(second.pseudonym, first.pseudonym)
    for _try in range(2):
        with pytest.raises(DrawRefused, match="化名与冻结时的不符") as refused:
            draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
        assert refused.value.code == "officers_differ"

    assert LedgerEntry.objects.get(event="draw.officers_differ").is_public
    raised = oversight.look(actor=SYSTEM, at=T0, keys=rulebook.OF_MINUTES)
    assert [(alert.rule_id, alert.department_id) for alert in raised] == [("alert.source_differs", draw.organiser_id)]
    exchange(first.pseudonym, second.pseudonym)
    assert draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0).state == "sealed"


def test_digits_changed_in_the_table_once_the_keys_are_there_stop_the_draw_and_raise_an_alert(
    people: Cast, log: Log
) -> None:
    draw = draw_scenes.keyed(people, log)
    _change(draw, CHOSEN)

    for _try in range(2):
        with pytest.raises(DrawRefused, match="来源取值与事先登记、公布的不符") as refused:
            draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
        assert refused.value.code == "source_differs"

    draw.refresh_from_db()
    assert (draw.state, draw.receipt) == ("keyed", None)
    assert LedgerEntry.objects.get(event="draw.source_differs").is_public
    raised = oversight.look(actor=SYSTEM, at=T0, keys=rulebook.OF_MINUTES)
    assert [(alert.rule_id, alert.department_id) for alert in raised] == [("alert.source_differs", draw.organiser_id)]
    _change(draw, DIGITS)
    assert draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0).state == "sealed"


def test_a_draw_whose_values_cannot_be_brought_back_is_given_up_by_a_second_organ(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed(people, log)
    _change(draw, CHOSEN)
    with pytest.raises(DrawRefused, match="不能以此作废"):
        _give_up(draw, people)
    for _try in range(2):
        with pytest.raises(DrawRefused, match="原因选“取值与登记的不符”"):
            draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    entry = LedgerEntry.objects.get(event="draw.source_differs")
    assert entry.actor == "system", "nobody is blamed for having pressed"
    _change(draw, DIGITS)
    with pytest.raises(DrawRefused, match="不能以此作废"):
        _give_up(draw, people)
    _change(draw, CHOSEN)
    _give_up(draw, people)
    with pytest.raises(MayNot):
        draws.void(draw=draw, actor=people.actor("陈"), at=T0)
    done = draws.void(draw=draw, actor=people.actor("公"), at=T0)

    record = json.loads(bytes(done.void_record or b""))
    assert (record["reason"], record["stage"]) == ("VALUES_CHANGED", "after-seed")


def _give_up(draw: Draw, people: Cast) -> None:
    draws.propose_void(
        draw=draw,
        reason="VALUES_CHANGED",
        words="数据库中的取值被改动，两人录入的原件已毁，无法恢复",
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=T0,
    )


def test_a_draw_made_with_other_digits_past_the_service_is_refused_by_who_has_its_bundle(
    client: Client,
    people: Cast,
    log: Log,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    draw = draw_scenes.keyed(people, log)
    _change(draw, CHOSEN)
    monkeypatch.setattr(drawing, "must_be_as_logged", _nothing)
    path = _told(client, _opened(draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0), log), tmp_path)

    assert verify_command(["--bundle", str(path)]) == 1

    said = capsys.readouterr()
    assert "REFUSED E_MISMATCH: digest of the entry" in said.err
    assert "V7 ok" in said.out, "every other check holds"
    kept = bundle.read_bundle(data=path.read_bytes())
    del kept["sourced.tlog-proof"], kept["SHA256SUMS"], kept["FIELDS"]
    path.write_bytes(bundle.write_bundle(files=kept))
    verify_command(["--bundle", str(path)])
    assert "sourced.tlog-proof not shown: an older bundle" in capsys.readouterr().out, "never silently good"


def _nothing(*_given: object, **_named: object) -> None:
    """Check nothing, as the own code of an insider does."""


def _with_a_round(people: Cast, log: Log, own: Beacon) -> Draw:
    """Bring a round of a sealed draw to its moment, with its digits and the beacon's value."""
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    slot = DrawnSlot.objects.filter(draw=draw).order_by("target__object_id", "slot")[0]
    request = draws.request_replacement(
        draw=draw,
        target_id=slot.target_id,
        reason="NOT_FOUND",
        words="登记住所为空置商铺，邻居称半年前已搬走",
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ORDER_AT,
    )
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS, at=ROUND_T0 - timedelta(minutes=5))
    log.step()
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)
    return draw


def test_digits_of_a_round_changed_when_the_beacon_is_known_draw_nobody(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = _with_a_round(people, log, Beacon(monkeypatch))
    _change(draw, CHOSEN, round_number=1)
    draw.source_values.filter(round_number=1).update(entry=None)

    with pytest.raises(DrawRefused, match="来源取值与事先登记、公布的不符"):
        draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)

    assert LedgerEntry.objects.get(event="draw.source_differs").is_public
    assert draws.lapse_round(draw=draw, at=ROUND_T0 + timedelta(hours=23)) is None, "it may still be mended"
    _change(draw, DIGITS, round_number=1)
    assert draws.lapse_round(draw=draw, at=ROUND_T0 + timedelta(hours=24)) is None
    _change(draw, CHOSEN, round_number=1)
    with transaction.atomic():
        lapsed = draws.lapse_round(draw=draw, at=ROUND_T0 + timedelta(hours=24))
        assert lapsed is not None
        assert lapsed.lapsed_reason == "VALUES_CHANGED"
        transaction.set_rollback(True)
    _change(draw, DIGITS, round_number=1)
    assert draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0).drawn_at == ROUND_T0


def test_a_round_drawn_with_other_digits_past_the_service_is_refused_by_who_has_its_bundle(
    client: Client,
    people: Cast,
    log: Log,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    draw = _with_a_round(people, log, Beacon(monkeypatch))
    _change(draw, CHOSEN, round_number=1)
    monkeypatch.setattr(replacing, "must_be_as_published", _nothing)
    draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    draw.refresh_from_db()
    path = _told(client, _opened(draw, log), tmp_path)

    assert verify_command(["--bundle", str(path)]) == 1

    said = capsys.readouterr()
    assert "REFUSED E_MISMATCH: the entry of value-1-0.tlog-proof published another value than" in said.err
    assert "V11 ok" in said.out, "every other check holds"
    kept = bundle.read_bundle(data=path.read_bytes())
    del kept["value-1-0.tlog-proof"], kept["SHA256SUMS"], kept["FIELDS"]
    path.write_bytes(bundle.write_bundle(files=kept))
    verify_command(["--bundle", str(path)])
    assert "value-1-0.tlog-proof not shown: an older bundle" in capsys.readouterr().out, "never silently good"
    monkeypatch.setattr(room_values, "SINCE", ORDER_AT.isoformat())
    assert verify_command(["--bundle", str(path)]) == 1
    assert "REFUSED E_FILE: value-1-0.tlog-proof is missing" in capsys.readouterr().err


def test_an_honest_round_shows_its_digits_in_the_bundle(
    client: Client,
    people: Cast,
    log: Log,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    draw = _with_a_round(people, log, Beacon(monkeypatch))
    draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)
    draw.refresh_from_db()
    path = _told(client, _opened(draw, log), tmp_path)

    assert verify_command(["--bundle", str(path)]) == UNVERIFIED

    said = capsys.readouterr().out
    assert "value-1-0.tlog-proof the value that the ledger fixed before the result" in said
    page = client.get(f"/open/draws/{draw.number}").content.decode()
    assert "第 1 轮替换的取值在抽取前公布的留痕证明" in page


@pytest.mark.parametrize(
    ("since", "is_drawn"), [("2026-12-01T00:00:00+08:00", True), ("2026-11-18T00:00:00+08:00", False)]
)
def test_digits_of_a_round_without_an_entry_are_taken_only_from_before_the_rule(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch, since: str, is_drawn: bool
) -> None:
    monkeypatch.setattr(room_values, "SINCE", since)
    monkeypatch.setattr(room, "published", lambda draw, round_number: ())  # as if its digits had been typed before it
    draw = _with_a_round(people, log, Beacon(monkeypatch))

    if is_drawn:
        assert draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0).drawn_at == ROUND_T0
        return
    with pytest.raises(DrawRefused, match="来源取值与事先登记、公布的不符"):
        draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)


def test_balls_changed_in_the_table_after_they_were_published_draw_nobody(people: Cast, log: Log) -> None:
    late = T0 + timedelta(hours=7)
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=" ".join(map(str, range(1, 21))), at=late)
    log.step()
    row = SourceValue.objects.get(draw=draw, value__type="cwl-kl8")
    other = {**row.value, "numbers": list(range(2, 22))}
    SourceValue.objects.filter(pk=row.pk).update(value=other, entry=None)

    with pytest.raises(DrawRefused, match="来源取值与事先登记、公布的不符"):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=late)
    SourceValue.objects.filter(pk=row.pk).update(value=row.value)
    assert draws.draw_lots(draw=draw, actor=people.actor("陈"), at=late).state == "sealed"


def test_balls_changed_past_the_service_are_refused_by_who_has_the_bundle(
    client: Client,
    people: Cast,
    log: Log,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    late = T0 + timedelta(hours=7)
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=" ".join(map(str, range(1, 21))), at=late)
    log.step()
    row = SourceValue.objects.get(draw=draw, value__type="cwl-kl8")
    SourceValue.objects.filter(pk=row.pk).update(value={**row.value, "numbers": list(range(2, 22))})
    monkeypatch.setattr(drawing, "must_be_as_published", _nothing)
    drawn = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=late)

    assert verify_command(["--bundle", str(_told(client, _opened(drawn, log), tmp_path))]) == 1

    assert "REFUSED E_MISMATCH: the entry of value-0-1.tlog-proof" in capsys.readouterr().err
