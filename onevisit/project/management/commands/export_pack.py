"""`manage.py export_pack FOLDER`: write the configuration of this city as a pack."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from onevisit.demo import exporting


class Command(BaseCommand):
    """Export the configuration; people and businesses are never part of it."""

    help = "Write organs, rules, items, legal bases and campaign templates as a pack that `load_city` reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            names = exporting.export(folder=Path(options["folder"]))
        except exporting.NothingToExport as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write("\n".join(names))
