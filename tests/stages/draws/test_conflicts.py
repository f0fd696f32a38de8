"""Who stays away by himself: a relation of the register, and whoever went to the target last."""

from datetime import date, timedelta

import pytest
from django.test import Client

from onevisit.core.draw import forms
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, Pseudonym
from onevisit.stages.draws.pool import conflicts
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.plans.selectors import FrameRow
from onevisit.stages.registers import services as registers
from onevisit.stages.registers.models import Inspector, Interest
from onevisit.support.identity.roles import Role
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT

LAST = date(2026, 3, 2)


@pytest.fixture
def draw(people: Cast) -> Draw:
    """A draw whose 市商务局 has four people."""
    scenes.registers(people)
    people.officers["林三"] = cast.officer(
        name="林三", department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
    )
    scenes.inspector(people=people, name="林三")
    return draw_scenes.committed_keys(people)


def _went(people: Cast, draw: Draw, *names: str, on: date = LAST) -> FrameRow:
    row = documents.ground_of(draw).rows[0]
    registers.note_inspection(
        target_id=row.target_id,
        department_id=people.departments["市商务局"].pk,
        on=on,
        kind="综合查一次",
        result="未发现问题",
        reference="V",
        inspector_ids=[_inspector(people, name).pk for name in names],
    )
    return row


def _inspector(people: Cast, name: str) -> Inspector:
    return Inspector.objects.get(officer=people.officers[name])


def test_who_went_last_stays_away_in_the_frozen_roster_with_the_reason(people: Cast, draw: Draw) -> None:
    row = _went(people, draw, "林一")
    draw_scenes.consent_to_narrow(draw, people)

    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)

    roster = forms.parse_roster(data=bytes(draw.roster or b""))
    pseudonym = Pseudonym.objects.get(draw=draw, inspector=_inspector(people, "林一")).pseudonym
    assert [(one.object_id, one.officer, one.reason) for one in roster.recusals] == [
        (row.object_id, pseudonym, "SAME_AS_LAST")
    ]


def test_only_the_last_inspection_counts(people: Cast, draw: Draw) -> None:
    _went(people, draw, "林一")
    row = _went(people, draw, "林二", on=LAST + timedelta(days=90))

    found = documents.recused_pairs(draw, documents.ground_of(draw))

    assert found == {(row.target_id, _inspector(people, "林二").pk): "SAME_AS_LAST"}


def test_where_too_few_would_remain_the_freeze_waits_and_says_where(people: Cast, draw: Draw) -> None:
    row = _went(people, draw, "林一", "林二")

    blockers = readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT).blockers

    assert any(
        f"{row.name}：市商务局" in words and "只剩 2 人，每户需 2 人，另须有 1 人备选" in words for words in blockers
    )
    with pytest.raises(DrawRefused, match="只剩 2 人"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_a_former_post_is_the_graver_reason(people: Cast, draw: Draw) -> None:
    row = _went(people, draw, "林一")
    person = _inspector(people, "林一")
    Interest.objects.create(inspector=person, target_id=row.target_id, reason="曾在该单位任职", declared_at=AT)

    found = conflicts.known_recusals(draw, documents.ground_of(draw))

    assert [(one.department, one.person, one.target, one.reason) for one in found] == [
        ("市商务局", "林一", row.name, "曾在该对象任职")
    ]


def test_the_page_of_recusals_counts_them_and_gives_each_its_reason(people: Cast, draw: Draw) -> None:
    row = _went(people, draw, "林一")
    client = Client()
    client.force_login(people.officers["林"].user)  # type: ignore[arg-type]

    page = client.get(f"/draws/{draw.pk}/recuse").content.decode()

    assert "按登记自动回避 1" in page
    assert f"林一 · {row.name} · 上次由其检查" in page
