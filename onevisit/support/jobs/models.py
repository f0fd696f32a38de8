"""Signs of life of the processes beside the web server."""

from django.db import models


class Heartbeat(models.Model):
    """One row per background process: when it last said that it lives (real time)."""

    process = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.process


class FailedRun(models.Model):
    """One row per run of a job that raised: what it said, so that the operator can mend it and retry."""

    job = models.BigIntegerField(db_index=True)
    task = models.CharField(max_length=200)
    attempt = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=400)
    failed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task}: {self.error}"
