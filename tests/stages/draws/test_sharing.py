"""Hold_escrow, deposit_shares, check_shares and verify_shares: what a freeze waits for, and what it then relies on."""

import pytest

from onevisit.core.draw import seeds, shares
from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.keys import deposits
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests import cast, draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, SEALED

SHARES = ("托管", "存放", "份额")


def _keys(people: Cast) -> Draw:
    draw = draw_scenes.prepared(people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    return draw


def _blockers(draw: Draw) -> list[str]:
    found = readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT).blockers
    return [line for line in found if any(word in line for word in SHARES)]


def test_a_freeze_waits_for_escrow_deposits_and_its_verification_and_for_nothing_more(people: Cast) -> None:
    draw = _keys(people)
    items = draw_scenes.items_of(draw)

    assert len(_blockers(draw)) == 1 + len(items)
    draw_scenes.hold_escrow(draw, people)
    for item in items:
        draw_scenes.deposit_shares(item, people)
    assert [line for line in _blockers(draw) if "待托管核对" in line] == _blockers(draw) != []
    draw_scenes.share_keys(draw, people)

    assert _blockers(draw) == []


def test_a_deposit_is_one_public_entry_with_digests_and_nothing_else(people: Cast) -> None:
    draw = _keys(people)
    item = draw_scenes.items_of(draw)[0]
    draw_scenes.hold_escrow(draw, people)
    draw_scenes.deposit_shares(item, people)

    entry = LedgerEntry.objects.get(event="draw.shares_deposited")
    row = draw.share_deposits.get()
    held = row.shares.all()
    parts = [(one.holder, one.digest, shares.sealed_digest(sealed=SEALED)) for one in held]
    parts.append((row.escrow, "escrow", shares.sealed_digest(sealed=SEALED)))
    assert entry.is_public
    assert len(held) == len(draw_scenes.items_of(draw)) - 1
    assert row.threshold == shares.threshold(holders=len(held)) == 3
    assert row.digest == shares.deposit_digest(draw=draw.number, party=item.item, needed=3, parts=parts)
    payload = bytes(entry.payload).decode()
    assert row.digest in payload
    for one in held:
        assert draw_scenes.share_of(item.item, one.holder) not in payload


def test_shares_wait_for_every_receiving_key_and_say_whose_is_missing(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    first, second, *_rest = draw_scenes.items_of(draw)
    draw_scenes.commit_key(first, people)

    with pytest.raises(DrawRefused, match="还没有登记收存公钥"):
        draw_scenes.deposit_shares(first, people)
    with pytest.raises(DrawRefused, match="请先提交密钥承诺"):
        draw_scenes.deposit_shares(second, people)


def test_a_deposit_that_is_not_whole_or_not_sealed_is_refused(people: Cast) -> None:
    draw = _keys(people)
    item, other = draw_scenes.items_of(draw)[:2]
    draw_scenes.hold_escrow(draw, people)
    clerk = people.actor(draw_scenes.clerk_of(item))
    good = draws.Sealed(digest="ab" * 32, sealed=SEALED)
    whole = {one.item: good for one in draw_scenes.items_of(draw) if one.item != item.item}

    for given in (
        {other.item: good},
        {**whole, item.item: good},
        {**whole, other.item: draws.Sealed(digest="xy", sealed=SEALED)},
        {**whole, other.item: draws.Sealed(digest="ab" * 32, sealed=draw_scenes.share_of("a", "b"))},
    ):
        with pytest.raises(DrawRefused, match="份额不齐或写法不对"):
            draws.deposit_shares(item=item, given=given, escrow_sealed=SEALED, actor=clerk, at=AT)
    with pytest.raises(DrawRefused, match="份额不齐或写法不对"):
        draws.deposit_shares(item=item, given=whole, escrow_sealed="", actor=clerk, at=AT)


def test_only_a_department_deposits_for_itself_and_only_before_the_freeze(people: Cast) -> None:
    draw = draw_scenes.frozen(people)
    item, other = draw_scenes.items_of(draw)[:2]

    with pytest.raises(WrongState):
        draw_scenes.deposit_shares(item, people)
    with pytest.raises(MayNot):
        draws.deposit_shares(
            item=other, given={}, escrow_sealed="", actor=people.actor(draw_scenes.clerk_of(item)), at=AT
        )


def test_the_escrow_is_one_second_organ_outside_the_draw(people: Cast) -> None:
    draw = _keys(people)

    for name in ("陈", "林", "公"):
        with pytest.raises(MayNot):
            draw_scenes.hold_escrow(draw, people, by=name)
    draw_scenes.hold_escrow(draw, people)
    office = cast.department(code="350203-25", name="思明区司法局", short_name="思明区司法局")
    people.officers["司二"] = cast.officer(name="司二", department=office, roles=(Role.SUPERVISOR,))
    with pytest.raises(DrawRefused, match="已登记为托管"):
        draw_scenes.hold_escrow(draw, people, by="司二")
    draw_scenes.share_keys(draw, people)
    rows = [str(row.pk) for row in draw.share_deposits.all()]
    with pytest.raises(MayNot):
        draws.verify_shares(draw=draw, verified=rows, rejected={}, actor=people.actor("公"), at=AT)


def test_a_public_key_of_another_kind_is_refused(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    item = draw_scenes.items_of(draw)[0]

    with pytest.raises(DrawRefused, match="收存公钥的写法不对"):
        draws.commit_key(
            item=item,
            commitment=seeds.key_commitment(draw=draw.number, party=item.item, key="00" * 32),
            recipient="age1short",
            actor=people.actor(draw_scenes.clerk_of(item)),
            at=AT,
        )


def test_another_key_makes_the_deposits_that_rest_on_it_void(people: Cast) -> None:
    draw = _keys(people)
    draw_scenes.share_keys(draw, people)
    assert deposits.missing(draw) == []
    item = draw_scenes.items_of(draw)[0]

    draws.commit_key(
        item=item,
        commitment=seeds.key_commitment(draw=draw.number, party=item.item, key="0c" * 32),
        recipient=draw_scenes.recipient_of("another"),
        actor=people.actor(draw_scenes.clerk_of(item)),
        at=AT,
    )

    assert len([line for line in deposits.missing(draw) if "尚未存放密钥份额" in line]) == 5


def test_a_share_that_its_holder_rejects_stops_the_freeze_until_it_is_deposited_again(people: Cast) -> None:
    draw = _keys(people)
    draw_scenes.share_keys(draw, people)
    owner, holder = draw_scenes.items_of(draw)[:2]
    share = draw.share_deposits.get(party=owner.item).shares.get(holder=holder.item)
    actor = people.actor(draw_scenes.clerk_of(holder))

    draws.check_shares(item=holder, opened=[], rejected={str(share.pk): "UNREADABLE"}, actor=actor, at=AT)

    assert LedgerEntry.objects.get(event="draw.share_rejected").is_public
    assert [line for line in _blockers(draw) if "打不开或不符" in line] == _blockers(draw) != []
    draw_scenes.deposit_shares(owner, people)
    draw_scenes.share_keys(draw, people)
    assert _blockers(draw) == []
    fresh = draw.share_deposits.get(party=owner.item).shares.get(holder=holder.item)
    with pytest.raises(DrawRefused, match="份额已有变动"):
        draws.check_shares(item=holder, opened=[str(share.pk)], rejected={}, actor=actor, at=AT)
    draws.check_shares(item=holder, opened=[str(fresh.pk)], rejected={}, actor=actor, at=AT)
    assert LedgerEntry.objects.filter(event="draw.shares_checked").count() == 1


def test_shares_that_do_not_come_to_the_commitment_are_said_so_by_the_escrow(people: Cast) -> None:
    draw = _keys(people)
    draw_scenes.share_keys(draw, people)
    row = draw.share_deposits.first()
    assert row is not None

    draws.verify_shares(draw=draw, verified=[], rejected={str(row.pk): "COMMITMENT"}, actor=people.actor("司"), at=AT)

    row.refresh_from_db()
    assert row.verified_at is None
    assert LedgerEntry.objects.filter(event="draw.deposit_rejected").count() == 1
    assert len(_blockers(draw)) == 1
