"""What waits for a person in the draw; the inbox merges it with the other stages."""

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.draws import modes, readiness, services
from onevisit.stages.draws.keys import share_todos
from onevisit.stages.draws.lodged import lodging
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.pool import pool_todos, standing
from onevisit.stages.draws.rounds import round_todos
from onevisit.stages.draws.sources import declaring, source_todos
from onevisit.stages.offers.selectors import offers_for
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role

Words = str | Promise

NEXT_ACT = {
    "preparing": ("draw.freeze", gettext_lazy("冻结抽取池：%(title)s"), gettext_lazy("检查并冻结")),
    "frozen": ("draw.commit", gettext_lazy("公布承诺：%(title)s"), gettext_lazy("公布承诺")),
    "committed": ("draw.type", gettext_lazy("录入来源取值：%(title)s"), gettext_lazy("到现场")),
    "sourced": ("draw.draw_openly", gettext_lazy("抽取：%(title)s"), gettext_lazy("到现场")),
    "keyed": ("draw.draw", gettext_lazy("抽取：%(title)s"), gettext_lazy("到现场")),
}


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return offers without a draw, the next act of each draw, keys to commit and to hand over, voids to decide."""
    own = [*_unprepared(actor), *_next_acts(actor, at), *_keys(actor), *_voids(actor), *_repeats(actor)]
    of_rounds = [*round_todos.todos(actor, at), *source_todos.todos(actor, at)]
    return [*own, *pool_todos.todos(actor), *share_todos.todos(actor, at), *of_rounds]


def _unprepared(actor: Actor) -> list[Todo]:
    capacity = identity.coordination_capacity(actor, Role.COORDINATOR)
    if capacity is None:
        return []
    taken = Draw.objects.exclude(state="void").exclude(offer=None).values("offer_id")
    return [
        Todo(
            kind=_("抽取"),
            sentence=_("筹备抽取：%(title)s") % {"title": offer.title},
            sender=offer.initiator.short_name,
            url=f"/draws/new?offer={offer.pk}",
            verb="draw.prepare",
            verb_label=_("筹备"),
            subject_id=str(offer.pk),
            department_id=capacity.department_id,
        )
        for offer in offers_for(actor, box="settled").exclude(pk__in=taken)
    ]


def _next_acts(actor: Actor, at: datetime) -> list[Todo]:
    capacity = identity.coordination_capacity(actor, Role.COORDINATOR)
    if capacity is None:
        return []
    found = []
    waiting = Draw.objects.filter(state__in=NEXT_ACT).exclude(state="sourced", mode="sealed")  # that waits for keys
    for draw in waiting.select_related("organiser"):
        verb, sentence, label = NEXT_ACT[draw.state]
        if draw.state == "frozen" and lodging.standing_of(draw, at=at).is_awaited:
            sentence, label = gettext_lazy("等待寄存后公布承诺：%(title)s"), gettext_lazy("查看")
        if draw.state == "committed" and not any(map(declaring.is_local, draw.source_types)):
            if modes.is_open(draw):  # the system logs it by itself
                continue
            verb, sentence, label = "draw.source", gettext_lazy("登记来源：%(title)s"), gettext_lazy("登记")
        elif draw.state == "committed" and services.wanted(draw, at=at) is None:
            verb, sentence, label = "draw.source", gettext_lazy("登记来源：%(title)s"), gettext_lazy("登记")
        elif draw.state == "committed" and services.has_typed(draw, actor=actor, at=at):
            sentence, label = gettext_lazy("等另一人录入来源取值：%(title)s"), gettext_lazy("查看")
        found.append(_todo(draw, verb=verb, sentence=sentence, label=label, department=draw.organiser_id))
    return found


def _keys(actor: Actor) -> list[Todo]:
    own = actor.department_ids(Role.CLERK)
    if not own:
        return []
    items = DrawItem.objects.filter(department_id__in=own, draw__state__in=("preparing", "sourced"))
    items = items.exclude(draw__mode="open")
    found = []
    for item in items.select_related("draw__organiser").prefetch_related("draw__keys"):
        key = next((one for one in item.draw.keys.all() if one.party == item.item), None)
        if item.draw.state == "preparing" and key is None:
            words = ("draw.commit_key", _("提交密钥承诺：%(title)s"), _("提交"))
        elif item.draw.state == "sourced" and key is not None and key.handed_at is None:
            words = ("draw.hand_key", _("交出密钥：%(title)s"), _("交出"))
        else:
            continue
        verb, sentence, label = words
        found.append(_todo(item.draw, verb=verb, sentence=sentence, label=label, department=item.department_id))
    return found


def _repeats(actor: Actor) -> list[Todo]:
    """Return the draws that sent nobody: the officer half is repeated once the departments nominated more."""
    if identity.coordination_capacity(actor, Role.COORDINATOR) is None:
        return []
    sentence, label = _("执法人员不足，请重抽执法人员：%(title)s"), _("重抽")
    return [
        _todo(draw, verb="draw.repeat", sentence=sentence, label=label, department=draw.organiser_id)
        for draw in standing.wanted()
    ]


def _voids(actor: Actor) -> list[Todo]:
    capacity = actor.holds(Role.NOTARY, Role.SUPERVISOR)
    if capacity is None:
        return []
    rows = Draw.objects.filter(
        void_proposed_at__isnull=False, void_agreed_at__isnull=True, voided_at__isnull=True
    ).select_related("organiser", "offer")
    return [
        _todo(
            draw,
            verb="draw.void",
            sentence=_("作废申请：%(title)s"),
            label=_("审阅"),
            department=capacity.department_id,
        )
        for draw in rows
        if actor.may("draw.void", draw)
    ]


def _todo(draw: Draw, *, verb: str, sentence: Words, label: Words, department: object) -> Todo:
    margins = {"draw.hand_key": readiness.KEY_MARGIN, "draw.draw": timedelta(), "draw.draw_openly": timedelta()}
    margin = margins.get(verb, readiness.COMMITMENT_MARGIN)
    page = "ceremony" if verb in ("draw.type", "draw.draw", "draw.draw_openly") else ""
    return Todo(
        kind=_("抽取"),
        sentence=str(sentence) % {"title": draw.title},
        sender=draw.organiser.short_name,
        url=f"/draws/{draw.pk}/{page}".rstrip("/"),
        verb=verb,
        verb_label=str(label),
        subject_id=f"{verb}:{draw.pk}",
        department_id=department,  # type: ignore[arg-type]  # the id of an organ
        due_at=draw.t0 - margin if draw.t0 and verb != "draw.repeat" else None,
    )
