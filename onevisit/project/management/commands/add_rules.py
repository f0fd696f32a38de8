"""`manage.py add_rules`: after an upgrade, add the rules that this version asks for and the city does not have."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from onevisit.demo import loading, packs
from onevisit.support import clock
from onevisit.support.identity import actors


class Command(BaseCommand):
    """Add missing rules; rules that are there keep their figures."""

    help = "Add the rules that this version asks for and the city does not have."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            count = loading.add_missing_rules(actor=actors.SYSTEM, at=clock.now())
        except packs.PackRefused as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{count} rules added.")
