"""How the objects of a draw are counted on its screens: businesses 户, and what is none by words of its own."""

import pytest
from django.test import Client

from onevisit.stages.draws import documents, measure, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.registers.models import InspectionTarget
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT

PAGES = ("", "/freeze", "/pool", "/preview", "/strata", "/ceremony")


@pytest.mark.parametrize(
    ("ids", "word"),
    [
        ((), "户"),
        (("91350200XMDM000001", "91350200XMDM000002"), "户"),
        (("prod:1", "prod:2"), "种"),
        (("site:1",), "处"),
        (("act:1", "act:2"), "项"),
        (("act:1", "prod:1"), "个"),
        (("91350200XMDM000001", "site:1"), "个"),
        (("lot:1",), "个"),
    ],
)
def test_each_kind_of_object_has_its_measure_word(ids: tuple[str, ...], word: str) -> None:
    assert measure.unit_of_ids(ids) == word


def _all_become(prefix: str) -> None:
    """Let every object of the register be of one type, as if products alone had been imported."""
    for target in InspectionTarget.objects.all():
        target.object_id = f"{prefix}:{target.object_id.lower()}" if prefix else target.object_id
        target.save(update_fields=["object_id"])


@pytest.mark.parametrize(("prefix", "word"), [("prod", "种"), ("site", "处"), ("", "户")])
def test_readiness_and_every_screen_count_the_objects_of_a_draw_by_what_they_are(
    people: Cast, prefix: str, word: str
) -> None:
    draw = draw_scenes.prepared(people)
    _all_become(prefix)
    draw = Draw.objects.get(pk=draw.pk)
    ground = documents.ground_of(draw)
    found = readiness.of_draw(draw, ground, at=FREEZE_AT)

    assert (draw.unit, ground.unit) == (word, word)
    said = [*found.blockers, *found.warnings]
    assert any(f"D 层只有 1 {word}（少于 5 {word}）" in one for one in said)
    assert any(f"排除 2 {word}尚未批准" in one for one in said)
    client = Client()
    client.force_login(people.officers["陈"].user)  # type: ignore[arg-type]  # the cast can sign in
    shown = {path: client.get(f"/draws/{draw.pk}{path}").content.decode() for path in PAGES}
    assert f"14 {word}" in shown["/pool"] or f"12 {word}" in shown["/pool"]
    if prefix:
        assert [path for path, page in shown.items() if "户" in page.partition("<main")[2].partition("</main")[0]] == []


@pytest.mark.parametrize(("prefix", "word"), [("act", "项"), ("", "户")])
def test_a_frozen_draw_is_counted_by_its_frame(people: Cast, prefix: str, word: str) -> None:
    draw = draw_scenes.prepared(people)
    _all_become(prefix)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.approve_pool(draw, people, at=AT)
    frozen = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    InspectionTarget.objects.filter(kind="company").update(name="改名")
    draws.commit(draw=frozen, actor=people.actor("陈"), at=FREEZE_AT)

    Draw.objects.filter(pk=draw.pk).update(state="committed")
    assert Draw.objects.get(pk=draw.pk).unit == word
    page = Client().get(f"/open/draws/{draw.number}").content.decode()
    assert f"名单 12 {word}" in page
    if prefix:
        assert "户" not in page
