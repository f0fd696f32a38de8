"""A draw repeated after a void keeps frames, quotas and roster, officers by person; what may differ is published."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import directed, narrow, repeating
from onevisit.stages.draws.public import organ_figures
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.offers.models import PartApproval
from onevisit.stages.plans.models import ClusterTarget
from onevisit.stages.registers.models import Inspector, Interest
from onevisit.support.identity.roles import Role
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, FREEZE_AT, KEY_AT, T0, Log

OTHER_SALT = "6b" * 32


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "keys")


def _again(people: Cast, log: Log, *, reason: str) -> Draw:
    """Void a committed draw and prepare it again: other number, other salt, so other pseudonyms."""
    draw = draw_scenes.committed(people, log)
    words = "名单少列了两户，见核对表" if reason == "FRAME_DEFECT" else "市消防支队的密钥未在规定时刻前交出"
    draws.propose_void(
        draw=draw, reason=reason, words=words, evidence_sha256=EVIDENCE, actor=people.actor("陈"), at=KEY_AT
    )
    draws.void(draw=draw, actor=people.actor("公"), at=KEY_AT)
    again = draws.prepare(offer_id=draw.offer_id, t0=T0, salt=OTHER_SALT, actor=people.actor("陈"), at=AT)  # type: ignore[arg-type]
    for item in draw_scenes.items_of(again):
        draw_scenes.commit_key(item, people)
    return again


def _drop(draw: Draw) -> None:
    row = next(row for row in documents.ground_of(draw).rows if row.stratum == "A")
    ClusterTarget.objects.filter(target_id=row.target_id).delete()


def _repeat(draw: Draw) -> repeating.Repeat:
    found = repeating.of_draw(draw, documents.ground_of(draw))
    assert found is not None
    return found


def test_a_repetition_of_the_same_people_and_targets_differs_in_nothing(people: Cast, log: Log) -> None:
    again = _again(people, log, reason="KEY_MISSING")

    assert _repeat(again).count == 0
    draw_scenes.approve_pool(again, people)
    frozen = draws.freeze(draw=again, actor=people.actor("陈"), at=FREEZE_AT)

    before = Draw.objects.get(state="void")
    assert frozen.roster != before.roster
    assert frozen.direction["repeats"]["draw"] == before.number
    assert sum(value for value in frozen.direction["repeats"].values() if isinstance(value, int)) == 0


def test_a_changed_list_or_another_officer_is_no_repetition_whoever_agrees(people: Cast, log: Log) -> None:
    again = _again(people, log, reason="KEY_MISSING")
    _drop(again)
    reply = PartApproval.objects.get(offer_id=again.offer_id, department__short_name="市商务局")
    people.officers["林三"] = cast.officer(
        name="林三", department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
    )
    friend = scenes.inspector(people=people, name="林三")
    reply.inspector_ids = [*reply.inspector_ids, friend.pk]
    reply.save(update_fields=["inspector_ids"])
    draw_scenes.approve_pool(again, people)

    found = _repeat(again)
    assert (len(found.went["frame"]), len(found.came["officers"]), found.may_differ) == (1, 1, False)
    with pytest.raises(DrawRefused, match=r"名单增 0 减 1，人员增 1 减 0.*请改回原样"):
        draws.freeze(draw=again, actor=people.actor("陈"), at=FREEZE_AT)
    assert not [
        place for place in narrow.places_of(again, documents.ground_of(again), on=AT.date()) if place.code == "changed"
    ]


def test_a_proven_defect_is_mended_with_a_second_organ_and_the_difference_is_published(
    people: Cast, log: Log, client: Client
) -> None:
    again = _again(people, log, reason="FRAME_DEFECT")
    draw_scenes.approve_pool(again, people)
    _drop(again)
    with pytest.raises(DrawRefused, match="须经公证或执法监督单位同意"):
        draws.freeze(draw=again, actor=people.actor("陈"), at=FREEZE_AT)
    draw_scenes.consent_to_narrow(again, people)
    frozen = draws.freeze(draw=again, actor=people.actor("陈"), at=FREEZE_AT)
    draws.commit(draw=frozen, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=frozen, at=FREEZE_AT)

    assert frozen.direction["repeats"] | {"frame_removed": 1, "reason": "FRAME_DEFECT"} == frozen.direction["repeats"]
    page = client.get(f"/open/draws/{frozen.number}").content.decode()
    assert "作废（抽取池确有错误）后的重抽" in page
    assert '<th scope="row">名单</th><td class="is-number">0</td><td class="is-number">1</td>' in page
    assert b'"frame_removed":1' in directed.file_of(frozen.direction)
    Draw.objects.filter(pk=frozen.pk).update(state="opened")
    cache.clear()
    assert sum(one.changed_repeats for one in organ_figures.organ_figures()) == 1


def test_a_relation_that_the_registers_learn_meanwhile_bars_and_needs_a_second_organ(people: Cast, log: Log) -> None:
    again = _again(people, log, reason="KEY_MISSING")
    target = documents.ground_of(again).rows[0]
    inspector = Inspector.objects.get(officer=people.officers["林一"])
    Interest.objects.create(inspector=inspector, target_id=target.target_id, reason="亲属任职", declared_at=AT)

    found = _repeat(again)

    assert (len(found.came["recusals"]), found.count, found.may_differ) == (1, 1, True)
    places = narrow.places_of(again, documents.ground_of(again), on=AT.date())
    assert [place.size for place in places if place.code == "changed"] == [1]


def test_a_recusal_that_somebody_types_is_no_repetition(people: Cast, log: Log) -> None:
    again = _again(people, log, reason="KEY_MISSING")
    item = next(item for item in draw_scenes.items_of(again) if item.department.short_name == "市商务局")
    draws.recuse(
        item=item,
        inspector_id=scenes.inspector_ids(people, "市商务局")[0],
        target_id=documents.ground_of(again).rows[0].target_id,
        reason="INTEREST",
        actor=people.actor("林"),
        at=AT + timedelta(minutes=1),
    )

    blockers = readiness.of_draw(again, documents.ground_of(again), at=FREEZE_AT).blockers

    assert any("回避增 1 减 0" in words for words in blockers)


def test_after_a_shortage_the_roster_only_grows(people: Cast, log: Log) -> None:
    again = _again(people, log, reason="KEY_MISSING")
    Draw.objects.filter(state="void").update(void_reason="OFFICERS_SHORT")
    people.officers["林三"] = cast.officer(
        name="林三", department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
    )
    added = scenes.inspector(people=people, name="林三")
    reply = PartApproval.objects.get(offer_id=again.offer_id, department__short_name="市商务局")
    kept = list(reply.inspector_ids)
    PartApproval.objects.filter(pk=reply.pk).update(inspector_ids=[*kept, added.pk])
    assert _repeat(again).may_differ

    PartApproval.objects.filter(pk=reply.pk).update(inspector_ids=[*kept[1:], added.pk])

    assert not _repeat(again).may_differ
