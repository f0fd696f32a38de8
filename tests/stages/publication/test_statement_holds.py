"""A statement between approval and release holds the release until it is answered (行政处罚法 art. 45)."""

from datetime import timedelta

import pytest
from django.test import Client

from onevisit.stages.publication import reactions, requests, selectors, services
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.stages.publication.services import PublicationRefused
from onevisit.support.ledger.models import LedgerEntry
from tests import voice_scenes
from tests.cast import AT, Cast
from tests.stages.publication import scene

ANSWER = "经核对检定记录，铅封拆除时间早于检定时间，事实清楚"
ANSWERED_AT = AT + timedelta(hours=2)


def _held(people: Cast) -> tuple[Publication, PublicRequest]:
    """Approve, and let the business state its defence before the system has released anything."""
    publication = scene.approved(people)
    return publication, voice_scenes.statement(people)


def _entry(event: str) -> str:
    return str(LedgerEntry.objects.filter(event=event).latest("at").pk)


def _state(publication: Publication) -> str:
    return Publication.objects.get(pk=publication.pk).state


def test_an_unanswered_statement_holds_the_release_and_says_so(people: Cast) -> None:
    publication, _stated = _held(people)

    reactions.release(entry_id=_entry("publication.approved"), at=AT)
    with pytest.raises(PublicationRefused, match="1 件陈述申辩还没有答复，暂缓公示"):
        services.release(publication=publication, at=AT)

    assert _state(publication) == "approved"
    client = Client()
    client.force_login(people.officers["王局"].user)  # type: ignore[arg-type]  # the cast has accounts
    page = client.get(f"/publication/{publication.pk}").content.decode()
    assert "1 件陈述申辩还没有答复，暂缓公示" in page
    assert f"/publication/{publication.pk}/approve" not in page


def test_a_statement_that_does_not_hold_lets_the_release_go(people: Cast) -> None:
    publication, stated = _held(people)

    requests.reject_statement(request=stated, words=ANSWER, actor=people.actor("林局"), at=ANSWERED_AT)
    for _time in range(2):
        reactions.release_after_answer(entry_id=_entry("statement.rejected"), at=ANSWERED_AT)

    assert _state(publication) == "released"
    assert LedgerEntry.objects.filter(event="result.released").count() == 1


def test_an_adopted_statement_asks_for_another_approval_of_what_is_there_now(people: Cast) -> None:
    publication, stated = _held(people)
    head = people.actor("王局")

    requests.adopt_statement(request=stated, words=ANSWER, actor=people.actor("林局"), at=ANSWERED_AT)
    reactions.release_after_answer(entry_id=_entry("statement.adopted"), at=ANSWERED_AT)
    with pytest.raises(PublicationRefused, match="陈述申辩已被采纳，暂缓公示"):
        services.release(publication=publication, at=ANSWERED_AT)
    assert [todo.subject_id for todo in selectors.todos(head, ANSWERED_AT)] == [str(publication.pk)]

    again = ANSWERED_AT + timedelta(hours=1)
    digest = selectors.prepared(publication).digest
    services.approve(publication=publication, content_sha256=digest, actor=head, at=again)
    reactions.release(entry_id=_entry("publication.approved"), at=again)

    assert _state(publication) == "released"
    assert selectors.todos(head, again) == []


def test_what_nothing_was_stated_on_is_not_approved_twice(people: Cast) -> None:
    publication = scene.approved(people)

    with pytest.raises(PublicationRefused, match="不用再次批准"):
        services.approve(
            publication=publication, content_sha256=publication.content_sha256, actor=people.actor("林局"), at=AT
        )
