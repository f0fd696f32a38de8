"""Django application `sm2`."""

from django.apps import AppConfig


class Sm2Config(AppConfig):
    name = "onevisit.support.sm2"
    label = "sm2"
    verbose_name = "国密"
