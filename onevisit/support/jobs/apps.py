"""Django application `jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "onevisit.support.jobs"
    label = "jobs"
    verbose_name = "任务队列"

    def ready(self) -> None:
        from onevisit.support.jobs import dispatch, liveness
        from onevisit.support.ledger import sequencer, services

        sequencer.AFTER_ROUND.append(lambda step: liveness.beat(process=liveness.SEQUENCER, detail=str(step.size)))
        services.AFTER_APPEND.append(dispatch.follow)
