"""The preview of officers: what each can expect, and among how many each place is drawn; the worst first."""

from uuid import UUID

import pytest
from django.test import Client

from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import expected, preview
from onevisit.stages.registers.models import Inspector
from onevisit.support import clock
from onevisit.support.identity.roles import Role
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast


@pytest.fixture
def draw(people: Cast) -> Draw:
    """A draw whose 市商务局 has four people, one of whom stays away from one target."""
    scenes.registers(people)
    people.officers["林三"] = cast.officer(
        name="林三", department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
    )
    scenes.inspector(people=people, name="林三")
    draw = draw_scenes.committed_keys(people)
    own = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    draws.recuse(
        item=own,
        inspector_id=Inspector.objects.get(officer=people.officers["林一"]).pk,
        target_id=documents.ground_of(draw).rows[0].target_id,
        reason="INTEREST",
        actor=people.actor("林"),
        at=AT,
    )
    return draw


def test_the_expected_loads_of_a_department_add_up_to_its_places(people: Cast, draw: Draw) -> None:
    seen = preview.of_draw(draw, at=AT)
    drawn = documents.drawn_count(documents.ground_of(draw))

    own = {load.name: load for load in seen.loads if load.department == "市商务局"}

    assert sum(load.expected for load in own.values()) == pytest.approx(drawn * 2, abs=0.2)
    assert own["林一"].recused == 1
    assert own["林一"].expected < own["林二"].expected
    assert [load.expected for load in seen.loads] == sorted((load.expected for load in seen.loads), reverse=True)


def test_each_place_has_its_choice_and_the_narrowest_comes_first(people: Cast, draw: Draw) -> None:
    ground = documents.ground_of(draw)

    found = expected.places(ground, {ground.rows[0].target_id: _people(ground, "林一")})

    own = [place for place in found if place.department == "市商务局"]
    assert [(place.target, place.targets, place.place, place.width) for place in own] == [
        (ground.rows[0].name, 1, 2, 2),
        ("", len(ground.rows) - 1, 2, 3),
        (ground.rows[0].name, 1, 1, 3),
        ("", len(ground.rows) - 1, 1, 4),
    ]
    assert [place.width for place in found] == sorted(place.width for place in found)


def test_the_page_shows_both_lists_and_a_trial_its_own_loads(
    people: Cast, draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    client = Client()
    client.force_login(people.officers["陈"].user)  # type: ignore[arg-type]

    page = client.get(f"/draws/{draw.pk}/preview").content.decode()
    tried = client.post(f"/draws/{draw.pk}/trial").content.decode()

    assert "每人预计对象数" in page
    assert "每个名额的选择面" in page
    assert "本次试抽" not in page
    assert "本次试抽" in tried
    assert "林三" in tried


def _people(ground: documents.Ground, *names: str) -> set[UUID]:
    return {nominee.id for nominee in ground.nominees.values() if nominee.name in names}
