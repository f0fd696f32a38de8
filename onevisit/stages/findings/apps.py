"""Django application `findings`."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "onevisit.stages.findings"
    label = "findings"
    verbose_name = "问题处置"
