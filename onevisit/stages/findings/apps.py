"""Django application `findings`."""

from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "onevisit.stages.findings"
    label = "findings"
    verbose_name = "问题处置"

    def ready(self) -> None:
        from onevisit.stages.findings.policies import may_read_finding_file
        from onevisit.support.attachments.policies import register_subject

        register_subject("finding", may_read_finding_file)
        register_subject("correction_proof", may_read_finding_file)
