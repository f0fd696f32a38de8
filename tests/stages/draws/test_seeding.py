"""Type, source, hand_key and draw: nothing out of order, nobody twice, nothing late."""

import json
from datetime import timedelta

import pytest

from onevisit.core.draw import forms
from onevisit.core.lifecycle import WrongState
from onevisit.project import replay
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DrawnSlot
from onevisit.stages.draws.public.persons import person_of
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services import Outcome
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests import cast, draw_scenes
from tests.cast import Cast
from tests.draw_scenes import DIGITS, FREEZE_AT, KEY_AT, T0, TYPE_AT, Log

OTHER = DIGITS[:2] + "9" + DIGITS[3:]


def test_two_people_type_and_a_difference_names_the_position_and_sets_both_aside(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)

    first = draw_scenes.type_value(draw, people, by="陈")
    differed = draw_scenes.type_value(draw, people, by="公", digits=OTHER)

    assert first.outcome is Outcome.FIRST
    assert (differed.outcome, differed.position) == (Outcome.DIFFERED, 3)
    with pytest.raises(DrawRefused, match="现有 0 次"):
        draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    assert draw_scenes.type_value(draw, people, by="公").outcome is Outcome.FIRST
    assert draw_scenes.type_value(draw, people, by="陈").outcome is Outcome.AGREED
    for entry in LedgerEntry.objects.filter(event__startswith="draw.typ"):
        assert DIGITS not in bytes(entry.payload).decode()


def test_one_person_never_types_twice_and_only_digits_of_the_agreed_length(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    draw_scenes.type_value(draw, people, by="公")

    with pytest.raises(DrawRefused, match="须由他人录入"):
        draw_scenes.type_value(draw, people, by="公")
    for digits in (DIGITS[:-1], DIGITS[:-1] + "x"):
        with pytest.raises(DrawRefused, match="12 位数字"):
            draw_scenes.type_value(draw, people, by="陈", digits=digits)
    with pytest.raises(MayNot):
        draw_scenes.type_value(draw, people, by="司")


def test_the_organiser_never_types_both_times(people: Cast, log: Log) -> None:
    people.officers["陈二"] = cast.officer(
        name="陈二", department=people.departments["领导小组办公室"], roles=(Role.COORDINATOR,)
    )
    draw = draw_scenes.committed(people, log)
    draw_scenes.type_value(draw, people, by="陈")

    with pytest.raises(DrawRefused, match="不能两次都由组织单位录入"):
        draw_scenes.type_value(draw, people, by="陈二")

    assert draw_scenes.type_value(draw, people, by="公").outcome is Outcome.AGREED


def test_nothing_is_typed_before_the_commitment_counts(people: Cast, log: Log) -> None:
    draw = draw_scenes.waiting(people)

    with pytest.raises(WrongState):
        draw_scenes.type_value(draw, people, by="陈", at=FREEZE_AT)
    with pytest.raises(DrawRefused, match="未在 T0 前 10 分钟完成见证"):
        draw_scenes.type_value(draw, people, by="陈")


def test_no_key_before_the_sources_are_logged_and_seen(people: Cast, log: Log) -> None:
    draw = draw_scenes.typed(people, log)
    item = draw_scenes.items_of(draw)[0]

    with pytest.raises(WrongState):
        draw_scenes.hand_key(item, people)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    with pytest.raises(DrawRefused, match="尚未见证"):
        draw_scenes.hand_key(item, people)


def test_a_key_must_open_its_commitment_come_once_and_60_seconds_before_t0(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    item, other = draw_scenes.items_of(draw)[:2]
    clerk = people.actor(draw_scenes.clerk_of(item))

    with pytest.raises(DrawRefused, match="还没有签认"):
        draws.hand_key(item=item, key=draw_scenes.key_of(item.item), actor=clerk, at=KEY_AT)
    draw_scenes.sign(item, people)
    with pytest.raises(DrawRefused, match="与承诺不符"):
        draws.hand_key(item=item, key="0" * 64, actor=clerk, at=KEY_AT)
    with pytest.raises(MayNot):
        draws.hand_key(item=other, key=draw_scenes.key_of(other.item), actor=clerk, at=KEY_AT)
    with pytest.raises(DrawRefused, match="不足 1 分钟"):
        draw_scenes.hand_key(item, people, at=T0 - timedelta(seconds=59))
    draw_scenes.hand_key(item, people)
    with pytest.raises(DrawRefused, match="已交出"):
        draw_scenes.hand_key(item, people)

    entries = LedgerEntry.objects.filter(event="draw.key_handed")
    assert entries.count() == 1
    payload = bytes(entries.get().payload).decode()
    assert draw_scenes.key_of(item.item) not in payload
    assert draw.manifest_digest in payload


def test_a_department_that_did_not_agree_to_the_fingerprint_hands_over_no_key(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    item = draw_scenes.items_of(draw)[0]
    clerk = people.actor(draw_scenes.clerk_of(item))
    draws.attest(
        draw=draw,
        fingerprint=draw.manifest_digest,
        is_agreed=False,
        reason="名单里有一户本部门没有报过",
        actor=clerk,
        at=KEY_AT,
    )

    with pytest.raises(DrawRefused, match="还没有签认") as refused:
        draws.hand_key(item=item, key=draw_scenes.key_of(item.item), actor=clerk, at=KEY_AT)

    assert refused.value.code == "unsigned"
    assert not draw.keys.filter(handed_at__isnull=False).exists()

    draws.attest(draw=draw, fingerprint=draw.manifest_digest, is_agreed=True, actor=clerk, at=KEY_AT)
    with pytest.raises(DrawRefused, match="已答复"):
        draws.attest(draw=draw, fingerprint=draw.manifest_digest, is_agreed=True, actor=clerk, at=KEY_AT)
    draws.hand_key(item=item, key=draw_scenes.key_of(item.item), actor=clerk, at=KEY_AT)
    assert [entry.event for entry in LedgerEntry.objects.filter(event="draw.attested")] == ["draw.attested"] * 2
    assert list(replay.replay()) == []


def test_no_draw_before_every_key_nor_before_t0_nor_by_anybody_else(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    items = draw_scenes.items_of(draw)
    for item in items[:-1]:
        draw_scenes.hand_key(item, people)

    with pytest.raises(WrongState):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    draw_scenes.hand_key(items[-1], people)
    with pytest.raises(DrawRefused, match="此前不能抽取"):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0 - timedelta(seconds=1))
    with pytest.raises(MayNot):
        draws.draw_lots(draw=draw, actor=people.actor("林"), at=T0)
    assert not DrawnSlot.objects.exists()


def test_no_file_names_a_person_by_what_another_draw_would_name_him(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    receipt = bytes(draw.receipt or b"").decode()
    value = json.loads(receipt)["sources"][0]

    ids = [people.actor(name).id for name in ("陈", "公")]
    assert all(part not in receipt for actor in ids for part in (actor, actor.replace(":", "-"), actor[8:]))
    assert value["typed_by"] == [person_of(draw, actor) for actor in ids]
    draw.salt = "6b" * 32
    assert not {person_of(draw, actor) for actor in ids} & set(value["typed_by"])


def test_a_sealed_draw_tells_nothing_but_its_seal_and_is_drawn_once(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    receipt = forms.parse_receipt(data=bytes(draw.receipt or b""))
    drawn = LedgerEntry.objects.get(event="draw.drawn")
    payload = bytes(drawn.payload).decode()
    assert f'"digest":"{draw.seal}"' in payload
    assert receipt.results[0].result.seed not in payload
    assert draw.result_digest not in payload
    with pytest.raises(WrongState):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


def test_each_reading_of_a_sealed_result_is_an_entry_and_strangers_do_not_read_it(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    rows = draws.read(draw=draw, actor=people.actor("林"), at=T0)
    draws.read(draw=draw, actor=people.actor("陈"), at=T0)

    assert len(rows) == DrawnSlot.objects.count()
    assert LedgerEntry.objects.filter(event="record.read").count() == 2
    for name in ("公", "司"):
        with pytest.raises(MayNot):
            draws.read(draw=draw, actor=people.actor(name), at=T0)


def test_a_draw_opens_when_no_visit_is_open_or_its_last_day_has_come(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    assert draw.opens_by is not None

    with pytest.raises(DrawRefused, match="还有 2 户"):
        draws.open_draw(draw=draw, open_visits=2, actor=SYSTEM, at=T0)
    with pytest.raises(MayNot):
        draws.open_draw(draw=draw, open_visits=0, actor=people.actor("林"), at=T0)
    opened = draws.open_draw(draw=draw, open_visits=2, actor=SYSTEM, at=draw.opens_by)

    assert opened.state == "opened"
    assert LedgerEntry.objects.get(event="draw.opened").is_public
