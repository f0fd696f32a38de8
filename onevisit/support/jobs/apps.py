"""Django application `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "onevisit.support.jobs"
    label = "jobs"
    verbose_name = "任务队列"
