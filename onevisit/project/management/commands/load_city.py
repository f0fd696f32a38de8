"""`manage.py load_city PACK`: load a city from a pack, by the key of one that comes along or by its folder."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from onevisit.demo import loading, packs
from onevisit.support import clock
from onevisit.support.identity import actors


class Command(BaseCommand):
    """Load a city; a second time it changes nothing."""

    help = "Load a city from a configuration pack (xiamen, quanzhou_mini, or a folder)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a city is already loaded")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["if_empty"] and not loading.is_empty():
            self.stdout.write("A city is already loaded.")
            return
        try:
            loaded = loading.load(
                pack=packs.folder_of(options["pack"]),
                actor=actors.SYSTEM,
                at=clock.now(),
                is_demo=settings.DEMO,
                tell=self.stdout.write,
            )
        except packs.PackRefused as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{loaded.city}：共新增 {sum(loaded.new_counts.values())} 条记录。")
