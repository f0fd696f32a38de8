"""`manage.py write_reference`: write the generated pages of docs/reference and contracts/events.json."""

from django.conf import settings
from django.core.management.base import BaseCommand

from onevisit.project import reference


class Command(BaseCommand):
    help = "Write the generated reference pages."

    def handle(self, *args: object, **options: object) -> None:
        for path, content in reference.files(settings.BASE_DIR).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            self.stdout.write(str(path.relative_to(settings.BASE_DIR)))
