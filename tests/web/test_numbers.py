"""A number in an address or a form is ASCII digits; anything else is answered, never a fault of the server."""

from uuid import uuid4

import pytest
from django.test import Client

from onevisit.web.ui.numbers import whole
from tests import cast
from tests.stages.registers import records


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("²", None), ("٣", None), ("-1", None), ("9" * 10, None), ("", None)]
)
def test_only_digits_are_a_number(text: str, number: int | None) -> None:
    assert whole(text) == number


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["²", "9" * 5000])
def test_an_odd_number_is_answered(client: Client, people: cast.Cast, odd: str) -> None:
    user = people.officers["林"].user
    assert user is not None
    client.force_login(user)
    directory = records.directory(people)
    run = records.run(people, wrong=True)

    assert client.get(f"/registers/directories/{directory.pk}", {"version": odd}).status_code == 404
    assert client.get("/registers/targets", {"size": odd}).status_code == 200
    assert (
        client.post(f"/registers/imports/{run.pk}/correct", {f"cell-{odd[:12]}-uscc": "x", "drop": odd}).status_code
        == 302
    )
    assert client.post(f"/publication/{uuid4()}/reveal", {"number": odd}).status_code == 404
