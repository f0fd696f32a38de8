"""The generated reference is not stale, and what the code has is in it."""

from django.conf import settings

from onevisit.project import reference
from onevisit.project.reactions import REACTIONS


def test_the_generated_pages_are_those_of_the_code() -> None:
    stale = [
        str(path.relative_to(settings.BASE_DIR))
        for path, content in reference.files(settings.BASE_DIR).items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]

    assert stale == [], "run: manage.py write_reference"


def test_every_event_can_say_what_it_records() -> None:
    assert [kind.__qualname__ for kind in reference.event_types() if not (kind.__doc__ or "").strip()] == []


def test_no_two_events_share_a_name() -> None:
    names = [kind.name for kind in reference.event_types()]

    assert sorted(names) == sorted(set(names))


def test_every_reaction_is_to_an_event_that_exists() -> None:
    assert set(REACTIONS) - {kind.name for kind in reference.event_types()} == set()
