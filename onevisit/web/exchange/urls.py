"""Paths for other systems: monitors."""

from django.urls import path

from onevisit.web.exchange import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
