"""plan_entry.log: a draw is announced at least seven days before its seed may exist."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from onevisit.stages.plans import services
from onevisit.stages.plans.models import Campaign, PlanEntry
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import scenes
from tests.cast import AT, Cast

ITEMS = [{"item": "A01", "department": "350200-03", "ns": "obj", "rule": "total", "total": 3, "strata": [{"id": "A"}]}]


def _log(people: Cast, campaign: Campaign, *, by: str = "陈", t0: datetime, draw: str = "D-1") -> PlanEntry:
    more: dict[str, Any] = {"mode": "sealed", "items": ITEMS, "sources": ["typed"], "parties": ["b", "a"]}
    return services.log_plan_entry(
        campaign=campaign, draw=draw, t0=t0, max_rounds=3, actor=people.actor(by), at=AT, **more
    )


def test_an_entry_stands_in_the_form_of_plan_json_and_in_the_ledger(people: Cast) -> None:
    campaign = scenes.approved(people)

    row = _log(people, campaign, t0=AT + timedelta(days=7))

    assert set(row.content) == {"v", "kind", "plan", "draws"}
    assert row.content["draws"][0]["t0"] == "2026-11-17T09:00:00+08:00"
    assert row.content["draws"][0]["parties"] == ["a", "b"]
    entry = LedgerEntry.objects.get(event="plan_entry.logged")
    assert entry.is_public


def test_less_than_seven_days_are_refused(people: Cast) -> None:
    campaign = scenes.approved(people)

    with pytest.raises(PlanRefused, match="至少 7 日登记"):
        _log(people, campaign, t0=AT + timedelta(days=7) - timedelta(seconds=1))


def test_an_unapproved_plan_announces_nothing(people: Cast) -> None:
    with pytest.raises(PlanRefused, match="批准后才能登记"):
        _log(people, scenes.submitted(people), t0=AT + timedelta(days=8))


def test_another_department_announces_nothing(people: Cast) -> None:
    with pytest.raises(MayNot):
        _log(people, scenes.approved(people), by="王", t0=AT + timedelta(days=8))


def test_a_second_draw_joins_the_file_and_a_repeat_replaces_its_own(people: Cast) -> None:
    campaign = scenes.approved(people)
    _log(people, campaign, t0=AT + timedelta(days=8))
    _log(people, campaign, t0=AT + timedelta(days=9), draw="D-2")

    _log(people, campaign, t0=AT + timedelta(days=10))

    current = PlanEntry.objects.get(is_current=True)
    assert [draw["draw"] for draw in current.content["draws"]] == ["D-1", "D-2"]
    assert current.content["draws"][0]["t0"].startswith("2026-11-20")
    assert PlanEntry.objects.count() == 3
