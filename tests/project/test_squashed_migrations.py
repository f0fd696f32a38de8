"""One migration makes an area's tables in a fresh city; a city that walked the long way is left alone or walks on."""

from collections.abc import Iterable
from datetime import datetime

import pytest
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from onevisit.support.baseline import CreateModels

OWN = "onevisit."
DISK = MigrationLoader(None).disk_migrations
SQUASHED = {key: one for key, one in DISK.items() if one.replaces}


def _planned(monkeypatch: pytest.MonkeyPatch, applied: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    from django.db import connection

    rows: dict[tuple[str, str], datetime] = dict.fromkeys(applied, timezone.now())
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _recorder: rows)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _ in plan]


def _former() -> set[tuple[str, str]]:
    """Return what a city has applied that followed every step to the last one that was squashed."""
    return {key for key in DISK if key not in SQUASHED}


@pytest.mark.django_db
def test_a_city_with_all_steps_has_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _planned(monkeypatch, _former()) == []


@pytest.mark.django_db
def test_a_city_that_stopped_on_the_way_walks_on_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    later = [("draws", name) for name in ("0017_typing_devices", "0018_swaps", "0019_repetitions", "0020_lodging")]
    behind = {*later, ("publication", "0005_doubts"), ("ledger", "0007_lodging")}
    after = {
        key for key in DISK if key not in SQUASHED and any(key[0] == app and key[1] > name for app, name in behind)
    }

    planned = _planned(monkeypatch, _former() - behind - after)

    assert [key for key in planned if key in later] == later
    assert set(planned) == behind | after
    assert len(planned) == len(set(planned))


@pytest.mark.django_db
def test_a_fresh_city_takes_no_step_that_was_squashed(monkeypatch: pytest.MonkeyPatch) -> None:
    planned = set(_planned(monkeypatch, ()))

    assert planned >= set(SQUASHED)
    assert planned.isdisjoint(step for one in SQUASHED.values() for step in one.replaces)


@pytest.mark.parametrize("key", [key for key, one in SQUASHED.items() if OWN in type(one).__module__], ids="/".join)
def test_the_tables_of_an_area_are_made_at_once(key: tuple[str, str]) -> None:
    kinds = [type(operation) for operation in SQUASHED[key].operations]

    assert kinds.count(CreateModels) == 1
    assert not [kind for kind in kinds if kind.__name__ in {"CreateModel", "AddField", "AlterField", "AddConstraint"}]
