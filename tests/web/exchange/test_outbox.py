"""Messages to other systems: one per release and system, delivered with a receipt, tried again, logged (R64)."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.test import Client
from procrastinate import testing
from procrastinate.contrib.django import procrastinate_app

from onevisit.core.lifecycle import WrongState
from onevisit.stages.publication import services
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from onevisit.web.exchange import outbox, tasks
from onevisit.web.exchange.models import OutboundMessage
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _queue(settings: object, tmp_path: Path) -> Iterator[None]:
    settings.VAR = tmp_path
    with procrastinate_app.current_app.replace_connector(testing.InMemoryConnector()):
        yield


def _collected(people: Cast) -> str:
    services.collect(publication=scene.released(people), at=AT)
    return str(LedgerEntry.objects.get(event="credit.collected").pk)


def _messages(people: Cast) -> list[OutboundMessage]:
    outbox.queue(entry_id=_collected(people), at=AT)
    return list(OutboundMessage.objects.order_by("system"))


Answer = Callable[[], tuple[int, bytes]]


@pytest.fixture
def other_system(settings: object) -> Iterator[list[object]]:
    """A system on loopback: answers what stands first in `answers`, and keeps what it was sent."""
    kept: list[object] = []
    answers: list[tuple[int, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.append((self.headers["Idempotency-Key"], json.loads(body)))
            status, words = answers.pop(0) if answers else (200, b'{"receipt": "GS-2026-1"}')
            self.send_response(status)
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_args: object) -> None:
            """Say nothing on the console of the tests."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.EXCHANGE_CREDIT_URL = f"http://127.0.0.1:{server.server_port}/results"
    yield [kept, answers]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.requirement("R64")
def test_a_release_gives_one_message_to_each_system_however_often_the_queue_runs(people: Cast) -> None:
    entry = _collected(people)

    outbox.queue(entry_id=entry, at=AT)
    outbox.queue(entry_id=entry, at=AT)

    assert sorted(OutboundMessage.objects.values_list("system", flat=True)) == ["credit", "publicity"]
    jobs = procrastinate_app.current_app.connector.jobs.values()
    assert [job["task_name"] for job in jobs].count("deliver") == 2


@pytest.mark.requirement("R64")
def test_without_an_address_the_message_waits_as_a_file_and_is_not_called_delivered(
    people: Cast, tmp_path: Path
) -> None:
    message = _messages(people)[0]

    outbox.deliver(message_id=str(message.pk), at=AT)

    message.refresh_from_db()
    (file,) = (tmp_path / "exchange" / "credit").iterdir()
    assert json.loads(file.read_text()) == message.body
    assert (message.state, message.receipt, message.sent_at) == ("filed", "", None)
    assert [row.is_delivered for row in message.log.all()] == [False]
    about = LedgerEntry.objects.filter(related__contains=[f"publication:{message.subject}"])
    assert about.filter(event="message.filed").exists()
    assert not about.filter(event="message.sent").exists()


def test_a_message_that_waits_as_a_file_is_sent_once_its_system_is_connected(
    people: Cast, settings: object, other_system: list[list[object]]
) -> None:
    url, settings.EXCHANGE_CREDIT_URL = settings.EXCHANGE_CREDIT_URL, ""
    message = _messages(people)[0]
    outbox.deliver(message_id=str(message.pk), at=AT)
    settings.EXCHANGE_CREDIT_URL = url
    message.refresh_from_db()

    outbox.resend(message=message, actor=people.actor("运"), at=AT)
    outbox.deliver(message_id=str(message.pk), at=AT)

    message.refresh_from_db()
    assert (message.state, message.receipt) == ("sent", "GS-2026-1")


@pytest.mark.requirement("R64")
def test_a_system_that_is_down_is_tried_again_and_every_attempt_is_logged(
    people: Cast, other_system: list[list[object]]
) -> None:
    kept, answers = other_system
    answers += [(503, b"busy"), (200, b"no json"), (200, b'{"receipt": "GS-2026-7"}')]
    message = _messages(people)[0]

    for attempt in range(3):
        outbox.deliver(message_id=str(message.pk), at=AT + timedelta(minutes=attempt))

    message.refresh_from_db()
    assert (message.state, message.receipt, message.attempts, message.error) == ("sent", "GS-2026-7", 3, "")
    assert [row.is_delivered for row in message.log.order_by("at")] == [False, False, True]
    assert {key for key, _body in kept} == {str(message.pk)}
    outbox.deliver(message_id=str(message.pk), at=AT)
    assert len(kept) == 3


def test_a_message_that_did_not_arrive_makes_the_queue_come_back(
    people: Cast, other_system: list[list[object]]
) -> None:
    other_system[1].append((503, b"busy"))
    message = _messages(people)[0]

    with pytest.raises(tasks.StillWaiting):
        tasks.deliver.func.__wrapped__(message_id=str(message.pk))


def test_a_refused_message_waits_for_a_person(people: Cast, other_system: list[list[object]]) -> None:
    other_system[1].append((422, "字段 uscc 不符".encode()))
    message = _messages(people)[0]

    outbox.deliver(message_id=str(message.pk), at=AT)

    message.refresh_from_db()
    assert message.state == "refused"
    assert "uscc" in message.error
    with pytest.raises(MayNot):
        outbox.resend(message=message, actor=people.actor("王"), at=AT)
    outbox.resend(message=message, actor=people.actor("运"), at=AT)
    outbox.deliver(message_id=str(message.pk), at=AT)
    message.refresh_from_db()
    assert message.state == "sent"
    assert LedgerEntry.objects.filter(event="message.resent").count() == 1
    with pytest.raises(WrongState):
        outbox.resend(message=message, actor=people.actor("运"), at=AT)


def test_nobody_at_the_other_end_is_a_failure_with_its_reason(people: Cast, settings: object) -> None:
    settings.EXCHANGE_CREDIT_URL = "http://127.0.0.1:1/results"
    message = _messages(people)[0]

    outbox.deliver(message_id=str(message.pk), at=AT)

    message.refresh_from_db()
    assert message.state == "failed"
    assert message.error.startswith("连接不上")


def test_a_withdrawal_sends_no_content_any_more(people: Cast) -> None:
    found = scene.released(people)
    services.withdraw(publication=found, reason="处罚决定被复议撤销", actor=people.actor("王局"), at=AT)
    entry = LedgerEntry.objects.get(event="publication.withdrawn")

    outbox.queue(entry_id=str(entry.pk), at=AT)

    body = OutboundMessage.objects.first().body
    assert (body["content"], body["reason"], body["kind"]) == ({}, "处罚决定被复议撤销", "inspection_result_withdrawn")


def test_the_tab_counts_what_was_sent_and_what_did_not_arrive(people: Cast, client: Client) -> None:
    first, *_rest = _messages(people)
    OutboundMessage.objects.filter(pk=first.pk).update(state="failed")
    user = people.officers["林"].user
    assert user is not None
    client.force_login(user)

    counts = client.get("/publication/credit/counts", headers={"HX-Request": "true"}).content.decode()

    assert counts.startswith("2 ")
    assert "未送达 1" in counts
    assert client.get("/publication/credit/counts")["Location"] == "/publication/credit"
