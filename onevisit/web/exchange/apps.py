"""Django application `exchange`."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "onevisit.web.exchange"
    label = "exchange"
    verbose_name = "交换"
