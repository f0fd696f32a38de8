"""What the screens of a draw say: the departments that there are, witnesses only where some are, what comes when."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.support import clock
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, T0, Log
from tests.stages.draws.test_witnessing import adopt_both, cosign

LOGGED = "承诺已入账（没有见证单位）"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    cache.clear()
    return Log(tmp_path / "log")


def _client(people: Cast, name: str) -> Client:
    client = Client()
    client.force_login(people.officers[name].user)  # type: ignore[arg-type]  # the cast has accounts
    return client


def test_the_preview_counts_the_departments_that_there_are(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    draw = draw_scenes.prepared(people)
    page = _client(people, "陈").get(f"/draws/{draw.pk}/preview").content.decode()

    count = draw.items.count()
    assert f"{count} 个部门用同一名单" in page
    # The act is not the first one while something stands in its way.
    assert "阻断 0" not in page
    assert f'class="btn" href="/draws/{draw.pk}/freeze"' in page


def test_nobody_is_said_to_have_witnessed_where_there_are_no_witnesses(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.committed(people, log)
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)
    client = _client(people, "陈")

    assert LedgerEntry.objects.get(event="draw.witnessed").sentence == LOGGED
    for page in ("", "/ceremony", "/console"):
        text = client.get(f"/draws/{draw.pk}{page}").content.decode()
        assert "承诺已见证" not in text, page
    assert LOGGED in client.get(f"/draws/{draw.pk}/ceremony").content.decode()


def test_a_quorum_that_saw_the_commitment_is_named(people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    adopt_both(people)
    draw = draw_scenes.waiting(people)
    log.step()
    cosign("audit", "court", at=FREEZE_AT)
    draws.witness(draw=draw, at=FREEZE_AT)
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)

    assert LedgerEntry.objects.get(event="draw.witnessed").sentence == "承诺已见证"
    assert "承诺已见证" in _client(people, "陈").get(f"/draws/{draw.pk}/ceremony").content.decode()


def test_a_result_by_its_address_leads_to_the_page_of_the_draw_and_leaves_no_trace(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    client = _client(people, "陈")

    assert client.get(f"/draws/{draw.pk}/result").headers["Location"] == f"/draws/{draw.pk}"
    assert not LedgerEntry.objects.filter(event="record.read").exists()
    assert client.get(f"/open/draws/{draw.number}/verify").headers["Location"] == f"/open/draws/{draw.number}"


def test_a_draw_is_said_to_be_sealed_once_it_is_drawn_and_not_before(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed(people, log)
    url = f"/open/draws/{draw.number}"
    before = Client().get(url).content.decode()
    assert "还没有抽取" in before
    assert "<h2>封存中</h2>" not in before
    draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    after = Client().get(url).content.decode()
    assert "还没有抽取" not in after
    assert "<h2>封存中</h2>" in after


def test_a_void_draw_and_the_one_that_repeats_it_lead_to_each_other(people: Cast, log: Log) -> None:
    void = draw_scenes.voided(people, log)
    again = draw_scenes.sealed_after(people, log, void)

    assert f'<a href="/open/draws/{again.number}">' in Client().get(f"/open/draws/{void.number}").content.decode()
    assert f'<a href="/open/draws/{void.number}">' in Client().get(f"/open/draws/{again.number}").content.decode()


def test_the_figures_say_how_many_draws_are_public(people: Cast, log: Log) -> None:
    cache.clear()
    draw = draw_scenes.sealed(people, log)
    sealed = Client().get("/open/draws/figures").content.decode()
    Draw.objects.filter(pk=draw.pk).update(state="opened", opened_at=T0 + timedelta(days=9))
    opened = Client().get("/open/draws/figures").content.decode()

    public = '<td class="is-number" data-label="其中已公开"><div>{}</div></td>'
    assert (public.format(0) in sealed, public.format(1) in opened) == (True, True)
    assert "封存中的也在内" in sealed
