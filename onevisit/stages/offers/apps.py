"""Django application `offers`."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "onevisit.stages.offers"
    label = "offers"
    verbose_name = "要约"

    def ready(self) -> None:
        from onevisit.stages.offers.policies import may_read_part
        from onevisit.support.attachments.policies import register_subject

        register_subject("part", may_read_part)
