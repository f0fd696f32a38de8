"""Pages of rules, the queue and files."""

import tempfile
from pathlib import Path

from django.db import connection
from django.test import override_settings

from onevisit.support.jobs.tasks import react
from tests.access import Page
from tests.cast import AT, Cast


def _rule(people: Cast) -> dict[str, object]:
    return {"key": "offer.reply"}


def _job(people: Cast) -> dict[str, object]:
    job_id = react.defer(entry_id="", function="nowhere")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [job_id])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [job_id])
    return {"job_id": job_id}


def _file(people: Cast) -> dict[str, object]:
    """A file without a subject's rule: even those who hold a post do not learn that it exists."""
    from onevisit.support.attachments import services

    with override_settings(FILES=Path(tempfile.mkdtemp())):
        made = services.store(
            content=b"x",
            subject_type="none",
            subject="1",
            mime="application/pdf",
            title="x",
            actor=people.actor("林"),
            at=AT,
        )
    return {"attachment_id": made.pk}


PAGES = [
    Page("rule_list"),
    Page("rule_detail", build=_rule),
    Page("rule_detail", build=_rule, may="陈", other="林", other_status=403, method="POST", ok=(422,)),
    Page("ops_queue", may="运", other="林", other_status=403),
    Page("job_retry", build=_job, may="运", other="林", other_status=403, method="POST"),
    Page("file_download", build=_file, ok=(404,)),
]
