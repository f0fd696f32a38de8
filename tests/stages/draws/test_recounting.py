"""The register's own count stands beside the organiser's, and the difference to the last frame is published."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import recounting
from onevisit.stages.draws.public import organ_figures
from onevisit.stages.plans.models import ClusterTarget
from onevisit.stages.registers.models import InspectionTarget
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, FREEZE_AT, KEY_AT, T0, Log


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "keys")


def _count(draw: Draw) -> recounting.Count:
    ground = documents.ground_of(draw)
    return recounting.count_of(ground, recounting.recounted(ground))


def test_a_pool_as_it_was_matched_is_what_the_register_counts(people: Cast) -> None:
    draw = draw_scenes.prepared(people)

    found = _count(draw)

    assert found.is_equal
    assert (
        found.counted == found.stated == len(documents.ground_of(draw).rows) + len(documents.ground_of(draw).excluded)
    )


def test_what_the_register_lost_since_is_counted_the_other_way(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    row = documents.ground_of(draw).rows[0]
    target = InspectionTarget.objects.get(pk=row.target_id)
    target.directory_entries.all().delete()
    target.licences.all().delete()
    InspectionTarget.objects.filter(pk=target.pk).update(industry_code="0111")

    found = _count(draw)

    assert (found.missing, found.beyond) == (0, 1)
    assert "少列 0 户，多列 1 户" in found.words


def test_the_last_frame_of_the_same_template_is_compared_and_both_are_on_the_page(
    people: Cast, log: Log, client: Client
) -> None:
    draw = draw_scenes.committed(people, log)
    given = {
        "words": "名单少列了两户，见核对表",
        "evidence_sha256": EVIDENCE,
        "actor": people.actor("陈"),
        "at": KEY_AT,
    }
    draws.propose_void(draw=draw, reason="FRAME_DEFECT", **given)  # type: ignore[arg-type]
    draws.void(draw=draw, actor=people.actor("公"), at=KEY_AT)
    assert recounting.last_frame(draw) is None
    again = draws.prepare(offer_id=draw.offer_id, t0=T0, salt="6b" * 32, actor=people.actor("陈"), at=AT)  # type: ignore[arg-type]
    for item in draw_scenes.items_of(again):
        draw_scenes.commit_key(item, people)
    dropped = next(row for row in documents.ground_of(again).rows if row.stratum == "A")
    ClusterTarget.objects.filter(target_id=dropped.target_id).delete()
    draw_scenes.approve_pool(again, people)
    frozen = draws.freeze(draw=again, actor=people.actor("陈"), at=FREEZE_AT)
    draws.commit(draw=frozen, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=frozen, at=FREEZE_AT)

    last = frozen.direction["last_frame"]
    assert (last["draw"], last["added"], last["removed"]) == (draw.number, 0, 1)
    page = client.get(f"/open/draws/{frozen.number}").content.decode()
    assert f"上一次同类抽取 {draw.number}" in page
    assert "本次名单新增 0 户，减少 1 户" in page
    Draw.objects.filter(pk=frozen.pk).update(state="opened")
    cache.clear()
    assert sum(one.unlisted for one in organ_figures.organ_figures()) == 1
    assert ">少列的对象</th>" in client.get("/open/draws/figures").content.decode()
