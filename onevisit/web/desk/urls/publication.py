"""Paths of `publication`."""

from django.urls import path

from onevisit.web.desk.views import publication

urlpatterns = [
    path("", publication.publications, name="publications"),
    path("<uuid:publication_id>", publication.detail, name="publication"),
    path("<uuid:publication_id>/approve", publication.approve, name="publication_approve"),
    path("<uuid:publication_id>/withhold", publication.withhold, name="publication_withhold"),
    path("<uuid:publication_id>/correct", publication.correct, name="publication_correct"),
    path("<uuid:publication_id>/withdraw", publication.withdraw, name="publication_withdraw"),
    path("<uuid:publication_id>/reveal", publication.reveal, name="publication_reveal"),
]
