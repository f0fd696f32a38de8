"""Who may be the escrow of a draw's keys, in which order, and when the next of them may take over from a silent one.

The order is fixed and public: the organs in which the city has given somebody the post 执法监督, by their codes. The
organ that organises the draw, the one that hosts the organiser, those that take part (and keep shares), and whoever
was the escrow before are passed over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws.keys.share_models import ReceivingKey
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.policies import ESCROWS
from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import Deadline
from onevisit.support.identity.models import Department, Post

RULE = "draw.escrow_check"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One organ of the order, and from when it may take over; None while the escrow's own term does not run."""

    organ: Department
    since: datetime | None

    def is_due(self, at: datetime) -> bool:
        return self.since is not None and at > self.since


@dataclass(frozen=True, kw_only=True)
class Replaced:
    """An escrow that another one took over from."""

    name: str
    at: datetime
    reason: str


def order(*, on: date) -> list[Department]:
    """Return the organs that may be an escrow at all, in the published order."""
    posts = Post.objects.filter(role__in=ESCROWS, valid_from__lte=on).exclude(valid_to__lt=on)
    return list(Department.objects.active_on(on).filter(pk__in=posts.values("department_id")).order_by("code"))


def turns_by_draw(draws: Iterable[Draw], *, at: datetime) -> dict[UUID, list[Turn]]:
    """Return for each draw which organs may take over, and from when; as many queries as for one."""
    rows = {draw.pk: draw for draw in draws}
    if not rows:
        return {}
    outside = order(on=timezone.localtime(at).date())
    inside: dict[UUID, set[UUID]] = {pk: draw.organising_ids() for pk, draw in rows.items()}
    for model in (DrawItem, ReceivingKey):
        for draw_id, organ in model.objects.filter(draw__in=rows).values_list("draw_id", "department_id"):
            inside[draw_id].add(organ)
    running = Deadline.objects.filter(
        rule_version__rule_id=RULE, subject_type="draw", subject__in=map(str, rows), closed_at__isnull=True
    ).select_related("rule_version")
    terms = {UUID(one.subject): one for one in running}
    return {pk: _turns([organ for organ in outside if organ.pk not in inside[pk]], terms.get(pk)) for pk in rows}


def turns(draw: Draw, *, at: datetime) -> list[Turn]:
    """Return which organs may take over from the escrow of a draw, and from when."""
    return turns_by_draw([draw], at=at)[draw.pk]


def replaced_of(draw: Draw) -> list[Replaced]:
    """Return the escrows of a draw that others took over from, in their order."""
    rows = ReceivingKey.objects.filter(draw=draw, replaced_at__isnull=False).select_related("department")
    return [
        Replaced(name=row.department.short_name, at=row.replaced_at, reason=row.replaced_reason)
        for row in rows.order_by("replaced_at")
        if row.replaced_at
    ]


def keep_clock(
    draw: Draw, *, since: datetime | None, escrow: Department | None, at: datetime, may_move: bool = False
) -> None:
    """Let the escrow's term run from the oldest deposit that waits for its answer; end it where none does.

    Args:
        since: when that deposit was made.
        may_move: the older ones have their answer, or nothing waited before: the term starts at `since` anew. Else a
            term that runs goes on, whatever the escrow or the departments gave again meanwhile.
    """
    running = Deadline.objects.filter(
        rule_version__rule_id=RULE, subject_type="draw", subject=str(draw.pk), closed_at__isnull=True
    ).first()
    if since is None or escrow is None or (running and may_move and running.opened_at < since):
        deadlines.close_deadline(key=RULE, subject_type="draw", subject=draw.pk, at=at)
    if since is None or escrow is None:
        return
    deadlines.open_deadline(
        key=RULE,
        subject_type="draw",
        subject=draw.pk,
        department_id=escrow.pk,
        sentence=_("托管核对密钥份额：%(title)s") % {"title": draw.title},
        url=f"/draws/{draw.pk}#shares",
        at=since,
    )


def _turns(organs: Sequence[Department], term: Deadline | None) -> list[Turn]:
    """The first may take over when the escrow's term is over, each further one a term later."""
    if term is None:
        return [Turn(organ=organ, since=None) for organ in organs]
    found, since = [], term.due_at
    for organ in organs:
        found.append(Turn(organ=organ, since=since))
        since = deadlines.next_term(version=term.rule_version, start=since)
    return found
