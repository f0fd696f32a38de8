"""The list of visits names the draw of each without its files."""

import pytest
from django.db import connection
from django.db.models import BinaryField
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onevisit.stages.draws.models import Draw
from onevisit.stages.visits import selectors
from tests import visit_scenes
from tests.cast import Cast

FILES = [field.name for field in Draw._meta.concrete_fields if isinstance(field, BinaryField)]


def test_a_visit_comes_with_its_draw_but_without_the_draws_files(people: Cast) -> None:
    visit_scenes.dispatched(people)
    actor = people.actor("林")
    assert {"manifest", "roster", "receipt", "exclusions", "sources", "void_record"} <= set(FILES)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        (visit,) = selectors.visits_for(actor).select_related("target", "draw__organiser", "report")
        assert visit.draw is not None
        assert visit.draw.number == "350200-2026-0118"
        assert visit.draw.organiser.short_name == "市商务局"

    joined = [query["sql"] for query in queries if '"draws_draw"."number"' in query["sql"]]
    assert len(joined) == 1
    assert [name for name in FILES if f'"draws_draw"."{name}"' in joined[0]] == []
    assert visit.draw.get_deferred_fields() == set(FILES)


@pytest.mark.parametrize("path", ["/visits/", "/visits/{visit}"])
def test_no_page_of_visits_reads_a_file_of_the_draw(people: Cast, client: Client, path: str) -> None:
    visit = visit_scenes.dispatched(people)
    client.force_login(people.officers["林"].user)  # type: ignore[arg-type]  # the cast has accounts

    with CaptureQueriesContext(connection) as queries:
        assert client.get(path.format(visit=visit.pk)).status_code == 200

    assert [query["sql"] for query in queries if '"draws_draw"."receipt"' in query["sql"]] == []
