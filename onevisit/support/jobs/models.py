"""Signs of life of the processes beside the web server."""

from django.db import models


class Heartbeat(models.Model):
    """One row per background process: when it last said that it lives (real time)."""

    process = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.process
