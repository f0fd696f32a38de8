"""Print the demo city's cast: who one can sign in as, and for what."""

from typing import Any

from django.core.management.base import BaseCommand

from onevisit.demo import packs
from onevisit.support.identity.models import Officer


class Command(BaseCommand):
    """One line a person, in the order of the list of the sign-in page."""

    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:
        cast = Officer.objects.filter(is_demo_cast=True, user__isnull=False).select_related("department", "user")
        for officer in cast.order_by("personnel_number"):
            account = officer.user.get_username() if officer.user else ""
            self.stdout.write(f"{account:<16}{officer.name} · {officer.department.short_name} · {officer.cast_note}")
        self.stdout.write(f"password of each: {packs.read(packs.folder_of('xiamen')).demo_password}")
