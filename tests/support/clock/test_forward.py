"""The demo clock goes forward only, and only in the demo city."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from onevisit.support import clock
from onevisit.support.clock import services
from onevisit.support.notices.models import Notice
from tests.cast import AT, Cast


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.DEMO = True
    clock.forget()


@pytest.mark.usefixtures("db", "demo")
def test_the_clock_moves_forward_and_stays_there() -> None:
    services.forward(by=timedelta(days=3), actor_id="test")

    assert timedelta(days=3) - timedelta(seconds=5) < clock.now() - timezone.now() <= timedelta(days=3)


@pytest.mark.usefixtures("db", "demo")
@pytest.mark.parametrize("by", [timedelta(0), timedelta(hours=-1), timedelta(days=61)])
def test_the_clock_refuses_to_go_back_or_far(by: timedelta) -> None:
    with pytest.raises(services.ClockRefused):
        services.forward(by=by, actor_id="test")


@pytest.mark.usefixtures("db")
def test_outside_the_demo_city_there_is_no_clock_to_set(settings: Settings) -> None:
    settings.DEMO = False
    clock.forget()

    with pytest.raises(services.ClockRefused):
        services.forward(by=timedelta(days=1), actor_id="test")


@pytest.mark.usefixtures("demo")
def test_one_click_signs_in_one_of_the_cast_and_leaves_an_entry(people: Cast, client) -> None:  # type: ignore[no-untyped-def]
    officer = people.officers["林"]
    officer.is_demo_cast = True
    officer.save(update_fields=["is_demo_cast"])

    answer = client.post(f"/demo/sign-in/{officer.pk}")

    assert answer.status_code == 302
    assert client.get("/settings/me").status_code == 200


@pytest.mark.usefixtures("demo")
def test_nobody_outside_the_cast_can_be_signed_in_by_a_click(people: Cast, client) -> None:  # type: ignore[no-untyped-def]
    assert client.post(f"/demo/sign-in/{people.officers['林'].pk}").status_code == 404


@pytest.mark.usefixtures("demo")
def test_an_officer_whom_a_draw_has_sent_out_can_be_played_too(people: Cast, client) -> None:  # type: ignore[no-untyped-def]
    officer = people.officers["林一"]
    officer.user = None
    officer.save(update_fields=["user"])
    assert client.post(f"/demo/sign-in/{officer.pk}").status_code == 404
    Notice.objects.create(officer=officer, kind="visit", title="派给您一次检查", created_at=AT)

    assert client.post(f"/demo/sign-in/{officer.pk}").status_code == 302
    officer.refresh_from_db()
    assert officer.user is not None
    assert not officer.user.has_usable_password()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "asked",
    [
        {"until": "2026-02-30 09:30"},
        {"until": "morgen"},
        {"until": "9999-12-31T23:59:59-12:00"},
        {"until": "0001-01-01T00:00+14:00"},
        {"minutes": "9" * 30},
        {"minutes": "fünf"},
        {},
    ],
)
def test_an_odd_moment_is_refused_in_words(people: Cast, client, asked: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    client.force_login(people.officers["林"].user)

    assert client.post("/demo/clock/forward", asked).status_code == 422
