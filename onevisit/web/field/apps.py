"""Django application `field`."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "onevisit.web.field"
    label = "field"
    verbose_name = "外勤"
