"""Django application `attachments`."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "onevisit.support.attachments"
    label = "attachments"
    verbose_name = "附件"
