"""Fixtures shared by all tests."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import override_settings
from playwright.sync_api import expect
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import cast, remembered


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a reader who agrees with a changed access matrix write it, and let journeys keep their pictures."""
    parser.addoption("--write-matrix", action="store_true", help="write tests/access/matrix.txt anew")
    parser.addoption("--screenshots", default="", help="folder for the pictures of README and manual")


def pytest_configure(config: pytest.Config) -> None:
    """Give a browser on a busy machine of two cores time to show what it is expected to show."""
    expect.set_options(timeout=30_000)


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Hash the passwords of tests quickly: how slow a real hash is, Django tests itself."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_once() -> Iterator[None]:
    """Look for the static files once: every test client loads the middleware anew, which took ten times a request."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, dict[str, object]()

    def once(middleware: WhiteNoiseMiddleware) -> None:
        if not found:
            look(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture
def people(db: None, request: pytest.FixtureRequest) -> Iterator[cast.Cast]:
    """The cast: the same departments and people in every test, and a queue without what an earlier test left."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    built = cast.build()
    if "monkeypatch" in request.fixturenames:
        built.patching = request.getfixturevalue("monkeypatch")
    with built.remembered(scenes=remembered.may_remember(request.path)):
        yield built


LEDGER_TABLES = (
    "entry",
    "words",
    "pending",
    "leaf",
    "tile",
    "checkpoint",
    "cosignature",
    "identity",
    "witness",
    "policy",
    "anchor",
)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Let the test runner empty the ledger between transactional tests; its own tests enable the guard again."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for name in LEDGER_TABLES:
            cursor.execute(f"ALTER TABLE ledger_{name} DISABLE TRIGGER ledger_{name}_kept")
