"""Before the freeze: prepare, reschedule, commit_key, recuse, unrecuse, and the readiness of a freeze."""

from datetime import timedelta

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, Recusal
from onevisit.stages.draws.pool import preview
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import SALT, T0


def _prepare(people: Cast, *, by: str = "陈", **more: object) -> Draw:
    offer = scenes.ready(people)
    arguments = {"offer_id": offer.pk, "t0": T0, "salt": SALT, **more}
    return draws.prepare(**arguments, actor=people.actor(by), at=AT)  # type: ignore[arg-type]


def _events(draw: Draw) -> list[str]:
    rows = LedgerEntry.objects.filter(subject_type="draw", subject=str(draw.pk)).order_by("at", "ordinal")
    return list(rows.values_list("event", flat=True))


def test_a_draw_gets_its_number_its_plan_entry_and_one_part_per_department(people: Cast) -> None:
    draw = _prepare(people)

    assert draw.number == "350200-LX-2026-0001"
    assert draw.plan_entry is not None
    assert [entry["draw"] for entry in draw.plan_entry.content["draws"]] == [draw.number]
    assert draw.items.count() == 5
    assert _events(draw) == ["draw.prepared"]


def test_only_the_coordination_office_prepares(people: Cast) -> None:
    with pytest.raises(MayNot):
        _prepare(people, by="林")

    assert not Draw.objects.exists()


def test_an_offer_has_one_draw_until_it_is_void_and_numbers_have_no_gap(people: Cast) -> None:
    draw = _prepare(people)
    again = {"offer_id": draw.offer_id, "t0": T0, "salt": SALT, "actor": people.actor("陈"), "at": AT}

    with pytest.raises(DrawRefused, match="已有抽取"):
        draws.prepare(**again)  # type: ignore[arg-type]
    draws.cancel(draw=draw, reason="名单须重新核对，改日抽取", actor=people.actor("陈"), at=AT)
    second = draws.prepare(**again)  # type: ignore[arg-type]

    assert second.number == "350200-LX-2026-0002"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"t0": AT + timedelta(days=6)}, "7 日"),
        ({"t0": T0 + timedelta(days=30)}, "检查开始日"),
        ({"t0": T0 + timedelta(seconds=5)}, "整分"),
        ({"length": 5}, "6 至 60"),
        ({"slots": 1}, "至少 2 人"),
    ],
)
def test_a_moment_or_figure_that_does_not_fit_is_refused(people: Cast, more: dict[str, object], words: str) -> None:
    with pytest.raises((DrawRefused, PlanRefused), match=words):
        _prepare(people, **more)


def test_t0_can_be_moved_before_the_freeze_and_the_plan_follows(people: Cast) -> None:
    draw = _prepare(people)

    moved = draws.reschedule(draw=draw, t0=T0 + timedelta(days=1), actor=people.actor("陈"), at=AT)

    assert moved.plan_entry is not None
    assert moved.plan_entry.content["draws"][0]["t0"].startswith("2026-11-19T15:00")
    assert _events(draw)[-1] == "draw.rescheduled"


def test_a_department_commits_to_its_own_key_only(people: Cast) -> None:
    draw = _prepare(people)
    item = draw_scenes.items_of(draw)[0]
    others = next(name for name in scenes.CLERKS.values() if name != draw_scenes.clerk_of(item))

    with pytest.raises(MayNot):
        draws.commit_key(item=item, commitment="a" * 64, actor=people.actor(others), at=AT)
    with pytest.raises(DrawRefused, match="64 位"):
        draws.commit_key(item=item, commitment="A", actor=people.actor(draw_scenes.clerk_of(item)), at=AT)
    draw_scenes.commit_key(item, people)

    key = draw.keys.get()
    assert (key.party, key.key, key.handed_at) == (item.item, "", None)
    assert _events(draw)[-2:] == ["draw.key_committed", "draw.recipient_registered"]


def test_a_recusal_bars_and_can_be_taken_back(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    item = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    inspector = scenes.inspector_ids(people, "市商务局")[0]
    target = documents.ground_of(draw).rows[0].target_id
    lin = people.actor("林")

    recusal = draws.recuse(item=item, inspector_id=inspector, target_id=target, reason="INTEREST", actor=lin, at=AT)
    blockers = readiness.of_draw(draw, documents.ground_of(draw), at=AT).blockers
    draws.unrecuse(item=item, recusal_id=recusal.pk, actor=lin, at=AT)

    assert len(blockers) == 2
    assert "市商务局回避后只剩 2 人，每户需 2 人，另须有 1 人备选" in blockers[0]
    assert "小层、小池 1 处须经公证或执法监督单位同意" in blockers[1]
    assert not Recusal.objects.exists()
    assert _events(draw)[-2:] == ["draw.recused", "draw.unrecused"]


def test_a_recusal_needs_a_reason_and_people_and_targets_of_this_draw(people: Cast) -> None:
    draw = _prepare(people)
    item = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    inspector = scenes.inspector_ids(people, "市商务局")[0]
    stranger = scenes.inspector_ids(people, "市市监局")[0]
    target = documents.ground_of(draw).rows[0].target_id

    for who, whom, reason in (
        (inspector, target, "X"),
        (stranger, target, "INTEREST"),
        (inspector, stranger, "INTEREST"),
    ):
        with pytest.raises(DrawRefused):
            draws.recuse(item=item, inspector_id=who, target_id=whom, reason=reason, actor=people.actor("林"), at=AT)


def test_the_preview_counts_what_a_freeze_would_fix_and_a_trial_keeps_nothing(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)

    seen = preview.of_draw(draw, at=AT)
    tried = preview.trial(draw, entropy="7f" * 32)

    assert (seen.registered, seen.pooled, seen.drawn, seen.keys) == (14, 12, 5, 5)
    assert seen.readiness.blockers == ()
    assert tried.number == f"TEST-{draw.number}"
    assert (tried.targets, tried.slots, tried.is_feasible) == (5, 50, True)
    draw.refresh_from_db()
    assert (draw.state, draw.manifest, draw.receipt) == ("preparing", None, None)


def test_after_the_freeze_nothing_before_it_can_be_done(people: Cast) -> None:
    draw = draw_scenes.frozen(people)
    item = draw_scenes.items_of(draw)[0]

    with pytest.raises(WrongState):
        draw_scenes.commit_key(item, people)
    with pytest.raises(WrongState):
        draws.reschedule(draw=draw, t0=T0, actor=people.actor("陈"), at=AT)
