"""Django application `offers`."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "onevisit.stages.offers"
    label = "offers"
    verbose_name = "要约"
