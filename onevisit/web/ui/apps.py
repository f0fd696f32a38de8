"""Django application `ui`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "onevisit.web.ui"
    label = "ui"
    verbose_name = "界面"
