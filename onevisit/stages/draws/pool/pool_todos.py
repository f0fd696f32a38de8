"""What waits before a freeze for heads and second organs: lists of exclusions to approve, narrow pools to agree to."""

from django.utils.translation import gettext as _

from onevisit.stages.draws.models import Draw, ExclusionApproval, NarrowConsent
from onevisit.stages.plans import selectors as plans
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role


def todos(actor: Actor) -> list[Todo]:
    """Return the lists that the actor may approve and the requests that he may answer for his organ."""
    return [*_exclusions(actor), *_consents(actor)]


def _exclusions(actor: Actor) -> list[Todo]:
    if not actor.holds(Role.APPROVER):
        return []
    rows = Draw.objects.visible_to(actor).filter(state="preparing", offer__isnull=False)
    return [
        _todo(draw, actor, verb="draw.approve_exclusions", sentence=_("批准排除名单：%(title)s"), label=_("审阅"))
        for draw in rows.select_related("organiser", "offer")
        if actor.may("draw.approve_exclusions", draw) and _has_unapproved(draw)
    ]


def _has_unapproved(draw: Draw) -> bool:
    """Compare counts only: the page says it exactly, list by list."""
    if draw.offer is None:
        return False
    approved = set(ExclusionApproval.objects.filter(draw=draw).values_list("reason", "count"))
    counts = plans.removed_counts(draw.offer.cluster_id)
    return any((code.upper(), count) not in approved for code, count in counts.items())


def _consents(actor: Actor) -> list[Todo]:
    if not actor.may("draw.consent"):
        return []
    waiting = NarrowConsent.objects.filter(consented_at__isnull=True, refused_at__isnull=True, draw__state="preparing")
    return [
        _todo(row.draw, actor, verb="draw.consent", sentence=_("小层、小池待同意：%(title)s"), label=_("审阅"))
        for row in waiting.select_related("draw__organiser", "draw__offer")
        if actor.may("draw.consent", row.draw)
    ]


def _todo(draw: Draw, actor: Actor, *, verb: str, sentence: str, label: str) -> Todo:
    return Todo(
        kind=_("抽取"),
        sentence=sentence % {"title": draw.title},
        sender=draw.organiser.short_name,
        url=f"/draws/{draw.pk}/pool",
        verb=verb,
        verb_label=label,
        subject_id=f"{verb}:{draw.pk}",
        department_id=actor.must(verb, draw).department_id,
        due_at=draw.t0,
    )
