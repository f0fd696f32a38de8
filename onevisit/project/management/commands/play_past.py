"""`manage.py play_past`: play the last weeks of the demo city, so that there is something to look at."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from onevisit.demo.past import playing
from onevisit.support import clock


class Command(BaseCommand):
    """All of it or nothing; it only begins in a demo city without draws."""

    help = "Play the last weeks of the demo city through its services."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("only the demo city has a past that is played")
        try:
            played = playing.play(now=clock.now(), tell=self.stdout.write)
        except playing.PastRefused as refused:
            raise CommandError(refused.message) from refused
        spent = f"{played.seconds:.1f} s ({played.processor_seconds:.1f} s of the processor)"
        self.stdout.write(f"{played.acts} acts in {spent}")
