"""Django application `clock`."""

from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "onevisit.support.clock"
    label = "clock"
    verbose_name = "时钟"
