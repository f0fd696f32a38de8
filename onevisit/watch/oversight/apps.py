"""Django application `oversight`."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "onevisit.watch.oversight"
    label = "oversight"
    verbose_name = "监督"
