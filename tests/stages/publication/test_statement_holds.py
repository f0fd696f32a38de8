"""A statement between approval and release holds the release until it is answered (行政处罚法 art. 45)."""

from datetime import timedelta

import pytest
from django.test import Client

from onevisit.stages.publication import reactions, requests, selectors, services, statements
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.stages.publication.requests import RequestRefused
from onevisit.stages.publication.services import PublicationRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import voice_scenes
from tests.cast import AT, Cast
from tests.stages.publication import scene

ANSWER = "经核对检定记录，铅封拆除时间早于检定时间，事实清楚"
ANSWERED_AT = AT + timedelta(hours=2)
LATER = AT + timedelta(hours=5)


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


def _again(people: Cast, publication: Publication, *, organ: str = "市商务局") -> PublicRequest:
    """Let the business state something after the answer."""
    made = voice_scenes.statement(people, visit=publication.visit, organ=organ)
    PublicRequest.objects.filter(pk=made.pk).update(created_at=ANSWERED_AT + timedelta(minutes=1))
    made.refresh_from_db()
    return made


def test_what_is_stated_before_the_answer_holds_and_what_comes_after_it_is_answered_and_holds_nothing(
    people: Cast,
) -> None:
    publication, first = _held(people)
    second = voice_scenes.statement(people)
    requests.reject_statement(request=first, words=ANSWER, actor=people.actor("林局"), at=ANSWERED_AT)
    with pytest.raises(PublicationRefused, match="1 件陈述申辩还没有答复，暂缓公示"):
        services.release(publication=publication, at=ANSWERED_AT)
    requests.reject_statement(request=second, words=ANSWER, actor=people.actor("林局"), at=ANSWERED_AT)

    third = _again(people, publication)

    assert statements.is_repeated(third)
    assert statements.open_count(publication.visit_id) == 0
    services.release(publication=publication, at=ANSWERED_AT + timedelta(hours=1))
    answered = requests.reject_statement(request=third, words=ANSWER, actor=people.actor("林局"), at=LATER)
    assert answered.state == "not_adopted"


def test_the_first_statement_to_another_department_holds(people: Cast) -> None:
    publication, first = _held(people)
    requests.reject_statement(request=first, words=ANSWER, actor=people.actor("林局"), at=ANSWERED_AT)

    other = _again(people, publication, organ="市市监局")

    assert not statements.is_repeated(other)
    with pytest.raises(PublicationRefused, match="暂缓公示"):
        services.release(publication=publication, at=LATER)


def test_a_further_statement_with_new_facts_holds_by_the_word_of_another_person(people: Cast, client: Client) -> None:
    publication, first = _held(people)
    with pytest.raises(RequestRefused, match="答复前已经暂缓公示"):
        requests.hold_statement(request=first, actor=people.actor("司"), at=AT)
    requests.reject_statement(request=first, words=ANSWER, actor=people.actor("林局"), at=ANSWERED_AT)
    further = _again(people, publication)
    client.force_login(people.officers["司"].user)  # type: ignore[arg-type]  # the cast has accounts
    assert "不暂缓公示" in client.get(f"/publication/requests/{further.pk}").content.decode()

    with pytest.raises(RequestRefused, match="答复过前一件陈述申辩的人不能认定"):
        requests.hold_statement(request=further, actor=people.actor("林局"), at=LATER)
    with pytest.raises(MayNot):
        requests.hold_statement(request=further, actor=people.actor("王局"), at=LATER)
    assert client.post(f"/publication/requests/{further.pk}/hold-statement").status_code == 302

    with pytest.raises(PublicationRefused, match="1 件陈述申辩还没有答复，暂缓公示"):
        services.release(publication=publication, at=LATER)
    assert LedgerEntry.objects.filter(event="statement.held", subject=str(further.pk)).count() == 1
    assert "认定有新的事实，答复前暂缓公示" in client.get(f"/publication/requests/{further.pk}").content.decode()
    with pytest.raises(RequestRefused, match="不用再认定"):
        requests.hold_statement(request=further, actor=people.actor("司"), at=LATER)
    requests.reject_statement(request=further, words=ANSWER, actor=people.actor("林局"), at=LATER)
    services.release(publication=publication, at=LATER)


def test_an_approval_that_is_held_is_sent_back_and_may_then_be_withheld(people: Cast, client: Client) -> None:
    publication, stated = _held(people)
    requests.adopt_statement(request=stated, words=ANSWER, actor=people.actor("林局"), at=ANSWERED_AT)
    client.force_login(people.officers["王局"].user)  # type: ignore[arg-type]  # the cast has accounts
    assert "退回待审" in client.get(f"/publication/{publication.pk}").content.decode()

    assert client.post(f"/publication/{publication.pk}/return").status_code == 302

    back = Publication.objects.get(pk=publication.pk)
    assert (back.state, back.approved_at, back.approved_by) == ("pending", None, "")
    entry = LedgerEntry.objects.get(event="publication.returned")
    assert "陈述申辩已被采纳" in entry.sentence
    withheld = services.withhold(publication=back, reason="privacy", actor=people.actor("王局"), at=LATER)
    assert withheld.state == "withheld"


def test_an_approval_that_nothing_holds_is_not_sent_back(people: Cast) -> None:
    publication = scene.approved(people)

    with pytest.raises(PublicationRefused, match="没有陈述申辩暂缓公示，不能退回"):
        statements.send_back(publication=publication, actor=people.actor("林局"), at=AT)
