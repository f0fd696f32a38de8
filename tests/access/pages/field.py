"""Paths of the field app: the shell is public, the API is for inspectors and answers in JSON."""

import uuid

from django.contrib.staticfiles import finders

from onevisit.stages.visits.models import Inspection
from tests import visit_scenes
from tests.access import Page
from tests.cast import Cast


def _submission(people: Cast) -> dict[str, object]:
    return {"submission_id": uuid.uuid4()}


def _file(people: Cast) -> dict[str, object]:
    return {"file_id": uuid.uuid4()}


def _inspection(people: Cast) -> dict[str, object]:
    visit_scenes.dispatched(people)
    return {"inspection_id": Inspection.objects.get(department__short_name="市商务局").pk}


def _path(people: Cast) -> dict[str, object]:
    return {"path": "today"}


# Without a build the shell says so; `make test` builds it first.
SHELL = 200 if finders.find("field/app/index.html") else 503
WORKER = 200 if finders.find("field/app/sw.js") else 404

PAGES = [
    Page("field_index", may="", ok=(SHELL,), outsider_status=SHELL),
    Page("field_page", build=_path, may="", ok=(SHELL,), outsider_status=SHELL),
    Page("field_service_worker", may="", ok=(WORKER,), outsider_status=WORKER),
    Page("field_session", may="林一", other="林", other_status=403),
    Page("field_packages", may="林一", other="林", other_status=403),
    Page("field_receipts", build=_inspection, may="林一", other="王一"),
    Page("field_submission", build=_submission, may="林一", method="POST", ok=(405,)),
    Page("field_file", build=_file, may="林一", method="POST", ok=(405,)),
    Page("field_files", may="林一", other="林", other_status=403, method="POST", ok=(422,)),
    Page("field_badge_keys", may="林一", other="林", other_status=403, method="POST", ok=(422,)),
    Page("field_push", may="林一", other="林", other_status=403, method="POST", ok=(422,)),
]
