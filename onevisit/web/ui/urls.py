"""Paths that belong to no noun: session and capacity, the pattern page, the demo city's sign-in and clock."""

from django.urls import path

from onevisit.web.ui.views import demo, patterns, session

urlpatterns = [
    path("session", session.session, name="session"),
    path("identity/capacity", session.choose_capacity, name="choose_capacity"),
    path("dev/patterns", patterns.pattern_page, name="patterns"),
    path("demo/sign-in/<uuid:officer_id>", demo.sign_in, name="demo_sign_in"),
    path("demo/clock", demo.clock_page, name="demo_clock"),
    path("demo/clock/forward", demo.clock_forward, name="demo_clock_forward"),
]
