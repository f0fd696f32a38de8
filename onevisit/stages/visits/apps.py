"""Django application `visits`."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "onevisit.stages.visits"
    label = "visits"
    verbose_name = "一次查"
