"""A visit whose business holds a code, and what it and the public say about it."""

from datetime import timedelta
from uuid import UUID

from onevisit.stages.publication import requests
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.stages.publication.requests import Asked
from onevisit.stages.visits.models import EntryCode, Visit
from onevisit.support import clock
from tests.cast import AT, Cast
from tests.stages.publication import scene

CODE = "K7M2Q9XW4R"
WORDS = "公示的日期写错了，应当是 11 月 9 日"


def code(visit: Visit, *, is_over: bool = False, text: str = CODE) -> EntryCode:
    """Give the visit a code whose window is now, or was this morning."""
    now = clock.now()
    start = now - timedelta(days=1 if is_over else 0, hours=1)
    return EntryCode.objects.create(visit=visit, code=text, valid_from=start, valid_to=start + timedelta(hours=3))


def asked(people: Cast, *, kind: str = "complaint", organ: str = "市商务局", **more: object) -> PublicRequest:
    """Somebody without an account asks 市商务局."""
    department_id = people.departments[organ].pk
    given = Asked(**{"kind": kind, "words": WORDS, "department_id": department_id, **more})  # type: ignore[arg-type]
    return requests.submit(asked=given, at=AT)


def objection(people: Cast, *, publication: Publication | None = None, organ: str = "市商务局") -> PublicRequest:
    """Somebody objects to a released result."""
    found = publication or Publication.objects.filter(state="released").first() or scene.released(people)
    return asked(people, kind="objection", organ=organ, publication_id=UUID(str(found.pk)))


def reply(people: Cast) -> PublicRequest:
    """The business explains itself by its code."""
    found = Publication.objects.first() or scene.released(people)
    words = "已更换供油单位，负责人电话13800138000"
    return asked(people, kind="reply", words=words, visit_id=found.visit_id, code_id="c1")
