"""Paths of the inbox and of what belongs to every stage."""

from django.urls import path
from django.views.generic import RedirectView

from onevisit.web.desk.views import inbox, mechanisms

urlpatterns = [
    path("", RedirectView.as_view(url="/inbox"), name="home"),
    path("inbox", inbox.inbox_page, name="inbox"),
    path("inbox/counts", inbox.inbox_counts, name="inbox_counts"),
    path("notices", RedirectView.as_view(url="/inbox?box=notices"), name="notices"),
    path("notices/read", inbox.notices_read, name="notices_read"),
    path("notices/<uuid:notice_id>", inbox.notice_open, name="notice_open"),
    path("mechanisms", mechanisms.mechanisms, name="mechanisms"),
]
