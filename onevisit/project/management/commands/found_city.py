"""`manage.py found_city ACCOUNT NAME --region CODE`: appoint the first administrator, print the one-time password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from onevisit.support import clock
from onevisit.support.identity import founding


class Command(BaseCommand):
    """The last line is the password; it is shown once and stored nowhere."""

    help = "Appoint the first administrator of a city."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account")
        parser.add_argument("name")
        parser.add_argument("--region", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            password = founding.appoint_administrator(
                account=options["account"], name=options["name"], region_code=options["region"], at=clock.now()
            )
        except founding.AlreadyFounded as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(password)
