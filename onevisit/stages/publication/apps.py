"""Django application `publication`."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    name = "onevisit.stages.publication"
    label = "publication"
    verbose_name = "公示信用"
