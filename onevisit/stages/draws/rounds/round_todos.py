"""What waits after a draw for its replacement rounds: requests to decide on, an order to give, a round to draw."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from onevisit.stages.draws.models import Draw, DrawRound, Replacement, Swap
from onevisit.stages.draws.policies import SECOND_ORGANS
from onevisit.stages.draws.services import rounds
from onevisit.stages.draws.sources import declaring
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return the requests that the actor may decide on, and the rounds that the organiser orders and draws."""
    return [*_replacements(actor), *_swaps(actor), *_orders(actor, at), *_due(actor, at)]


def _replacements(actor: Actor) -> list[Todo]:
    capacity = actor.holds(*SECOND_ORGANS)
    if capacity is None:
        return []
    rows = Replacement.objects.filter(_OPEN, draw__in=Draw.objects.running().values("pk")).exclude(
        requested_by=actor.id
    )
    return [
        _todo(
            row.draw,
            verb="draw.confirm_replacement",
            sentence=_("替换对象待决定：%(title)s"),
            subject=str(row.pk),
            department=capacity.department_id,
        )
        for row in rows.select_related("draw__organiser", "draw__offer").defer(*_HEAVY)
        if actor.may("draw.confirm_replacement", row.draw)
    ]


def _swaps(actor: Actor) -> list[Todo]:
    if not actor.holds(*SECOND_ORGANS, Role.APPROVER):
        return []
    outside = Q(is_outside=True) if actor.holds(*SECOND_ORGANS) else Q(pk=None)
    own = Q(is_outside=False, department_id__in=actor.department_ids(Role.APPROVER))
    rows = Swap.objects.filter(
        _OPEN, outside | own, draw__in=Draw.objects.running().values("pk"), slot__withdrawn_in__isnull=True
    )
    found = []
    for row in rows.exclude(requested_by=actor.id).select_related(*_SHOWN).defer(*_HEAVY):
        if row.slot.inspector.officer_id == actor.officer_id or not actor.may("draw.confirm_swap", row):
            continue
        found.append(
            _todo(
                row.draw,
                verb="draw.confirm_swap",
                sentence=_("换人申请待决定：%(title)s"),
                subject=str(row.pk),
                department=actor.must("draw.confirm_swap", row).department_id,
            )
        )
    return found


def _orders(actor: Actor, at: datetime) -> list[Todo]:
    capacity = identity.coordination_capacity(actor, Role.COORDINATOR)
    if capacity is None:
        return []
    agreed = Q(draw=OuterRef("pk"), confirmed_at__isnull=False, refused_at__isnull=True, round_number__isnull=True)
    ended = Q(drawn_at__isnull=True) | Q(is_infeasible=True)  # pending or lapsed, or the last that there can be
    rows = (
        Draw.objects.running()
        .filter(Exists(Replacement.objects.filter(agreed)) | Exists(Swap.objects.filter(agreed)))
        .filter(is_infeasible=False)
        .exclude(Exists(DrawRound.objects.filter(ended, draw=OuterRef("pk"))))
        .annotate(used=Count("rounds"))
    )
    return [
        _todo(
            draw,
            verb="draw.order",
            sentence=_("下达替换令：%(title)s"),
            subject=str(draw.pk),
            department=capacity.department_id,
        )
        for draw in rows.select_related("organiser", "offer").defer(*DOCUMENTS)
        if draw.used  # type: ignore[attr-defined]  # annotated
        < declaring.max_rounds(draw.source_types, draw.max_rounds)
        and not rounds.is_over(draw, at=at)
    ]


def _due(actor: Actor, at: datetime) -> list[Todo]:
    capacity = identity.coordination_capacity(actor, Role.COORDINATOR)
    if capacity is None:
        return []
    due = DrawRound.objects.pending().filter(t0__lte=at, draw__in=Draw.objects.running().values("pk"))
    return [
        _todo(
            row.draw,
            verb="draw.replace",
            sentence=_("抽取本轮替换：%(title)s"),
            subject=str(row.pk),
            department=capacity.department_id,
        )
        for row in due.select_related("draw__organiser").defer(*_HEAVY)
    ]


def _todo(draw: Draw, *, verb: str, sentence: str, subject: str, department: object) -> Todo:
    return Todo(
        kind=_("替换"),
        sentence=sentence % {"title": draw.title},
        sender=draw.organiser.short_name,
        url=f"/draws/{draw.pk}/replacements",
        verb=verb,
        verb_label=_("审阅") if "confirm" in verb else _("办理"),
        subject_id=f"{verb}:{subject}",
        department_id=department,  # type: ignore[arg-type]  # the id of an organ
    )


_OPEN = Q(confirmed_at__isnull=True, refused_at__isnull=True)
DOCUMENTS = ("manifest", "roster", "exclusions", "groups", "sources", "receipt", "void_record")
_HEAVY = tuple(f"draw__{column}" for column in DOCUMENTS)
_SHOWN = ("draw__organiser", "draw__offer", "slot__inspector")
