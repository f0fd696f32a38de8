"""Django application `portal`."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "onevisit.web.portal"
    label = "portal"
    verbose_name = "公示门户"
