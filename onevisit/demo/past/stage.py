"""Where the past is played: the cast, the days that count back from now, and what follows from every act."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from onevisit.core.workdays import CHINA
from onevisit.stages.registers.models import Inspector
from onevisit.support.identity import actors
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department, Officer, User
from onevisit.support.jobs import services as jobs
from onevisit.support.ledger.sequencer import Sequencer

Story = Callable[["Stage"], Iterator[datetime]]
"""Yields the moment of its next act, and does it when it is asked on."""

_LONGEST = 120
_TOLD_EVERY = timedelta(days=7)
# Organ by the middle part of the accounts of its cast.
ORGANS = {
    "lin": "350200-03",
    "wang": "350200-01",
    "he": "350200-10",
    "su": "350200-11",
    "zhou": "350200-15",
}


@dataclass(kw_only=True)
class Stage:
    """One play: `now` is the moment that it ends at, `at` the moment of the act that is being played."""

    now: datetime
    sequencer: Sequencer
    at: datetime = field(init=False)
    days: list[date] = field(init=False)
    known: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at = self.now
        today = timezone.localtime(self.now).date()
        worked = CHINA.working_days(today - timedelta(days=_LONGEST), today - timedelta(days=1))
        self.days = [*worked[::-1]]

    def day(self, ago: int) -> date:
        """Return the working day so many working days before today; below 1, today or a working day after it."""
        if ago >= 1:
            return self.days[ago - 1]
        today = timezone.localtime(self.now).date()
        return CHINA.add_working_days(today, -ago)

    def moment(self, ago: int, clock: str) -> datetime:
        """Return a moment of that day, e.g. `moment(30, "09:20")`."""
        return timezone.make_aware(datetime.combine(self.day(ago), _clock(clock)))

    def actor(self, name: str) -> Actor:
        """Return one of the cast by the account without its `demo-`, in the posts of the day."""
        if name not in self.known:
            user = User.objects.get(username=f"demo-{name}")
            self.known[name] = actors.of_user(user=user, on=self.at.date())
        return self.known[name]

    def clerk(self, department: Department) -> Actor:
        return self.actor(self.name_of(department))

    def head(self, department: Department) -> Actor:
        return self.actor(f"{self.name_of(department)}-head")

    def name_of(self, department: Department) -> str:
        """Return the family name under which a department's cast has its accounts."""
        return next(name for name, code in ORGANS.items() if code == department.code)

    def organ(self, name: str) -> Department:
        return Department.objects.get(code=ORGANS[name])

    def inspectors(self, department: Department) -> list[Inspector]:
        """Return everybody of the cast whom a department can nominate."""
        return list(
            Inspector.objects.filter(department=department, officer__is_demo_cast=True).order_by("certificate_no")
        )

    def account(self, officer: Officer) -> Actor:
        """Return an officer of the cast as he acts himself."""
        if officer.user is None:
            raise ValueError("only the cast acts")
        return self.actor(officer.user.get_username().removeprefix("demo-"))

    def follow(self) -> None:
        """Let everything happen that follows from what was done: the queue's reactions and the ledger's places."""
        jobs.run_now(at=self.at)
        self.sequencer.step()

    def play(self, stories: list[Story], *, tell: Callable[[str], None]) -> int:
        """Play several stories as they happened, moment by moment, and return how many acts there were."""
        waiting = [(next(told), number, told) for number, told in enumerate(story(self) for story in stories)]
        count, told_at = 0, datetime.min.replace(tzinfo=UTC)
        while waiting:
            waiting.sort(key=lambda one: one[:2])
            at, number, told = waiting.pop(0)
            if at > self.now:
                continue  # it has not happened yet
            if at >= told_at + _TOLD_EVERY:
                tell(f"{timezone.localtime(at):%Y-%m-%d}")
                told_at = at
            self.at = at
            following = next(told, None)
            self.follow()
            count += 1
            if following is not None:
                waiting.append((max(following, at), number, told))
        return count


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))
