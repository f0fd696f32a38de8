"""Django application `desk`."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "onevisit.web.desk"
    label = "desk"
    verbose_name = "工作台"
