"""`manage.py load_scale demo|city`: bring the register to the size of the demo city or of a large city."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """`demo` is the demo city as it comes; `city` adds targets up to 500,000."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scale", choices=("demo", "city"))

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("load_city", "xiamen", "--if-empty", stdout=self.stdout)
        if options["scale"] == "city":
            call_command("grow_city", stdout=self.stdout)
