"""`ledger replay`: a superuser who changes the tables behind the screens is named, record and field."""

from pathlib import Path

import pytest
from django.core.management import call_command

from onevisit.project import replay
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import T0, Log
from tests.support.ledger.conftest import superuser

pytestmark = pytest.mark.django_db


@pytest.fixture
def draw(people: Cast, tmp_path: Path) -> Draw:
    """A draw that was opened, every entry in its place; its campaign and offer came before."""
    log = Log(tmp_path / "keys")
    draw = draw_scenes.sealed(people, log)
    draw = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    return draw


def _found() -> set[tuple[str, str]]:
    return {(one.record.partition(" ")[0], one.field) for one in replay.replay()}


def test_what_the_services_wrote_agrees_with_its_entries(draw: Draw, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("ledger", "replay")

    assert list(replay.replay()) == []
    assert "一致" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "record", "field"),
    [
        ("UPDATE draws_draw SET state = 'sealed'", "draw", "state"),
        ("UPDATE draws_draw SET seal = repeat('0', 64)", "draw", "seal"),
        ("UPDATE draws_draw SET manifest_digest = repeat('0', 64)", "draw", "manifest_digest"),
        ("UPDATE draws_draw SET manifest = '{}'", "draw", "manifest"),
        ("UPDATE draws_draw SET receipt = '{}'", "draw", "receipt"),
        ("UPDATE offers_offer SET state = 'sent'", "offer", "state"),
        ("UPDATE plans_campaign SET state = 'draft'", "campaign", "state"),
    ],
    ids=["state", "seal", "digest", "manifest", "receipt", "offer", "campaign"],
)
def test_an_update_by_a_superuser_is_named(draw: Draw, statement: str, record: str, field: str) -> None:
    with superuser() as execute:
        execute(statement)

    assert (record, field) in _found()
    with pytest.raises(SystemExit) as ended:
        call_command("ledger", "replay")
    assert ended.value.code == 1


def test_a_changed_frame_is_named_by_its_item(draw: Draw) -> None:
    item = draw.items.first()
    assert item is not None
    with superuser() as execute:
        execute("UPDATE draws_drawitem SET frame = frame || 'x' WHERE id = %s", [item.pk])

    assert _found() == {("draw", f"frame {item.item}")}


def test_a_deleted_record_and_one_that_nobody_made_are_named(draw: Draw) -> None:
    with superuser() as execute:
        execute("UPDATE draws_draw SET id = gen_random_uuid()")

    whole = [one for one in replay.replay() if one.record.startswith("draw ") and not one.field]
    found = {(one.entries_say, one.row_says) for one in whole}

    assert found == {("没有留痕", "opened"), ("opened", "记录不见了")}
    with superuser() as execute:  # the end of the test looks at the foreign keys
        execute("UPDATE draws_draw SET id = %s", [draw.pk])
