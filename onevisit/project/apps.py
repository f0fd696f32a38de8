"""Django application `project`."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "onevisit.project"
    label = "project"
    verbose_name = "项目"

    def ready(self) -> None:
        from onevisit.project import checks  # noqa: F401
