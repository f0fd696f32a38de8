"""A file is seen by whoever may see what it belongs to."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from onevisit.support.attachments import policies, services
from onevisit.support.identity.actors import Actor, Capacity
from tests.cast import AT, Cast


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FILES = tmp_path / "files"

    def own_department(actor: Actor, attachment: object) -> Capacity | None:
        return actor.capacities[0] if actor.name == "林一" else None

    monkeypatch.setitem(policies._RULES, "trial", own_department)


def _get(people: Cast, name: str, subject_type: str) -> int:
    attachment = services.store(
        content=b"%PDF-1.7",
        subject_type=subject_type,
        subject="1",
        mime="application/pdf",
        title="检查通知书",
        actor=people.actor("林一"),
        at=AT,
    )
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    answer = client.get(f"/files/{attachment.pk}")
    if answer.status_code == 200:
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]  # FileResponse
        answer.close()
    return answer.status_code


def test_the_rule_of_the_subject_decides(people: Cast) -> None:
    assert _get(people, "林一", "trial") == 200


def test_others_do_not_even_learn_that_it_exists(people: Cast) -> None:
    assert _get(people, "王一", "trial") == 404


def test_a_subject_without_a_rule_is_shown_to_nobody(people: Cast) -> None:
    assert _get(people, "林一", "unknown") == 404
