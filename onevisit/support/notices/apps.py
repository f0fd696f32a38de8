"""Django application `notices`."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "onevisit.support.notices"
    label = "notices"
    verbose_name = "通知"
