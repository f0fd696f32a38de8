"""A dead letter is seen and retried by the operator alone."""

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from onevisit.support.identity.actors import MayNot
from onevisit.support.jobs import selectors, services
from onevisit.support.jobs.models import FailedRun
from onevisit.support.jobs.tasks import react
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast


@pytest.fixture
def dead_job(people: Cast) -> int:
    job_id = react.defer(entry_id="00000000-0000-0000-0000-000000000000", function="onevisit.nowhere.f")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 7 WHERE id = %s", [job_id])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])
    FailedRun.objects.create(job=job_id, task="onevisit.nowhere.f", attempt=8, error="ImportError: no", failed_at=AT)
    return job_id


def test_the_operator_sees_what_failed_and_lets_it_run_again(people: Cast, dead_job: int) -> None:
    letter = selectors.dead_letters()[0]
    assert (letter.job_id, letter.task, letter.error) == (dead_job, "onevisit.nowhere.f", "ImportError: no")

    services.retry(job_id=dead_job, actor=people.actor("运"), at=AT)

    job = ProcrastinateJob.objects.get(pk=dead_job)
    assert job.status == "todo"
    assert job.scheduled_at is not None
    assert job.scheduled_at < timezone.now()
    assert LedgerEntry.objects.filter(event="job.retried", subject=str(dead_job)).count() == 1
    assert selectors.dead_letters() == []


def test_a_clerk_may_not_retry(people: Cast, dead_job: int) -> None:
    with pytest.raises(MayNot):
        services.retry(job_id=dead_job, actor=people.actor("林"), at=AT)


def test_a_job_that_did_not_fail_cannot_be_retried(people: Cast) -> None:
    with pytest.raises(services.JobRefused, match="没有这条失败任务"):
        services.retry(job_id=12345, actor=people.actor("运"), at=AT)


def test_a_silent_worker_is_seen(people: Cast) -> None:
    assert selectors.queue_state().is_worker_silent
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")

    assert not selectors.queue_state().is_worker_silent
