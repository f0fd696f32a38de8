"""Django application `registers`."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "onevisit.stages.registers"
    label = "registers"
    verbose_name = "名录库"
