"""The writes of those who look back, by verb."""

from onevisit.watch.oversight.services.alerts import (
    AlertRefused,
    ask,
    confirm,
    exclude,
    explain,
    look,
    reject,
    renew,
)
from onevisit.watch.oversight.services.tracing import OpinionRefused, export_trace, open_trace, write_opinion

__all__ = [
    "AlertRefused",
    "OpinionRefused",
    "ask",
    "confirm",
    "exclude",
    "explain",
    "export_trace",
    "look",
    "open_trace",
    "reject",
    "renew",
    "write_opinion",
]
