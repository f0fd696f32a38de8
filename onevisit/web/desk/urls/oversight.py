"""Paths of 监督."""

from django.urls import path

from onevisit.web.desk.views import oversight

urlpatterns = [path("trace", oversight.trace, name="trace")]
