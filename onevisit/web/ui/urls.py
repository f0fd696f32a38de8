"""Paths that belong to no noun: session and capacity, the pattern page, the demo city's sign-in and clock."""

from django.urls import path

from onevisit.web.ui.views import demo, lists, patterns, session

urlpatterns = [
    path("session", session.session, name="session"),
    path("identity/capacity", session.choose_capacity, name="choose_capacity"),
    path("lists/<str:name>/export", lists.export_ask, name="export_ask"),
    path("lists/<str:name>/filters", lists.filter_save, name="filter_save"),
    path("filters/<uuid:filter_id>/delete", lists.filter_delete, name="filter_delete"),
    path("exports/<uuid:export_id>", lists.export_page, name="export_page"),
    path("exports/<uuid:export_id>/cancel", lists.export_cancel, name="export_cancel"),
    path("exports/<uuid:export_id>/file", lists.export_file, name="export_file"),
    path("dev/patterns", patterns.pattern_page, name="patterns"),
    path("demo/sign-in/<uuid:officer_id>", demo.sign_in, name="demo_sign_in"),
    path("demo/clock", demo.clock_page, name="demo_clock"),
    path("demo/clock/forward", demo.clock_forward, name="demo_clock_forward"),
]
