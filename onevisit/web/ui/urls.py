"""Paths of the components: the pattern page, sign-in in the demo city, the demo clock."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
