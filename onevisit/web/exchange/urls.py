"""Paths for other systems: monitors, and the log of what was sent to others."""

from django.urls import path

from onevisit.web.exchange import health, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("publication/credit", views.messages_out, name="messages_out"),
    path("publication/credit/counts", views.message_counts, name="message_counts"),
    path("publication/credit/<uuid:message_id>", views.message, name="message_out"),
    path("publication/credit/<uuid:message_id>/resend", views.resend, name="message_resend"),
]
