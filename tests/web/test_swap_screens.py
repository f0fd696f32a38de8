"""换人 in a real browser: the visit, the request, the list to decide on and the public page fit every window."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache

from onevisit.stages.draws import services as draws
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.jobs import services as jobs
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import T0, Beacon, Log
from tests.stages.draws.test_infeasible import _more_inspectors
from tests.stages.visits.test_swaps import MORE, ask, confirm, member_of, run_round
from tests.web.browser import Visitor

SIZES = ((1440, 900), (390, 844))


def test_what_is_asked_decided_and_published_fits_every_window(
    people: Cast, visit: Callable[..., Visitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    own = Beacon(monkeypatch)
    _more_inspectors(people, *MORE)
    draw = draw_scenes.sealed_with_beacon(people, Log(tmp_path / "log"), own)
    jobs.run_now(at=T0)
    member = member_of(draw)
    other = member.inspection.members.exclude(pk=member.pk).get()
    confirm(people, ask(people, member))
    run_round(draw, people, own)
    moment = draw.rounds.get().t0
    jobs.run_now(at=moment)
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(minutes=1))
    successor = member.inspection.members.get(slot=member.slot, replaced_at__isnull=True)
    ask(people, successor)

    for width, height in SIZES:
        clerk, notary = (visit(name, width=width, height=height) for name in ("林", "公"))
        pages = (
            (clerk, f"/visits/{member.inspection.visit_id}"),
            (clerk, f"/visits/members/{other.pk}/request_swap"),
            (notary, f"/draws/{draw.pk}/replacements"),
            (notary, f"/open/draws/{draw.number}"),
        )
        for visitor, path in pages:
            visitor.open(path)
            assert visitor.overflow() <= 0, path
        assert clerk.problems == []
        assert notary.problems == []
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=moment)
    for width, height in SIZES:
        public = visit("林", width=width, height=height)
        public.open(f"/open/draws/{draw.number}")
        assert public.overflow() <= 0
        public.open("/open/draws/figures")
        assert public.overflow() <= 0
