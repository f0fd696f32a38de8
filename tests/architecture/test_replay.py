"""Nothing with a life of its own escapes `ledger replay`: a new state column, lifecycle or event needs its answer."""

import dataclasses

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from onevisit.project import reference
from onevisit.project.replay import NOUNS, WITHOUT_A_ROW

KINDS = {noun.name: noun for noun in NOUNS}
OF_LIFECYCLE = {"part_approval": "part", "outbound_message": "message"}


def _has_state(model: type) -> bool:
    try:
        model._meta.get_field("state")  # type: ignore[attr-defined]  # a model of Django
    except FieldDoesNotExist:
        return False
    return True


def test_every_table_with_a_state_has_a_replayer() -> None:
    own = [model for model in apps.get_models() if model.__module__.startswith("onevisit.")]
    replayed = {apps.get_model(noun.model) for noun in NOUNS}

    assert [model.__name__ for model in own if _has_state(model) and model not in replayed] == []


def test_every_lifecycle_has_a_replayer_that_knows_its_states() -> None:
    for lifecycle in reference.lifecycles():
        noun = KINDS[OF_LIFECYCLE.get(lifecycle.name, lifecycle.name)]
        known = {state for states in noun.states.values() for state in states} | set(noun.resting)
        targets = {one.target for one in lifecycle.transitions if one.target}

        assert known <= {state.value for state in lifecycle.states}, lifecycle.name
        assert targets <= known, lifecycle.name


def test_every_event_fixes_something_of_a_record_or_is_said_to_fix_nothing() -> None:
    of_subject: dict[str, set[str]] = {}
    for noun in NOUNS:
        for subject_type in noun.subject_types:
            of_subject.setdefault(subject_type, set()).update(noun.known_events)
    unanswered = [
        kind.name
        for kind in reference.event_types()
        if kind.subject_type not in WITHOUT_A_ROW and kind.name not in of_subject.get(kind.subject_type, set())
    ]

    assert unanswered == []


def test_every_field_that_a_replayer_reads_is_one_of_its_events() -> None:
    written = {kind.name: {one.name for one in dataclasses.fields(kind)} for kind in reference.event_types()}

    assert [
        (noun.name, event, one.key)
        for noun in NOUNS
        for one in noun.fields
        for event in one.events
        if one.key not in written[event]
    ] == []


def test_no_replayer_speaks_of_an_event_that_does_not_exist() -> None:
    known = {kind.name for kind in reference.event_types()}

    assert {event for noun in NOUNS for event in noun.known_events} - known == set()
