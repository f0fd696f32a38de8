"""Django application `visits`."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "onevisit.stages.visits"
    label = "visits"
    verbose_name = "一次查"

    def ready(self) -> None:
        from onevisit.stages.draws.pool import returning
        from onevisit.stages.visits import policies
        from onevisit.stages.visits.selectors import spared
        from onevisit.support.attachments.policies import register_subject

        register_subject("inspection", policies.may_read_inspection_file)
        register_subject("visit", policies.may_read_visit_file)
        returning.SPARED.append(spared.spared)
