"""Django application `identity`."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "onevisit.support.identity"
    label = "identity"
    verbose_name = "机构与人员"
