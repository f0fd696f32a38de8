"""The demo city's clock: one row that says how far it stands before real time."""

from datetime import timedelta

from django.db import models


class DemoClock(models.Model):
    """One row: the offset of demo time from real time; it only ever grows."""

    offset = models.DurationField(default=timedelta(0))
    moved_at = models.DateTimeField(auto_now=True)
    moved_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="demo_clock_only_forward", condition=models.Q(offset__gte=timedelta(0)))
        ]

    def __str__(self) -> str:
        return str(self.offset)
