"""`manage.py grow_city --targets 500000`: add invented targets until the register holds that many."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from onevisit.demo import growing
from onevisit.support import clock
from onevisit.support.identity import actors


class Command(BaseCommand):
    """Grow the demo city to the size of a real one."""

    help = "Add invented targets with valid demo codes, the same ones every time, until there are --targets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--targets", type=int, default=500_000)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            grown = growing.grow(targets=options["targets"], actor=actors.SYSTEM, at=clock.now())
        except ValueError as error:
            raise CommandError(str(error)) from error
        growing.settle()
        self.stdout.write(f"{grown.added:,} targets added, {grown.total:,} in the register.")
