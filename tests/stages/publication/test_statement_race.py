"""A statement and the approval of the same results at one moment: whoever comes second sees who came first."""

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction

from onevisit.stages.publication import services
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.stages.publication.services import PublicationRefused
from tests import voice_scenes
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 30.0
"""Seconds until a test gives up; nothing waits this long unless something is wrong."""


class _Elsewhere(Thread):
    """One act in a transaction of another connection; held open until `release`, its refusal kept."""

    def __init__(self, act: Callable[[], object], *, is_held: bool) -> None:
        super().__init__(daemon=True)
        self.acted, self._release = Event(), Event()
        self.refusal: Exception | None = None
        self._act = act
        if not is_held:
            self._release.set()

    def run(self) -> None:
        try:
            with transaction.atomic():
                self._act()
                self.acted.set()
                self._release.wait(PATIENCE)
        except PublicationRefused as refusal:
            self.refusal = refusal
        finally:
            connections.close_all()

    def release(self) -> None:
        self._release.set()
        self.join(PATIENCE)


def _wait_for_a_lock() -> None:
    """Return when another connection of this database waits for a lock."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone() != (0,):
                return
    raise AssertionError("nobody waits")


def _approve(people: Cast, publication: Publication) -> Callable[[], object]:
    seen = publication.content_sha256
    actor = people.actor("王局")
    return lambda: services.approve(publication=publication, content_sha256=seen, actor=actor, at=AT)


def test_an_approval_that_began_before_a_statement_was_stored_sees_it(people: Cast) -> None:
    publication = scene.prepared(people)
    stating = _Elsewhere(lambda: voice_scenes.statement(people), is_held=True)
    stating.start()
    assert stating.acted.wait(PATIENCE)
    approving = _Elsewhere(_approve(people, publication), is_held=False)
    approving.start()
    _wait_for_a_lock()
    stating.release()
    approving.join(PATIENCE)

    assert "1 件陈述申辩还没有答复" in str(approving.refusal and approving.refusal.args[0])
    publication.refresh_from_db()
    assert publication.state == "pending"


def test_a_statement_during_an_approval_waits_for_it_and_comes_after(people: Cast) -> None:
    publication = scene.prepared(people)
    approving = _Elsewhere(_approve(people, publication), is_held=True)
    approving.start()
    assert approving.acted.wait(PATIENCE)
    stating = _Elsewhere(lambda: voice_scenes.statement(people), is_held=False)
    stating.start()
    _wait_for_a_lock()
    assert not PublicRequest.objects.exists()
    approving.release()
    stating.join(PATIENCE)

    publication.refresh_from_db()
    assert (publication.state, stating.refusal) == ("approved", None)
    assert PublicRequest.objects.get().state == "open"
