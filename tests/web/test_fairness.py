"""公平性 on the desk: the same tables as the public's, and the people behind the pseudonyms for who may see them."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from onevisit.stages.draws import fairness
from onevisit.stages.draws.models import Draw
from onevisit.stages.registers.models import Inspector
from tests import draw_scenes, fair_stored, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import Log

pytestmark = pytest.mark.django_db


def _client(people: Cast, name: str) -> Client:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "keys")


@pytest.fixture
def several(people: Cast) -> list[Draw]:
    scenes.ready(people)
    found = fair_stored.several(people)
    fairness.refresh(at=AT)
    return found


def test_before_the_first_opened_draw_the_page_says_so(people: Cast) -> None:
    text = _client(people, "陈").get("/draws/fairness").content.decode()

    assert "还没有公开的抽取" in text


def test_a_sealed_draw_is_there_in_counts_and_no_member_of_it(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    fairness.refresh(at=AT)

    text = _client(people, "陈").get("/draws/fairness").content.decode()

    assert draw.number in text
    frame = bytes(draw.items.all()[0].frame or b"").decode().splitlines()
    assert not any(line.split("|")[0] in text for line in frame)


def _names() -> list[str]:
    rows = Inspector.objects.order_by("officer__name").select_related("officer", "department")[:6]
    return [f"{row.officer.name}（{row.department.short_name}）" for row in rows]


def test_the_organiser_and_the_supervisor_read_names(people: Cast, several: list[Draw]) -> None:
    for name in ("陈", "司"):
        text = _client(people, name).get("/draws/fairness").content.decode()

        assert "人员搭档（实名）" in text
        assert any(found in text for found in _names())
        assert _client(people, name).get("/draws/fairness/officers.csv").status_code == 200


def test_a_department_reads_the_tables_without_names(people: Cast, several: list[Draw]) -> None:
    client = _client(people, "林")

    text = client.get("/draws/fairness").content.decode()

    assert "按区" in text
    assert "人员搭档（实名）" not in text
    assert not any(found in text for found in _names())
    assert client.get("/draws/fairness/officers.csv").status_code == 404
    assert client.get("/draws/fairness/district.csv").content.startswith(b"\xef\xbb\xbf")
    assert client.get("/draws/fairness.json").content == fairness.report_file()


def test_every_draw_leads_to_a_page_that_the_reader_may_see(people: Cast, several: list[Draw]) -> None:
    text = _client(people, "陈").get("/draws/fairness").content.decode()
    other = _client(people, "林").get("/draws/fairness").content.decode()

    assert f'href="/draws/{several[0].pk}"' in text
    assert f'href="/open/draws/{several[0].number}"' in other


def test_a_page_counts_nothing_however_many_draws_there_are(
    people: Cast, several: list[Draw], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = _client(people, "陈")

    with django_assert_max_num_queries(30):
        client.get("/draws/fairness")


def test_the_register_shows_who_verified(people: Cast, several: list[Draw]) -> None:
    Client().post(f"/open/draws/{several[0].number}/verify", {"outcome": "ok"})

    assert "通过 1" in _client(people, "陈").get("/draws/?tab=opened").content.decode()
