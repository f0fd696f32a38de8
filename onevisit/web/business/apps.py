"""Django application `business`."""

from django.apps import AppConfig


class BusinessConfig(AppConfig):
    name = "onevisit.web.business"
    label = "business"
    verbose_name = "企业页面"
