"""Django application `ledger`."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "onevisit.support.ledger"
    label = "ledger"
    verbose_name = "留痕"
