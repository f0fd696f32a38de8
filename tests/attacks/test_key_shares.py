"""Attacks with shares of a key: a share that does not open, shares of another key, a key that is withheld."""

from pathlib import Path

import pytest
from django.test import Client

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DepartmentKey
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, KEY_AT, T0, Log


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def test_a_share_that_does_not_open_stops_the_freeze(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    owner, holder = draw_scenes.items_of(draw)[:2]
    share = draw.share_deposits.get(party=owner.item).shares.get(holder=holder.item)
    draws.check_shares(
        item=holder,
        opened=[],
        rejected={str(share.pk): "UNREADABLE"},
        actor=people.actor(draw_scenes.clerk_of(holder)),
        at=AT,
    )

    with pytest.raises(DrawRefused, match="打不开或不符"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    assert LedgerEntry.objects.get(event="draw.share_rejected").is_public


def test_shares_of_another_key_than_the_committed_one_stop_the_freeze(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    row = draw.share_deposits.first()
    assert row is not None
    draws.verify_shares(draw=draw, verified=[], rejected={str(row.pk): "COMMITMENT"}, actor=people.actor("司"), at=AT)

    with pytest.raises(DrawRefused, match="打不开或不符"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_a_share_that_does_not_open_after_the_commitment_is_published(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    owner, holder = draw_scenes.items_of(draw)[:2]
    share = draw.share_deposits.get(party=owner.item).shares.get(holder=holder.item)
    draws.check_shares(
        item=holder,
        opened=[],
        rejected={str(share.pk): "DIGEST"},
        actor=people.actor(draw_scenes.clerk_of(holder)),
        at=FREEZE_AT,
    )

    page = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert "打不开的密钥份额" in page
    assert "1 份。收存部门或托管单位报告" in page
    assert "打不开的密钥份额" in Client().get("/open/draws/figures").content.decode()


def test_whoever_withholds_a_key_neither_stops_nor_changes_the_draw(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    withholding, *others = draw_scenes.items_of(draw)
    for item in others:
        draw_scenes.hand_key(item, people)
    for item in others[:2]:
        draw_scenes.open_share(item, people, withholding.item)
    with pytest.raises(DrawRefused, match="与承诺不符"):
        draw_scenes.open_share(others[2], people, withholding.item, key=draw_scenes.key_of("another"))
    draw_scenes.open_share(others[2], people, withholding.item, key=draw_scenes.key_of(withholding.item))

    draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    row = DepartmentKey.objects.get(draw=draw, party=withholding.item)
    assert (row.key, row.combined_from, row.handed_at) == (draw_scenes.key_of(withholding.item), 3, KEY_AT)
    page = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert "由份额合成的密钥" in page
    assert withholding.department.name in page


def test_who_keeps_shares_or_saw_the_keys_types_no_value_of_the_room(people: Cast, log: Log) -> None:
    """The escrow and enough holders know every key before the value exists: one of them typing it could choose."""
    draw = draw_scenes.committed(people, log)
    assert draw.share_deposits.exists()

    for name in ("林", "周"):
        with pytest.raises(DrawRefused, match="收存其他部门的密钥份额"):
            draw_scenes.type_value(draw, people, by=name)
    with pytest.raises(MayNot):
        draw_scenes.type_value(draw, people, by="司")
    assert not draw.typed_values.exists()


@pytest.mark.parametrize("is_escrow", [False, True], ids=["a holder's key", "the escrow's key"])
def test_shares_are_not_sealed_to_a_key_that_was_put_into_the_table(people: Cast, is_escrow: bool) -> None:
    draw = draw_scenes.committed_keys(people)
    own, *_others = draw_scenes.items_of(draw)
    rows = draw.receiving_keys.filter(is_escrow=is_escrow).exclude(party=own.item)
    row = rows.order_by("party").first()
    assert row is not None
    rows.filter(pk=row.pk).update(recipient=draw_scenes.recipient_of("an insider"))

    with pytest.raises(DrawRefused, match="收存公钥与其登记时的留痕不符") as refused:
        draw_scenes.deposit_shares(own, people)

    assert refused.value.code == "recipient_differs"
