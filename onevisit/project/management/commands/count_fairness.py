"""Count public draws for the statistics of fairness; `--rebuild` throws every count away first."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from onevisit.stages.draws import fairness
from onevisit.support import clock


class Command(BaseCommand):
    """Counts and the report follow from receipts, frames and the register: nothing is lost by a rebuild."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["rebuild"]:
            fairness.rebuild(at=clock.now())
        else:
            fairness.refresh(at=clock.now())
        self.stdout.write(f"{fairness.public_draws().count()} draws")
