"""The whole matrix verb x person on the policies, without HTTP, against the table that was read and agreed on."""

from pathlib import Path

import pytest

from onevisit.support.identity.verbs import all_policies
from tests.access import every_subject
from tests.cast import Cast

TABLE = Path(__file__).parent / "matrix.txt"


def _subject_of(verb: str, people: Cast) -> object:
    builders = every_subject()
    build = builders.get(verb) or builders.get(verb.split(".")[0])
    assert build is not None, f"no subject for {verb}: add it to tests/access/subjects/"
    return build(people)


def matrix(people: Cast) -> str:
    """Return one line per verb: who of the cast may do it on a subject of 市商务局."""
    actors = {name: people.actor(name) for name in people.officers}
    lines = []
    for verb in all_policies():
        subject = _subject_of(verb, people)
        allowed = [name for name, actor in actors.items() if actor.may(verb, subject)]
        lines.append(f"{verb}: {' '.join(allowed) or '-'}")
    return "\n".join(lines) + "\n"


def test_the_matrix_is_the_agreed_one(people: Cast, request: pytest.FixtureRequest) -> None:
    found = matrix(people)
    if request.config.getoption("--write-matrix"):
        TABLE.write_text(found)

    assert found == TABLE.read_text(), "read the difference; if it is right: pytest tests/access --write-matrix"


def test_an_outsider_may_do_nothing(people: Cast) -> None:
    outsider = people.actor("吴")

    assert [verb for verb in all_policies() if outsider.may(verb, _subject_of(verb, people))] == []
