"""Django application `deadlines`."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "onevisit.support.deadlines"
    label = "deadlines"
    verbose_name = "期限"
