"""A draw of one department alone: nobody to share its key with, and the same proofs for everybody."""

from datetime import timedelta
from pathlib import Path

import pytest

from onevisit.core.draw.verify import verify
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.keys import deposits
from onevisit.stages.draws.models import DrawnSlot
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, SALT, T0, TYPE_AT, Beacon, Log

pytestmark = pytest.mark.django_db


def test_one_department_alone_draws_with_one_key_and_a_value_of_t0_and_anybody_checks_it(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, own = Log(tmp_path / "keys"), Beacon(monkeypatch)
    offer = scenes.small(people, without=scenes.PARTICIPANTS)
    draw = draws.prepare(
        offer_id=offer.pk, t0=T0, salt=SALT, actor=people.actor("陈"), at=AT, sources=("ceremony", "drand")
    )
    (item,) = draw_scenes.items_of(draw)
    draw_scenes.commit_key(item, people)
    assert not deposits.deposits_of(draw).needed
    draw_scenes.approve_pool(draw, people)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    draw_scenes.hand_key(item, people)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    draw.refresh_from_db()
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    drawn = DrawnSlot.objects.filter(draw=draw)
    draw = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0 + timedelta(days=1))

    assert {slot.department_id for slot in drawn} == {people.departments["市商务局"].pk}
    frames = {item.item: bytes(draw.items.get().frame or b"")}
    checks = verify(receipt=bytes(draw.receipt or b""), frames=frames)
    assert {check.line.split()[0]: check.status.value for check in checks} == {
        **{f"V{number}": "ok" for number in (0, 3, 4, 5, 6, 7, 8, 9, 11)},
        **{f"V{number}": "skipped" for number in (1, 2, 10)},
    }
