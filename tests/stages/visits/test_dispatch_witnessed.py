"""Nobody is sent before the result of a draw has its quorum."""

from pathlib import Path

import pytest

from onevisit.stages.draws import selectors as draws
from onevisit.stages.visits import reactions, tasks
from onevisit.stages.visits.models import Visit
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import Log


def test_visits_follow_once_the_witnesses_have_cosigned_the_result(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.sealed(people, Log(tmp_path / "keys"))
    entry = LedgerEntry.objects.get(event="draw.sealed")
    monkeypatch.setattr(draws, "awaits_quorum", lambda _draw: True)

    reactions.make_visits(entry_id=str(entry.pk), at=AT)
    tasks.dispatch_witnessed(0)
    assert not Visit.objects.exists()

    monkeypatch.setattr(draws, "awaits_quorum", lambda _draw: False)
    tasks.dispatch_witnessed(0)
    count = Visit.objects.filter(draw=draw).count()
    tasks.dispatch_witnessed(0)

    assert count > 0
    assert Visit.objects.count() == count
