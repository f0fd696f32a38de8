"""A visit whose business holds a code, and what it and the public say about it."""

from datetime import timedelta
from uuid import UUID

from django.test import Client
from playwright.sync_api import Page

from onevisit.stages.publication import requests
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.stages.publication.requests import Asked
from onevisit.stages.visits import business_keys
from onevisit.stages.visits.models import BusinessKey, EntryCode, Visit
from onevisit.support import clock
from tests.cast import AT, Cast
from tests.stages.publication import scene
from tests.web.browser import Visitor

CODE = "K7M2Q9XW4R"
WORDS = "公示的日期写错了，应当是 11 月 9 日"


def code(visit: Visit, *, is_over: bool = False, text: str = CODE) -> EntryCode:
    """Give the visit a code whose window is now, or was this morning."""
    now = clock.now()
    start = now - timedelta(days=1 if is_over else 0, hours=1)
    return EntryCode.objects.create(visit=visit, code=text, valid_from=start, valid_to=start + timedelta(hours=3))


def key(visit: Visit) -> str:
    """Give the visit's business its own key, as the letter carries it."""
    text = business_keys.make()
    BusinessKey.objects.filter(target=visit.target, revoked_at__isnull=True).update(revoked_at=AT)
    BusinessKey.objects.create(
        target=visit.target, sha256=business_keys.digest(text), issued_at=AT, issued_by="officer:office"
    )
    return text


def key_id(visit: Visit) -> UUID:
    """Return the id of the valid key of the visit's business; one is made if there is none."""
    valid = BusinessKey.objects.filter(target=visit.target, revoked_at__isnull=True)
    return (valid.first() or BusinessKey.objects.get(sha256=business_keys.digest(key(visit)))).pk


def unlock(client: Client, code: EntryCode) -> None:
    """Type the business's own key on the page of its code."""
    answer = client.post(f"/c/{code.code}/key", {"key": key(code.visit)})
    assert answer.status_code == 302, answer.content.decode()


def type_key(phone: Visitor, code: EntryCode) -> None:
    """Type the business's own key in a browser."""
    text = key(code.visit)
    phone.open(f"/c/{code.code}/key")

    def give(page: Page) -> None:
        page.get_by_label("企业口令").fill(text.lower())
        page.get_by_role("button", name="下一步").click()
        page.get_by_role("heading", name="谁来查").wait_for()

    phone.do(give)


def asked(people: Cast, *, kind: str = "complaint", organ: str = "市商务局", **more: object) -> PublicRequest:
    """Somebody without an account asks 市商务局."""
    department_id = people.departments[organ].pk
    given = Asked(**{"kind": kind, "words": WORDS, "department_id": department_id, **more})  # type: ignore[arg-type]
    return requests.submit(asked=given, at=AT)


def objection(
    people: Cast, *, publication: Publication | None = None, organ: str = "市商务局", key: str = ""
) -> PublicRequest:
    """Somebody objects to a released result; with the key it is the business itself."""
    found = publication or Publication.objects.filter(state="released").first() or scene.released(people)
    return asked(people, kind="objection", organ=organ, publication_id=UUID(str(found.pk)), key=key)


def statement(people: Cast, *, visit: Visit | None = None, organ: str = "市商务局") -> PublicRequest:
    """The business states in its defence, by its code and key."""
    about = visit.pk if visit else (Publication.objects.first() or scene.prepared(people)).visit_id
    words = "加油机铅封是当天检定时由检定员拆下的，有检定记录"
    return asked(people, kind="statement", organ=organ, words=words, visit_id=about, code_id="c1")


def reply(people: Cast) -> PublicRequest:
    """The business explains itself by its code."""
    found = Publication.objects.first() or scene.released(people)
    words = "已更换供油单位，负责人电话13800138000"
    return asked(people, kind="reply", words=words, visit_id=found.visit_id, code_id="c1")
