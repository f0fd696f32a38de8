"""Take_escrow: who follows an escrow that lets its term pass, when, and what stands on the record of it."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.keys import deposits, escrows, share_figures, share_todos
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import draw_scenes
from tests.cast import AT, Cast

LATE = AT + timedelta(days=2)
"""AT is a Tuesday: one working day after it ends on Wednesday."""
LATER = AT + timedelta(days=3)


def _silent(people: Cast) -> Draw:
    """A draw whose escrow has a deposit to check, in a city with three organs of 执法监督."""
    draw_scenes.oversight(people, code="350200-JW", short_name="市纪委监委", name="纪")
    draw_scenes.oversight(people, code="350200-RD", short_name="市人大监察司法委", name="人")
    draw = draw_scenes.prepared(people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.hold_escrow(draw, people)
    draw_scenes.deposit_shares(draw_scenes.items_of(draw)[0], people)
    return draw


def _verbs(people: Cast, name: str, *, at: datetime = LATE) -> list[str]:
    return [todo.verb for todo in share_todos.todos(people.actor(name), at)]


def test_the_next_of_the_order_follows_a_silent_escrow_and_everything_is_deposited_anew(people: Cast) -> None:
    draw = _silent(people)
    assert "draw.take_escrow" not in _verbs(people, "纪", at=AT + timedelta(hours=3))
    assert "draw.take_escrow" in _verbs(people, "纪")
    assert "draw.take_escrow" not in _verbs(people, "人")

    draw_scenes.take_escrow(draw, people, by="纪", at=LATE)

    found = deposits.deposits_of(draw)
    assert found.escrow is not None
    assert found.escrow.department.short_name == "市纪委监委"
    assert not any(row.is_current for row in found.rows)
    with pytest.raises(MayNot):
        draws.verify_shares(draw=draw, verified=["x"], rejected={}, actor=people.actor("司"), at=LATE)
    for item in draw_scenes.items_of(draw):
        draw_scenes.deposit_shares(item, people, at=LATE)
    fresh = [str(row.row.pk) for row in deposits.deposits_of(draw).unverified() if row.row]
    draws.verify_shares(draw=draw, verified=fresh, rejected={}, actor=people.actor("纪"), at=LATE)
    assert deposits.missing(draw) == []


def test_the_entry_is_public_and_everybody_concerned_is_told(people: Cast) -> None:
    draw = _silent(people)

    draw_scenes.take_escrow(draw, people, by="纪", at=LATE)

    entry = LedgerEntry.objects.get(event="draw.escrow_taken")
    assert entry.is_public
    assert "逾期一个工作日" in entry.sentence
    assert "逾期一个工作日" not in bytes(entry.payload).decode()
    told = set(Notice.objects.filter(title__contains="托管已由市纪委监委接任").values_list("officer__name", flat=True))
    assert {"司", "陈", "林", "周"} <= told
    (former,) = escrows.replaced_of(draw)
    assert (former.name, former.at) == ("市司法局", LATE)


def test_the_figure_of_changed_escrows_is_published(people: Cast) -> None:
    draw = _silent(people)
    draw_scenes.take_escrow(draw, people, by="纪", at=LATE)

    assert share_figures.by_draw([draw.pk])[draw.pk].escrow_changes == 1
    page = Client().get("/open/draws/figures").content.decode()
    assert "市司法局 → 市纪委监委 → 市人大监察司法委" in page


def test_nobody_takes_over_before_the_term_is_over_out_of_turn_or_without_a_reason(people: Cast) -> None:
    draw = _silent(people)

    with pytest.raises(DrawRefused, match="才可接任托管"):
        draw_scenes.take_escrow(draw, people, by="纪", at=AT + timedelta(hours=8))
    with pytest.raises(DrawRefused, match="才可接任托管"):
        draw_scenes.take_escrow(draw, people, by="人", at=LATE)
    with pytest.raises(DrawRefused, match="未担任过本次托管"):
        draw_scenes.take_escrow(draw, people, by="司", at=LATE)
    with pytest.raises(DrawRefused, match="理由过于笼统"):
        draws.take_escrow(
            draw=draw,
            recipient=draw_scenes.recipient_of("纪"),
            reason="逾期",
            actor=people.actor("纪"),
            at=LATE,
        )
    for name in ("公", "陈", "林"):
        with pytest.raises(MayNot):
            draw_scenes.take_escrow(draw, people, by=name, at=LATE)


def test_where_the_next_is_silent_too_the_one_after_may_take_over(people: Cast) -> None:
    draw = _silent(people)

    draw_scenes.take_escrow(draw, people, by="人", at=LATER)

    found = deposits.deposits_of(draw)
    assert found.escrow is not None
    assert found.escrow.department.short_name == "市人大监察司法委"


@pytest.mark.parametrize("which", ["party", "host"])
def test_who_takes_part_or_hosts_the_organiser_never_takes_over(people: Cast, which: str) -> None:
    draw = _silent(people)
    organ = people.departments["市纪委监委"]
    if which == "party":
        draw.items.filter(item=draw_scenes.items_of(draw)[-1].item).update(department=organ)
    else:
        draw.organiser.host = organ
        draw.organiser.save(update_fields=["host"])

    assert [turn.organ.short_name for turn in escrows.turns(draw, at=LATE)] == ["市人大监察司法委"]
    with pytest.raises(DrawRefused, match="不组织、不承办、不参加"):
        draw_scenes.take_escrow(draw, people, by="纪", at=LATE)


def test_an_answer_stops_the_term_and_a_new_deposit_has_its_own(people: Cast) -> None:
    draw = _silent(people)
    draw_scenes.share_keys(draw, people)
    assert not Deadline.objects.filter(rule_version__rule_id=escrows.RULE, closed_at__isnull=True).exists()
    with pytest.raises(DrawRefused, match="没有份额在等托管核对"):
        draw_scenes.take_escrow(draw, people, by="纪", at=LATE)

    draw_scenes.deposit_shares(draw_scenes.items_of(draw)[0], people, at=LATE)

    with pytest.raises(DrawRefused, match="才可接任托管"):
        draw_scenes.take_escrow(draw, people, by="纪", at=LATE + timedelta(hours=1))


def test_a_deposit_that_went_stale_does_not_make_the_escrow_late(people: Cast) -> None:
    draw = _silent(people)
    item = draw_scenes.items_of(draw)[0]
    draws.commit_key(
        item=item,
        commitment="0d" * 32,
        recipient=draw_scenes.recipient_of("another"),
        actor=people.actor(draw_scenes.clerk_of(item)),
        at=AT,
    )
    with pytest.raises(DrawRefused, match="没有份额在等托管核对"):
        draw_scenes.take_escrow(draw, people, by="纪", at=LATE)

    draw_scenes.deposit_shares(item, people, at=LATE)

    with pytest.raises(DrawRefused, match="才可接任托管"):
        draw_scenes.take_escrow(draw, people, by="纪", at=LATE + timedelta(hours=1))


def test_a_cancelled_preparation_leaves_no_term_behind(people: Cast) -> None:
    draw = _silent(people)

    draws.cancel(draw=draw, reason="专项方案推迟到下一季度实施", actor=people.actor("陈"), at=AT)

    assert not Deadline.objects.filter(rule_version__rule_id=escrows.RULE, closed_at__isnull=True).exists()


def test_the_desk_shows_the_order_and_the_act_to_whose_turn_it_is(
    people: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = _silent(people)
    monkeypatch.setattr("onevisit.support.clock.now", lambda: LATE)
    for name, is_shown in (("纪", True), ("人", False)):
        user = people.officers[name].user
        assert user is not None
        client.force_login(user)
        page = client.get(f"/draws/{draw.pk}").content.decode()
        assert ("接任托管并生成收存密钥" in page) is is_shown
        assert "按公布的顺序接任" in page


def test_a_rejection_counts_whoever_said_it_and_no_later_answer_lowers_the_figure(people: Cast) -> None:
    draw = _silent(people)
    draw_scenes.share_keys(draw, people)
    owner, holder = draw_scenes.items_of(draw)[:2]
    row = draw.share_deposits.get(party=owner.item)
    share = row.shares.get(holder=holder.item)
    clerk, escrow = people.actor(draw_scenes.clerk_of(holder)), people.actor("司")

    def rejected() -> int:
        return share_figures.by_draw([draw.pk])[draw.pk].rejected

    draws.verify_shares(draw=draw, verified=[], rejected={str(row.pk): "COMMITMENT"}, actor=escrow, at=AT)
    assert rejected() == 1
    for _again in range(2):
        draws.check_shares(item=holder, opened=[], rejected={str(share.pk): "UNREADABLE"}, actor=clerk, at=AT)
    assert rejected() == 2
    draws.check_shares(item=holder, opened=[str(share.pk)], rejected={}, actor=clerk, at=AT)
    draws.verify_shares(draw=draw, verified=[str(row.pk)], rejected={}, actor=escrow, at=AT)
    draw_scenes.deposit_shares(owner, people)
    assert rejected() == 2
    fresh = draw.share_deposits.get(party=owner.item)
    draws.verify_shares(draw=draw, verified=[], rejected={str(fresh.pk): "UNREADABLE"}, actor=escrow, at=AT)
    assert rejected() == 3


def test_the_todos_of_shares_ask_as_many_queries_for_three_draws_as_for_one(people: Cast) -> None:
    draw = _silent(people)
    actors = [people.actor(name) for name in ("司", "纪", "林")]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            found = [todo for actor in actors for todo in share_todos.todos(actor, LATE)]
        assert found
        return len(queries)

    before = asked()
    for sequence in (901, 902):
        _copy(draw, sequence)

    assert len(share_todos.todos(people.actor("司"), LATE)) == 3
    assert asked() == before


def _copy(draw: Draw, sequence: int) -> None:
    """Store another draw with the same parts, keys, receiving keys and deposits."""
    copy = Draw.objects.get(pk=draw.pk)
    copy.pk, copy.offer_id, copy.sequence, copy.number = None, None, sequence, f"{draw.number}-{sequence}"
    copy._state.adding = True
    copy.id = Draw._meta.pk.get_default()
    copy.save(force_insert=True)
    for related in ("items", "keys", "receiving_keys", "share_deposits"):
        for row in getattr(draw, related).all():
            shares = list(row.shares.all()) if related == "share_deposits" else []
            row.pk = type(row)._meta.pk.get_default()
            row.draw, row._state.adding = copy, True
            row.save(force_insert=True)
            for share in shares:
                share.pk, share.deposit, share._state.adding = type(share)._meta.pk.get_default(), row, True
                share.save(force_insert=True)


def _answer(draw: Draw, people: Cast, *, at: datetime, party: str = "") -> None:
    rows = draw.share_deposits.filter(party=party) if party else draw.share_deposits.all()
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
    draws.verify_shares(draw=draw, verified=ids, rejected={}, actor=people.actor("司"), at=at)


def test_answering_again_what_was_answered_does_not_give_the_escrow_another_term(people: Cast) -> None:
    draw = _silent(people)
    first, second = draw_scenes.items_of(draw)[:2]
    _answer(draw, people, at=AT, party=first.item)
    draw_scenes.deposit_shares(second, people, at=AT + timedelta(minutes=5))

    _answer(draw, people, at=AT + timedelta(hours=30), party=first.item)

    draw_scenes.take_escrow(draw, people, by="纪", at=LATE)


def test_the_term_runs_from_the_oldest_deposit_without_an_answer(people: Cast) -> None:
    draw = _silent(people)
    first, second = draw_scenes.items_of(draw)[:2]
    draw_scenes.deposit_shares(second, people, at=AT + timedelta(days=1))

    _answer(draw, people, at=AT + timedelta(days=1, hours=1), party=first.item)

    term = Deadline.objects.get(rule_version__rule_id=escrows.RULE, closed_at__isnull=True)
    assert term.opened_at == AT + timedelta(days=1)
    with pytest.raises(DrawRefused, match="才可接任托管"):
        draw_scenes.take_escrow(draw, people, by="纪", at=LATE)
    draw_scenes.take_escrow(draw, people, by="纪", at=LATER)


def test_another_public_key_of_the_escrow_gives_it_no_other_term(people: Cast) -> None:
    draw = _silent(people)
    hour = AT + timedelta(hours=6)
    again = {"draw": draw, "recipient": draw_scenes.recipient_of("fresh"), "actor": people.actor("司")}
    draws.hold_escrow(**again, at=hour)
    with pytest.raises(DrawRefused, match="不能再换收存公钥"):
        draws.hold_escrow(**again, at=LATE)

    draw_scenes.deposit_shares(draw_scenes.items_of(draw)[0], people, at=hour + timedelta(hours=1))

    assert "draw.take_escrow" in _verbs(people, "纪")
    draw_scenes.take_escrow(draw, people, by="纪", at=LATE)


def test_a_stale_deposit_by_the_escrows_own_new_key_still_makes_it_late(people: Cast) -> None:
    draw = _silent(people)
    draws.hold_escrow(
        draw=draw,
        recipient=draw_scenes.recipient_of("fresh"),
        actor=people.actor("司"),
        at=AT + timedelta(hours=6),
    )

    draw_scenes.take_escrow(draw, people, by="纪", at=LATE)


def test_the_organ_that_hosts_the_organiser_never_is_the_escrow(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    draw.organiser.host = people.departments["市司法局"]
    draw.organiser.save(update_fields=["host"])

    with pytest.raises(DrawRefused, match="不组织、不承办、不参加"):
        draw_scenes.hold_escrow(draw, people)


def test_the_line_of_successors_has_no_end(people: Cast) -> None:
    draw = _silent(people)
    for number in range(30):
        draw_scenes.oversight(people, code=f"350200-V{number:02d}", short_name=f"监督{number}", name=f"监{number}")

    line = escrows.turns(draw, at=LATE)

    assert len(line) == 32
    assert all(turn.since is not None for turn in line)
