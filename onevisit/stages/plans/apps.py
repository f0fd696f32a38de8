"""Django application `plans`."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "onevisit.stages.plans"
    label = "plans"
    verbose_name = "计划专项"
