"""What a clock chip says: the time left in the unit of its term, with the tone it has."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.core.lifecycle import Tone
from onevisit.core.workdays import Unit, elapsed_percent
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.deadlines.models import Deadline

NEAR_PERCENT = 80


@dataclass(frozen=True)
class Remaining:
    """What stands on the chip, and what opens behind it."""

    words: str
    tone: Tone
    due_at: datetime
    opened_at: datetime | None = None
    law: str = ""
    pauses: str = ""
    is_law_verified: bool = True


def remaining(
    *,
    due_at: datetime,
    now: datetime,
    opened_at: datetime | None = None,
    law: str = "",
    unit: str = Unit.WORKING_DAYS.value,
) -> Remaining:
    """Say what is left of a term that is known only by its dates."""
    words = deadlines.time_left(due_at=due_at, at=now, unit=unit)
    is_today = timezone.localtime(due_at).date() == timezone.localtime(now).date()
    if is_today:
        words = (_("今日 %(time)s") if due_at > now else _("今日 %(time)s 已过")) % {
            "time": f"{timezone.localtime(due_at):%H:%M}"
        }
    near = is_today or (opened_at and elapsed_percent(start=opened_at, due_at=due_at, at=now) >= NEAR_PERCENT)
    tone = Tone.LATE if due_at <= now else Tone.WARN if near else Tone.REST
    return Remaining(words=words, tone=tone, due_at=due_at, opened_at=opened_at, law=law)


def of_deadline(deadline: Deadline, *, now: datetime) -> Remaining:
    """Say what is left of a running term, with its pauses and its law."""
    chip = deadlines.chip(deadline, at=now)
    return Remaining(
        words=chip.words,
        tone=Tone(chip.tone),
        due_at=chip.due_at,
        opened_at=chip.opened_at,
        law=chip.law,
        pauses="、".join(chip.pauses),
        is_law_verified=chip.is_law_verified,
    )
