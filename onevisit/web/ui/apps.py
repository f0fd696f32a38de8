"""Django application `ui`."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "onevisit.web.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        from onevisit.web.ui import icons  # noqa: F401
