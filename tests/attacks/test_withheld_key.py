"""A key held back once the digits of the room are known: it would void the draw, and another one gives other objects.

Section 7 of the protocol: with values of the room alone, whoever hands a key over last knows what it gives. From three
departments on the shares of the others combine that key; fewer have none.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from onevisit.core.draw import seeds
from onevisit.core.draw import sources as core_sources
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.keys import deposits
from onevisit.stages.draws.models import Draw, SourceValue
from onevisit.stages.draws.refusals import DrawRefused
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, SALT, T0, TYPE_AT, Beacon, Log

pytestmark = pytest.mark.django_db

ALONE = scenes.PARTICIPANTS
TWO = scenes.PARTICIPANTS[1:]
THREE = scenes.PARTICIPANTS[2:]


def _prepared(people: Cast, *, without: tuple[str, ...], sources: tuple[str, ...], **how: Any) -> Draw:
    offer = scenes.small(people, without=without)
    actor = people.actor("陈")
    return draws.prepare(offer_id=offer.pk, t0=T0, salt=SALT, actor=actor, at=AT, sources=sources, **how)


@pytest.mark.parametrize("without", [ALONE, TWO], ids=["one department", "two departments"])
@pytest.mark.parametrize(
    ("sources", "issues"),
    [(("ceremony",), {}), (("cwl-kl8",), {"cwl-kl8": "2026319"}), (("ceremony", "cwl-kl8"), {"cwl-kl8": "2026319"})],
    ids=["the room", "a lottery", "both"],
)
def test_too_few_departments_for_shares_need_a_value_bound_to_t0(
    people: Cast, without: tuple[str, ...], sources: tuple[str, ...], issues: dict[str, str]
) -> None:
    with pytest.raises(DrawRefused, match="最后交密钥的部门可能先知道结果") as refused:
        _prepared(people, without=without, sources=sources, issues=issues)

    assert (refused.value.field, refused.value.code) == ("sources", "unshared")
    assert not Draw.objects.exists()


def test_three_departments_have_shares_and_two_may_draw_with_the_beacon_or_the_close(people: Cast) -> None:
    assert deposits.deposits_of(_prepared(people, without=THREE, sources=("ceremony",))).needed == 2


@pytest.mark.parametrize("last", ["drand", "sse-000001-close"])
def test_two_departments_may_draw_with_the_beacon_or_the_close(people: Cast, last: str) -> None:
    t0 = T0.replace(hour=14)
    offer = scenes.small(people, without=TWO)
    draw = draws.prepare(
        offer_id=offer.pk, t0=t0, salt=SALT, actor=people.actor("陈"), at=AT, sources=("ceremony", last)
    )

    assert deposits.deposits_of(draw).needed == 0


def test_a_draw_prepared_before_that_rule_is_not_frozen(people: Cast) -> None:
    draw = _prepared(people, without=TWO, sources=("ceremony", "drand"))
    Draw.objects.filter(pk=draw.pk).update(source_types=["ceremony"])
    draw.refresh_from_db()

    said = readiness.of_draw(draw, documents.ground_of(draw), at=AT).blockers
    assert [words for words in said if "最后交密钥的部门" in words and "重新筹备" in words]


def test_what_the_last_one_knows_gives_no_seed_where_the_beacon_is_in_it(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its own key and all that is public before T0 a department has a seed of the room alone."""
    log, own = Log(tmp_path / "keys"), Beacon(monkeypatch)
    draw = _prepared(people, without=ALONE, sources=("ceremony", "drand"))
    (item,) = draw_scenes.items_of(draw)
    draw_scenes.commit_key(item, people)
    draw_scenes.approve_pool(draw, people)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    known = [row.value for row in SourceValue.objects.filter(draw=draw).order_by("position")]
    draw_scenes.hand_key(item, people)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    draw.refresh_from_db()
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    receipt = json.loads(bytes(draw.receipt or b""))

    def seed_of(values: list[Any]) -> str:
        lines = [core_sources.source_line(value=core_sources.read_value(value, "value")) for value in values]
        keys = {item.item: draw_scenes.key_of(item.item)}
        return seeds.seed(manifest_digest=draw.manifest_digest, lines=lines, keys=keys)

    assert [value["type"] for value in known] == ["ceremony"]
    seed = receipt["results"][0]["result"]["seed"]
    assert seed_of(known) != seed
    assert seed_of(receipt["sources"]) == seed
