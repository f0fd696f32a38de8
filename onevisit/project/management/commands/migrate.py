"""`migrate` as Django knows it, and then the rights of the application's role."""

import os
from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from onevisit.project import grants


class Command(migrate.Command):
    """Runs the migrations and gives the restricted role what it needs and nothing more."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options.get("plan") or options.get("check_unapplied"):
            return
        url = os.environ.get("ONEVISIT_APP_DATABASE_URL", "") if os.environ.get("DATABASE_URL") else ""
        role = grants.apply(connections[options["database"]], application_url=url)
        if options["verbosity"] >= 1:
            self.stdout.write(f"  Granted the rights of the role {role}.")
