"""Paths of the business's own pages, reached by an inspection code."""

from django.urls import path

from onevisit.web.business.views import codes

urlpatterns = [path("<str:code>", codes.code, name="code")]
