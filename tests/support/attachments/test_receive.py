"""Files arrive in parts, in any number of tries, and count only when every byte is here and the hash agrees."""

import hashlib
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from onevisit.support.attachments import selectors, services
from onevisit.support.attachments.models import Attachment
from onevisit.support.attachments.services import Announcement, AttachmentRefused
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast

CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"


def announcement(content: bytes = CONTENT) -> Announcement:
    return Announcement(
        id=uuid.uuid4(),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        mime="image/jpeg",
        source="camera",
        captured_at=AT,
        clock_offset_ms=1200,
    )


def announce(people: Cast, given: Announcement) -> Attachment:
    made, _is_new = services.announce(given, subject_type="inspection", subject="1", actor=people.actor("林一"), at=AT)
    return made


def send(people: Cast, attachment: Attachment, offset: int, chunk: bytes) -> Attachment:
    return services.receive(attachment=attachment, offset=offset, chunk=chunk, actor=people.actor("林一"), at=AT)


def test_parts_make_a_whole_with_a_receipt_and_an_entry(people: Cast) -> None:
    attachment = announce(people, announcement())

    send(people, attachment, 0, CONTENT[:6000])
    assert list(selectors.missing("inspection", "1")) == [attachment]
    assert selectors.path_of(attachment) is None
    whole = send(people, attachment, 6000, CONTENT[6000:])

    assert selectors.read(whole) == CONTENT
    assert whole.receipt
    assert not selectors.missing("inspection", "1").exists()
    assert LedgerEntry.objects.filter(event="attachment.received", subject=str(whole.pk)).count() == 1


def test_a_part_at_the_wrong_place_is_refused_and_says_where_to_go_on(people: Cast) -> None:
    attachment = announce(people, announcement())
    send(people, attachment, 0, CONTENT[:6000])

    with pytest.raises(AttachmentRefused, match="6000") as refusal:
        send(people, attachment, 0, CONTENT[:6000])

    assert (refusal.value.code, refusal.value.status) == ("offset", 409)


def test_a_file_whose_hash_differs_starts_over_and_can_then_succeed(people: Cast) -> None:
    attachment = announce(people, announcement())

    with pytest.raises(AttachmentRefused) as refusal:
        send(people, attachment, 0, bytes(len(CONTENT)))

    attachment.refresh_from_db()
    assert refusal.value.code == "hash_mismatch"
    assert (attachment.received, attachment.completed_at) == (0, None)
    assert send(people, attachment, 0, CONTENT).completed_at == AT


def test_empty_and_overflowing_parts_are_refused(people: Cast) -> None:
    attachment = announce(people, announcement())

    with pytest.raises(AttachmentRefused, match="为空"):
        send(people, attachment, 0, b"")
    with pytest.raises(AttachmentRefused, match="多于"):
        send(people, attachment, 0, CONTENT + b"x")


def test_the_same_announcement_twice_is_one_and_another_under_its_id_is_refused(people: Cast) -> None:
    given = announcement()
    announce(people, given)

    assert announce(people, given).pk == given.id
    with pytest.raises(AttachmentRefused) as refusal:
        announce(people, replace(given, sha256="0" * 64))
    assert refusal.value.code == "uuid_reused"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mime": "text/html"}, "mime"),
        ({"size": 0}, "size"),
        ({"size": 10**12}, "size"),
        ({"sha256": "xyz"}, "sha256"),
        ({"source": "elsewhere"}, "source"),
    ],
)
def test_a_file_outside_the_limits_is_refused_before_it_is_sent(
    people: Cast, change: dict[str, object], code: str
) -> None:
    with pytest.raises(AttachmentRefused) as refusal:
        announce(people, replace(announcement(), **change))  # type: ignore[arg-type]  # parametrized fields

    assert refusal.value.code == code
    assert refusal.value.fix


def test_a_part_sent_again_after_completion_changes_nothing(people: Cast) -> None:
    attachment = announce(people, announcement())
    send(people, attachment, 0, CONTENT)

    assert send(people, attachment, 0, b"other").sha256 == attachment.sha256
    assert selectors.read(Attachment.objects.get()) == CONTENT


def test_equal_documents_are_kept_once(people: Cast, settings: Settings) -> None:
    for title in ("一", "二"):
        services.store(
            content=b"%PDF-",
            subject_type="inspection",
            subject="1",
            mime="application/pdf",
            title=title,
            actor=people.actor("林一"),
            at=AT,
        )

    kept = [path for path in Path(settings.FILES).rglob("*") if path.is_file()]
    assert len(kept) == 1
