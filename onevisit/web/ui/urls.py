"""Paths that belong to no noun: the demo city's sign-in and clock."""

from django.urls import path

from onevisit.web.ui.views import demo

urlpatterns = [
    path("demo/sign-in/<uuid:officer_id>", demo.sign_in, name="demo_sign_in"),
    path("demo/clock", demo.clock_page, name="demo_clock"),
    path("demo/clock/forward", demo.clock_forward, name="demo_clock_forward"),
]
