"""An assignment that cannot be complete is a result like another: recorded with its proof, shown, nobody sent."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from django.core.cache import cache

from onevisit.core.draw import forms
from onevisit.core.draw.officers import Infeasible
from onevisit.core.draw.verify import Status, verify
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.pool import shortage, spares
from onevisit.stages.draws.public import organ_figures
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.registers.models import Inspector
from onevisit.stages.visits.models import Visit
from onevisit.support.identity.roles import Role
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.models import LedgerEntry
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, FREEZE_AT, KEY_AT, T0, TYPE_AT, Log


def _more_inspectors(people: Cast, *names: str) -> None:
    """Enter more people of 市商务局 into the register before it nominates."""
    scenes.registers(people)
    for name in names:
        people.officers[name] = cast.officer(
            name=name, department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
        )
        scenes.inspector(people=people, name=name)


def _short(people: Cast, log: Log) -> Draw:
    """Draw with five people of 市商务局, two of whom may go nowhere, and a limit that the other three cannot bear."""
    _more_inspectors(people, "林三", "林四")
    _more_of_the_others(people)
    draw = draw_scenes.committed_keys(people, cap=3)
    own = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    for name in ("林三", "林四"):
        inspector = Inspector.objects.get(officer=people.officers[name])
        for row in documents.ground_of(draw).rows:
            draws.recuse(
                item=own,
                inspector_id=inspector.pk,
                target_id=row.target_id,
                reason="INTEREST",
                actor=people.actor("林"),
                at=AT,
            )
    draw_scenes.consent_to_narrow(draw, people)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people, at=KEY_AT)
    return draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


def _more_of_the_others(people: Cast) -> None:
    for short, clerk in scenes.CLERKS.items():
        if short == "市商务局":
            continue
        name = f"{clerk}三"
        people.officers[name] = cast.officer(name=name, department=people.departments[short], roles=(Role.INSPECTOR,))
        scenes.inspector(people=people, name=name)


def test_the_result_is_kept_with_the_proof_that_nobody_could_do_better(people: Cast, log: Log) -> None:
    draw = _short(people, log)

    assert (draw.state, draw.is_infeasible) == ("sealed", True)
    assert draw.result_entry
    recorded = forms.parse_receipt(data=bytes(draw.receipt or b"")).results[0].result
    assert isinstance(recorded.assignment, Infeasible)
    assert recorded.assignment.short == 1
    frames = {item.item: bytes(item.frame or b"") for item in draw.items.all()}
    checks = verify(receipt=bytes(draw.receipt or b""), frames=frames)
    assert [check.line for check in checks if check.status is Status.FAILED] == []
    assert LedgerEntry.objects.filter(event="draw.fell_short").count() == 1


def test_nobody_is_sent_and_the_certificate_names_targets_and_people(people: Cast, log: Log) -> None:
    draw = _short(people, log)
    jobs.run_now(at=T0)

    found = shortage.of_draw(draw)

    assert not DrawnSlot.objects.exists()
    assert not Visit.objects.exists()
    assert found is not None
    assert {officer.name for officer in found.officers} == {"林一", "林二", "林备"}
    assert {officer.room for officer in found.officers} == {3}
    assert {places for target in found.targets for places in target.places} == {("市商务局", 2)}
    assert len(found.targets) == documents.drawn_count(documents.ground_of(draw))


def test_a_limit_that_all_people_together_cannot_bear_is_said_before_the_freeze(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people, cap=1)

    found = readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT)

    assert any("每人最多 1 户，合计不足 10 人次" in words for words in found.blockers)
    with pytest.raises(DrawRefused, match="合计不足"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_a_shortage_is_no_reason_to_give_up_drawn_objects_only_to_repeat_the_officers(people: Cast, log: Log) -> None:
    """Else a shortage that depends on which objects are drawn would be a second throw."""
    draw = _short(people, log)
    words = "市商务局可派人员不足，已增加提名"

    with pytest.raises(DrawRefused, match="抽中的对象照旧，只重抽执法人员") as refused:
        draws.propose_void(
            draw=draw,
            reason="OFFICERS_SHORT",
            words=words,
            evidence_sha256=EVIDENCE,
            actor=people.actor("陈"),
            at=T0,
        )

    assert refused.value.code == "short_repeat"
    made = draws.repeat(
        draw=draw, t0=T0 + timedelta(days=8), reason="市商务局已增加提名人员两名", actor=people.actor("陈"), at=T0
    )
    assert (made.state, made.repeats_id) == ("preparing", draw.pk)


def test_when_no_repetition_can_be_announced_any_more_a_second_organ_may_give_the_draw_up(
    people: Cast, log: Log
) -> None:
    """Else it would stand for ever, with nobody sent and no other draw of its offer."""
    draw = _short(people, log)
    late = datetime.combine(scenes.ENDS_ON, time(9), tzinfo=T0.tzinfo) - timedelta(days=6)
    words = "检查期将满，已来不及提前七日公布重抽计划"

    draws.propose_void(
        draw=draw,
        reason="OFFICERS_SHORT",
        words=words,
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=late,
    )
    gone = draws.void(draw=draw, actor=people.actor("公"), at=late)

    assert gone.state == "void"
    assert b'"stage":"after-seed"' in bytes(gone.void_record or b"")
    (figures,) = organ_figures.organ_figures()
    assert (figures.voids_after_seed, figures.voids_drawn) == (1, 1), "a second throw of the objects is counted"
    Draw.objects.filter(pk=draw.pk).update(given_basis="REPEAT")
    cache.clear()
    assert organ_figures.organ_figures()[0].voids_drawn == 0, "a repetition has drawn no objects"


def test_nobody_is_short_where_everybody_is_assigned(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    with pytest.raises(DrawRefused, match="并无不足"):
        draws.propose_void(
            draw=draw,
            reason="OFFICERS_SHORT",
            words="市商务局可派人员不足，已增加提名",
            evidence_sha256=EVIDENCE,
            actor=people.actor("陈"),
            at=T0,
        )


@pytest.mark.parametrize(
    ("needed", "people", "short"),
    [
        ({"A": 4, "B": 4}, {"A": "ab", "B": "bc"}, [(3, 8)]),  # each alone suffices, both together do not
        ({"A": 4, "B": 4}, {"A": "ab", "B": "cd"}, []),
        ({"A": 5, "B": 1}, {"A": "ab", "B": "bc"}, [(2, 5)]),  # the smallest group is named
    ],
)
def test_pools_that_share_their_people_must_suffice_together(
    needed: dict[str, int], people: dict[str, str], short: list[tuple[int, int]]
) -> None:
    able = {pool: frozenset(UUID(int=ord(one)) for one in names) for pool, names in people.items()}

    assert list(spares.overdrawn(needed, able, cap=2)) == short
