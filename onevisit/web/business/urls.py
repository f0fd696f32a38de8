"""Paths of the business."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
