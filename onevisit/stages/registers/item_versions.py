"""The wordings of an item's checklist: a department changes its own part, every version stays and can be compared."""

from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.registers import events
from onevisit.stages.registers.models import InspectionItem, ItemVersion, LegalBasis
from onevisit.stages.registers.refusals import RecordRefused, words_of
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

LABELS = {
    "how": gettext_lazy("检查内容与方法"),
    "papers": gettext_lazy("需准备材料"),
    "phrases": gettext_lazy("常用语"),
}


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One stretch of text: kept in both versions, or only in this one."""

    text: str
    is_changed: bool


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One part of the checklist in two versions, each in pieces; `is_same` when nothing differs."""

    label: str
    older: tuple[Piece, ...]
    newer: tuple[Piece, ...]
    is_same: bool


@transaction.atomic
def edit(
    *,
    item: InspectionItem,
    how: str,
    papers: list[str],
    phrases: list[str],
    reason: str,
    actor: Actor,
    at: datetime,
) -> InspectionItem:
    """Change how an item is checked; name, class and legal bases are the common part and are not touched."""
    capacity = actor.must("item.edit", item)
    held = InspectionItem.objects.select_for_update().get(pk=item.pk)
    content = words_of(how, message=_("请写明检查内容与方法。"), field="how")
    why = words_of(reason, message=_("请写明修改理由。"), field="reason")[:300]
    if (content, papers, phrases) == (held.how, held.papers, held.phrases):
        raise RecordRefused(message=_("内容没有变化，没有生成新版本。"), field="how")
    latest = held.versions.order_by("-version").first()
    if latest is None or (latest.how, latest.papers, latest.phrases) != (held.how, held.papers, held.phrases):
        latest = _kept(held, version=latest.version + 1 if latest else 1, at=at, made_as=_("导入"), reason="")
    held.how, held.papers, held.phrases = content, papers, phrases
    held.save(update_fields=["how", "papers", "phrases"])
    made = _kept(held, version=latest.version + 1, at=at, made_as=f"{actor.name} · {capacity.label}"[:160], reason=why)
    event = events.ItemEdited(subject=str(held.pk), code=held.code, version=made.version, reason=why)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def suspend(*, item: InspectionItem, reason: str, actor: Actor, at: datetime) -> InspectionItem:
    """Use an item no more; what was checked with it stays."""
    capacity = actor.must("item.suspend", item)
    held = InspectionItem.objects.select_for_update().get(pk=item.pk)
    if not held.is_active:
        raise RecordRefused(message=_("该事项已经停用。"))
    why = words_of(reason, message=_("请写明停用理由。"), field="reason")[:300]
    held.is_active = False
    held.save(update_fields=["is_active"])
    event = events.ItemSuspended(subject=str(held.pk), code=held.code, reason=why)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def resume(*, item: InspectionItem, actor: Actor, at: datetime) -> InspectionItem:
    """Use an item again; refused without a legal basis that is valid today (R88)."""
    capacity = actor.must("item.resume", item)
    held = InspectionItem.objects.select_for_update().get(pk=item.pk)
    if held.is_active:
        raise RecordRefused(message=_("该事项没有停用。"))
    on = at.date()
    if not LegalBasis.objects.valid_on(on).filter(item=held).exists():
        ended = held.bases.filter(valid_to__lt=on).order_by("-valid_to").first()
        words = _("该事项在 %(day)s 没有有效的法律依据，不能启用。") % {"day": on}
        if ended is not None:
            words += _("上一版《依据》于 %(end)s 失效：%(words)s") % {"end": ended.valid_to, "words": ended.words}
        raise RecordRefused(message=words)
    held.is_active = True
    held.save(update_fields=["is_active"])
    ledger.append(events.ItemResumed(subject=str(held.pk), code=held.code), actor=actor, at=at, capacity=capacity)
    return held


def compare(older: ItemVersion, newer: ItemVersion) -> list[Compared]:
    """Put two versions side by side, part by part, with what differs marked in both."""
    return [_compared(str(label), _text(older, key), _text(newer, key)) for key, label in LABELS.items()]


def _kept(item: InspectionItem, *, version: int, at: datetime, made_as: str, reason: str) -> ItemVersion:
    return ItemVersion.objects.create(
        item=item,
        version=version,
        how=item.how,
        papers=item.papers,
        phrases=item.phrases,
        made_at=at,
        made_as=made_as,
        reason=reason,
    )


def _text(version: ItemVersion, key: str) -> str:
    value = getattr(version, key)
    return value if isinstance(value, str) else "\n".join(value)


def _compared(label: str, before: str, after: str) -> Compared:
    older, newer = [], []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if i2 > i1:
            older.append(Piece(text=before[i1:i2], is_changed=tag != "equal"))
        if j2 > j1:
            newer.append(Piece(text=after[j1:j2], is_changed=tag != "equal"))
    return Compared(label=label, older=tuple(older), newer=tuple(newer), is_same=before == after)
