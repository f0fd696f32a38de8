"""What follows from a ledger entry is queued with it and run after it."""

from datetime import datetime

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from onevisit.support.identity import services as identity
from onevisit.support.jobs import dispatch, selectors, services
from onevisit.support.jobs.models import FailedRun
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast

RAN: list[tuple[str, datetime]] = []
TABLE = {"organ.renamed": ("tests.support.jobs.test_dispatch.note", "tests.support.jobs.test_dispatch.note_again")}


def note(*, entry_id: str, at: datetime) -> None:
    RAN.append((f"note {LedgerEntry.objects.get(pk=entry_id).event}", at))


def note_again(*, entry_id: str, at: datetime) -> None:
    RAN.append(("again", at))


@pytest.fixture(autouse=True)
def _table(settings: Settings) -> None:
    settings.REACTIONS_TABLE = "tests.support.jobs.test_dispatch.TABLE"
    RAN.clear()


def _rename(people: Cast) -> None:
    identity.rename(
        department=people.departments["市商务局"],
        name="厦门市商务和投资局",
        short_name="市商投局",
        from_on=AT.date(),
        actor=people.actor("运"),
        at=AT,
    )


def test_reactions_run_in_the_order_of_the_table_at_the_given_time(people: Cast) -> None:
    _rename(people)

    assert RAN == []
    assert services.run_now(at=AT) == 2
    assert RAN == [("note organ.renamed", AT), ("again", AT)]
    assert services.run_now(at=AT) == 0


def test_a_rolled_back_act_leaves_no_job(people: Cast) -> None:
    class Stop(Exception):
        pass

    def rename_and_stop() -> None:
        with transaction.atomic():
            _rename(people)
            raise Stop

    with pytest.raises(Stop):
        rename_and_stop()

    assert not ProcrastinateJob.objects.exists()


def test_the_real_table_names_functions_that_exist(settings: Settings) -> None:
    settings.REACTIONS_TABLE = "onevisit.project.reactions.REACTIONS"
    from django.utils.module_loading import import_string

    for functions in dispatch.table().values():
        for function in functions:
            assert callable(import_string(function))


@pytest.mark.django_db(transaction=True)
def test_a_failing_reaction_is_retried_then_shown_to_the_operator_who_lets_it_run_again(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procrastinate.contrib.django import app

    from onevisit.support.jobs.tasks import react

    _rename(people)
    entry = LedgerEntry.objects.get(event="organ.renamed")
    services.run_now(at=AT)
    react.defer(entry_id=str(entry.pk), function="tests.support.jobs.test_dispatch.missing")

    # The worker's threads give their connections back at once, so that the test database can be dropped.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful")

    job = ProcrastinateJob.objects.get(task_name="react")  # at a full minute the worker adds what runs by the clock
    assert job.status == "todo"
    assert job.attempts == 1
    assert job.scheduled_at is not None
    run = FailedRun.objects.get()
    assert "missing" in run.error
    assert selectors.dead_letters() == []
