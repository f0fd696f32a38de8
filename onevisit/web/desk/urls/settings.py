"""Paths of `settings`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
