"""The moment of a draw moved in the table, for the minute in which a late key is taken, or so that it never opens."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import beside, bundle, forms, key_entries
from onevisit.core.refusals import Refused
from onevisit.project import replay
from onevisit.stages.draws import services as draws
from onevisit.stages.draws import tasks
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawItem
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import seeding, terms
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.models import LedgerEntry
from onevisit.verifier.verify_command import verify_command
from onevisit.watch.oversight import rulebook
from onevisit.watch.oversight import services as oversight
from tests import draw_scenes
from tests.attacks.test_beside import _theirs as theirs
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, T0, TYPE_AT, Beacon, Log

pytestmark = pytest.mark.django_db

LATE = T0 + timedelta(hours=3)
"""The beacon of the true `t0` is public: with the table at hand everybody knows what the last key gives."""


def _all_but_one_key(people: Cast, log: Log) -> tuple[Draw, DrawItem]:
    draw = draw_scenes.committed_keys(people, sources=("ceremony", "drand"))
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    *most, last = draw_scenes.items_of(draw)
    for item in most:
        draw_scenes.hand_key(item, people)
    log.step()
    last.draw.refresh_from_db()
    return Draw.objects.get(pk=draw.pk), last


def _hand_over(item: DrawItem, people: Cast) -> DepartmentKey:
    item.draw.refresh_from_db()
    actor = people.actor(draw_scenes.clerk_of(item))
    return draws.hand_key(item=item, key=draw_scenes.key_of(item.item), actor=actor, at=LATE)


def _moved(draw: Draw) -> None:
    Draw.objects.filter(pk=draw.pk).update(t0=T0 + timedelta(days=1))
    draw.refresh_from_db()


def test_a_key_that_came_late_is_not_taken_though_the_moment_was_moved_for_it(people: Cast, tmp_path: Path) -> None:
    draw, last = _all_but_one_key(people, Log(tmp_path / "keys"))
    _moved(draw)

    with pytest.raises(DrawRefused) as refused:
        _hand_over(last, people)

    assert refused.value.code == "moment_differs"
    assert LedgerEntry.objects.get(event="draw.moment_differs").is_public
    assert draw.keys.filter(handed_at__isnull=True).count() == 1
    raised = oversight.look(actor=SYSTEM, at=LATE, keys=rulebook.OF_MINUTES)
    assert ("alert.source_differs", draw.organiser_id) in [(alert.rule_id, alert.department_id) for alert in raised]

    Draw.objects.filter(pk=draw.pk).update(t0=T0)
    with pytest.raises(DrawRefused) as late:
        _hand_over(last, people)
    assert late.value.code == "late"


def test_no_act_goes_on_under_another_moment_and_others_draws_are_not_held_up(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, _last = _all_but_one_key(people, Log(tmp_path / "keys"))
    _moved(draw)
    actor = people.actor("陈")

    for act in (
        lambda: draws.draw_lots(draw=draw, actor=actor, at=LATE),
        lambda: draws.lapse(draw=draw, at=LATE),
        lambda: draws.carry_value(draw=draw, signature="ab" * 48, actor=people.actor("公"), at=LATE),
    ):
        with pytest.raises(DrawRefused) as refused:
            act()
        assert refused.value.code == "moment_differs"
    monkeypatch.setattr(clock, "now", lambda: LATE)
    tasks.watch_draws(timestamp=0)
    tasks.watch_draws(timestamp=60)

    assert LedgerEntry.objects.filter(event="draw.moment_differs").count() == 1
    assert ("t0", draw.number) in {(one.field, draw.number) for one in replay.replay()}


def test_a_key_that_was_written_into_the_table_after_the_beacon_gives_no_seed(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, own = Log(tmp_path / "keys"), Beacon(monkeypatch)
    draw, last = _all_but_one_key(people, log)
    DepartmentKey.objects.filter(draw=draw, party=last.item).update(
        key=draw_scenes.key_of(last.item), handed_at=T0 - timedelta(hours=1)
    )
    Draw.objects.filter(pk=draw.pk).update(state="keyed")
    draw.refresh_from_db()
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=LATE)
    draw.refresh_from_db()

    with pytest.raises(DrawRefused) as refused:
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=LATE)

    assert refused.value.code == "keys_late"
    held = draws.lapse(draw=draw, at=LATE)
    assert (held.void_reason, held.state) == ("KEY_MISSING", "keyed")
    held = draws.void(draw=held, actor=people.actor("公"), at=LATE)
    assert '"stage":"after-seed"' in bytes(held.void_record or b"").decode()


def test_keys_that_came_in_time_cannot_be_called_missing(people: Cast, tmp_path: Path) -> None:
    draw = draw_scenes.keyed(people, Log(tmp_path / "keys"))

    assert draws.lapse(draw=draw, at=T0 + timedelta(minutes=5)).void_reason == ""
    with pytest.raises(DrawRefused, match="种子产生以后"):
        draws.propose_void(
            draw=draw,
            reason="KEY_MISSING",
            words="说是没有交齐，其实已经交齐了",
            evidence_sha256="0" * 64,
            actor=people.actor("陈"),
            at=T0 + timedelta(minutes=5),
        )


@pytest.mark.parametrize("moved", [None, T0 + timedelta(days=9000)], ids=["taken out", "put off"])
def test_a_sealed_draw_opens_when_it_was_announced_whatever_the_table_says(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: object
) -> None:
    draw = draw_scenes.sealed(people, Log(tmp_path / "keys"))
    announced = draw.opens_by
    assert announced is not None
    Draw.objects.filter(pk=draw.pk).update(opens_by=moved)

    assert "opens_by" in {one.field for one in replay.replay()}
    monkeypatch.setattr(clock, "now", lambda: announced - timedelta(minutes=1))
    tasks.watch_draws(timestamp=0)
    draw.refresh_from_db()
    assert draw.state == "sealed"
    monkeypatch.setattr(clock, "now", lambda: announced)
    tasks.watch_draws(timestamp=60)
    draw.refresh_from_db()
    assert draw.state == "opened"


def _sent_back(draw: Draw, **fields: object) -> Draw:
    Draw.objects.filter(pk=draw.pk).update(**fields)
    return Draw.objects.get(pk=draw.pk)


def test_keys_are_not_taken_because_the_table_says_that_the_digits_are_typed(people: Cast, tmp_path: Path) -> None:
    """Whoever had the keys first would try each of 604 digits."""
    draw = draw_scenes.committed(people, Log(tmp_path / "keys"))
    draw = _sent_back(draw, state="sourced", source_entry=draw.commitment_entry)

    for item in draw_scenes.items_of(draw):
        with pytest.raises(DrawRefused) as refused:
            draw_scenes.hand_key(item, people)
        assert refused.value.code == "unwitnessed"
    assert not draw.keys.filter(handed_at__isnull=False).exists()


def _keys_first(people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Let every key come in before the digits are typed, past the service and with the table at hand."""
    draw = draw_scenes.committed(people, log)
    draw = _sent_back(draw, state="sourced", source_entry=draw.commitment_entry)
    with monkeypatch.context() as around:
        around.setattr(seeding, "begun", lambda _draw: None)
        for item in draw_scenes.items_of(draw):
            draw_scenes.hand_key(item, people)
    log.step()
    draw = _sent_back(draw, state="committed", source_entry=None)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    return _sent_back(draw, state="keyed")


def test_keys_that_stand_before_the_digits_give_no_seed(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same when the refusal of the hand-over was got around: the places of the entries betray it at the draw."""
    draw = _keys_first(people, Log(tmp_path / "keys"), monkeypatch)

    with pytest.raises(DrawRefused) as refused:
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert refused.value.code == "keys_late"
    assert draws.lapse(draw=draw, at=T0 + timedelta(minutes=2)).void_reason == "KEY_MISSING"


def test_a_damaged_row_of_one_draw_does_not_stop_the_minute_s_look_at_the_others(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.sealed(people, Log(tmp_path / "keys"))
    damaged = Draw.objects.create(
        number="350200-LX-2026-0000",
        title="坏行",
        organiser=draw.organiser,
        year=2026,
        sequence=0,
        created_at=draw.created_at,
    )
    Draw.objects.filter(pk=damaged.pk).update(state="voiding", void_entry=draw.result_entry, void_record=b"{")
    assert draw.opens_by is not None
    monkeypatch.setattr(clock, "now", lambda: draw.opens_by)

    with pytest.raises(tasks.DrawsTroubled) as troubled:
        tasks.watch_draws(timestamp=0)

    assert troubled.value.numbers == [damaged.number]
    draw.refresh_from_db()
    assert draw.state == "opened"


def test_keys_before_the_digits_are_refused_by_who_has_the_bundle(
    client: Client, people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The platform's own code was changed to look away: the entries still stand in the order in which they came."""
    log = Log(tmp_path / "keys")
    monkeypatch.setattr(terms, "must_be_in_time", lambda _draw: None)
    drawn = draws.draw_lots(draw=_keys_first(people, log, monkeypatch), actor=people.actor("陈"), at=T0)
    log.step()
    draw = draws.open_draw(draw=drawn, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    path = tmp_path / "bundle.zip"
    path.write_bytes(client.get(f"/open/draws/{draw.number}/bundle.zip").content)

    assert verify_command(["--bundle", str(path)]) == 1

    assert "REFUSED E_ORDER: sourced.tlog-proof is entry" in capsys.readouterr().err
    files = bundle.read_bundle(data=path.read_bytes())
    assert theirs({"keys first": files}) == {"keys first": "E_ORDER"}
    receipt = forms.parse_receipt(data=files["receipt.json"])
    policy = beside.parse_policy(files=files)
    without = {name: data for name, data in files.items() if not name.startswith("key-")}
    said = dict(key_entries.check_keys(files=without, receipt=receipt, trusted=policy))
    assert {one.partition(":")[0] for one in said.values()} == {"not shown"}, "never silently good"
    monkeypatch.setattr(key_entries, "SINCE", receipt.manifest.t0)
    with pytest.raises(Refused, match=r"key-.* is missing"):
        list(key_entries.check_keys(files=without, receipt=receipt, trusted=policy))
