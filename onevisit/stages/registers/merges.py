"""Two records of one target become one, and two again within the term of the rule: nothing of either is deleted."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext as _

from onevisit.stages.registers import events, searching
from onevisit.stages.registers.imports import templates
from onevisit.stages.registers.imports.duplicates import COMPARED, FILLED, said, undo_until
from onevisit.stages.registers.models import (
    Complaint,
    DirectoryEntry,
    FormerInspection,
    InspectionTarget,
    Interest,
    Letter,
    Licence,
    MergeRule,
    QuietListing,
    Supply,
    TargetMerge,
    TargetStatus,
)
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

MOST_AT_ONCE = 200


class _Hanging(NamedTuple):
    """What hangs on a target in this stage, by which field, and what makes it the same thing twice."""

    model: type[Model]
    same: tuple[str, ...]
    field: str = "target"

    @property
    def name(self) -> str:
        return self.model.__name__ if self.field == "target" else f"{self.model.__name__}.{self.field}"


# Later stages keep what they recorded.
_HANGING = (
    _Hanging(Licence, ("kind", "number")),
    _Hanging(DirectoryEntry, ("directory_id", "removed_in")),
    _Hanging(FormerInspection, ("department_id", "on", "kind")),
    _Hanging(QuietListing, ("valid_from",)),
    _Hanging(Complaint, ("channel", "number")),
    _Hanging(Letter, ("number",)),
    _Hanging(Supply, ("buyer_id", "goods"), "supplier"),
    _Hanging(Supply, ("supplier_id", "goods"), "buyer"),
)


class MergeRefused(Exception):
    """The two records cannot be merged, or the merge cannot be undone."""

    code = "merge"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def duplicates(rule: str, *, limit: int = MOST_AT_ONCE) -> tuple[list[tuple[InspectionTarget, InspectionTarget]], int]:
    """Return pairs of records that may be one target by a rule, the one to keep first, and the number of groups."""
    keys = ("uscc",) if rule == MergeRule.SAME_CODE else ("name", "address")
    rows = InspectionTarget.objects.filter(merged_into__isnull=True)
    if rule == MergeRule.SAME_CODE:
        rows = rows.exclude(uscc="")
    groups = rows.order_by().values(*keys).annotate(size=Count("pk"))
    groups = groups.filter(size__gt=1)
    if rule == MergeRule.SAME_PLACE:
        # Several codes at one name and address are several businesses; with one code at most they may be one.
        groups = groups.annotate(codes=Count("uscc", distinct=True, filter=~Q(uscc=""))).filter(codes__lte=1)
    found = []
    for group in groups.order_by(*keys)[:limit]:
        members = sorted(rows.filter(**{key: group[key] for key in keys}), key=_weight)
        found.append((members[0], members[1]))
    return found, groups.count()


def compared(first: InspectionTarget, second: InspectionTarget) -> list[tuple[str, str, str]]:
    """Return two records side by side: (title, value of the first, value of the second)."""
    template = templates.named("targets")
    found = []
    for key in ("object_id", *COMPARED, *(name for name in FILLED if name not in COMPARED)):
        column = template.column(key)
        left, right = (said(getattr(target, key), key=key, column=column) for target in (first, second))
        if left or right:
            found.append((column.title, left, right))
    return found


def _weight(target: InspectionTarget) -> tuple[bool, bool, int, str]:
    """Order records so that the one with the code, in business and with more filled in stands first."""
    empty = sum(getattr(target, name) in ("", None, []) for name in FILLED)
    return (target.object_id != target.uscc, target.status != TargetStatus.ACTIVE, empty, target.object_id)


def open_merges(target: InspectionTarget, *, at: datetime) -> QuerySet[TargetMerge]:
    """Return the merges into a target that can still be undone."""
    rows = TargetMerge.objects.filter(kept=target, undone_at__isnull=True, undo_until__gte=at)
    return rows.select_related("dropped")


@transaction.atomic
def merge(*, kept: InspectionTarget, dropped: InspectionTarget, rule: str, actor: Actor, at: datetime) -> TargetMerge:
    """Let one record stay, fill what it lacks from the other, and move to it what hangs on the other.

    Raises:
        MergeRefused: it is one record, or one of them has been merged already.
    """
    capacity = actor.must("target.merge", kept)
    kept, dropped = _both(kept, dropped)
    before = _fill(kept, dropped)
    moved = {hanging.name: _move(hanging, kept=kept, dropped=dropped) for hanging in _HANGING}
    _copy_interests(kept, dropped)
    made = TargetMerge.objects.create(
        kept=kept,
        dropped=dropped,
        rule=rule,
        before=before,
        dropped_status=dropped.status,
        moved={name: ids for name, ids in moved.items() if ids},
        merged_at=at,
        undo_until=undo_until(at),
    )
    dropped.status, dropped.merged_into = TargetStatus.MERGED, kept
    dropped.save(update_fields=["status", "merged_into"])
    for subject, other in ((kept, dropped), (dropped, kept)):
        event = events.TargetMerged(subject=str(subject.pk), merge=str(made.pk), rule=rule, other=str(other.pk))
        ledger.append(event, actor=actor, at=at, capacity=capacity)
    return made


def _copy_interests(kept: InspectionTarget, dropped: InspectionTarget) -> None:
    """A relation bars from both records, before and after the merge, since either may stand in a pool already."""
    known = set(kept.interests.values_list("inspector_id", "reason"))
    for relation in dropped.interests.all():
        if (relation.inspector_id, relation.reason) not in known:
            Interest.objects.create(
                inspector_id=relation.inspector_id,
                target=kept,
                reason=relation.reason,
                declared_at=relation.declared_at,
            )


def _both(kept: InspectionTarget, dropped: InspectionTarget) -> tuple[InspectionTarget, InspectionTarget]:
    if kept.pk == dropped.pk:
        raise MergeRefused(_("这是同一条记录，不用合并。"))
    rows = InspectionTarget.objects.select_for_update().order_by("pk").in_bulk([kept.pk, dropped.pk])
    first, second = rows[kept.pk], rows[dropped.pk]
    if gone := next((row for row in (first, second) if row.merged_into_id), None):
        raise MergeRefused(_("{name}已并入其他对象，请刷新后再办理。").format(name=gone.name))
    if first.uscc and second.uscc and first.uscc != second.uscc:
        raise MergeRefused(_("两条记录的统一社会信用代码不同，是两个主体，不能合并。"))
    return first, second


def _fill(kept: InspectionTarget, dropped: InspectionTarget) -> dict[str, list[object]]:
    before: dict[str, list[object]] = {}
    for name in FILLED:
        value = getattr(dropped, name)
        if getattr(kept, name) in ("", None, []) and value not in ("", None, []):
            before[name] = [_text(getattr(kept, name)), _text(value)]
            setattr(kept, name, value)
    kept.bigrams = searching.gram_set((kept.name, kept.address, kept.uscc, kept.initials))
    kept.save(update_fields=[*before, "bigrams"])
    return before


def _text(value: object) -> object:
    return value if value is None or isinstance(value, str | list | bool) else str(value)


def _move(hanging: _Hanging, *, kept: InspectionTarget, dropped: InspectionTarget) -> list[str]:
    """Move what the kept record does not have already; return the ids that moved.

    A supply between the two stays where it is: no target supplies itself.
    """
    rows: QuerySet[Any] = hanging.model._default_manager.all()
    standing = set(rows.filter(**{hanging.field: kept}).values_list(*hanging.same))
    ids = [
        row.pk
        for row in rows.filter(**{hanging.field: dropped})
        if (identity := tuple(getattr(row, name) for name in hanging.same)) not in standing and kept.pk not in identity
    ]
    rows.filter(pk__in=ids).update(**{hanging.field: kept})
    return [str(pk) for pk in ids]


@transaction.atomic
def unmerge(*, merge: TargetMerge, actor: Actor, at: datetime) -> TargetMerge:
    """Undo a merge: both records stand as before, but what somebody changed since stays changed.

    Raises:
        MergeRefused: it is undone already, or its term is over.
    """
    capacity = actor.must("target.unmerge", merge.kept)
    held = TargetMerge.objects.select_for_update().get(pk=merge.pk)
    if held.undone_at:
        raise MergeRefused(_("这次合并已经撤销。"))
    if at > held.undo_until:
        words = _("合并的撤销期限已于 {day} 届满，不能撤销。确需分开的，请分别导入两条记录。")
        raise MergeRefused(words.format(day=f"{held.undo_until:%Y-%m-%d}"))
    kept = InspectionTarget.objects.select_for_update().get(pk=held.kept_id)
    back = [name for name, (_former, given) in held.before.items() if _text(getattr(kept, name)) == given]
    for name in back:
        setattr(kept, name, held.before[name][0])
    kept.bigrams = searching.gram_set((kept.name, kept.address, kept.uscc, kept.initials))
    kept.save(update_fields=[*back, "bigrams"])
    _part(held)
    held.undone_at = at
    held.save(update_fields=["undone_at"])
    for subject, other in ((held.kept_id, held.dropped_id), (held.dropped_id, held.kept_id)):
        if subject is not None:
            event = events.TargetUnmerged(subject=str(subject), merge=str(held.pk), other=str(other or ""))
            ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def _part(merge: TargetMerge) -> None:
    """Give the dropped record back its place and what hung on it."""
    if merge.dropped_id is None:
        return
    InspectionTarget.objects.filter(pk=merge.dropped_id).update(status=merge.dropped_status, merged_into=None)
    for hanging in _HANGING:
        field, ids = f"{hanging.field}_id", merge.moved.get(hanging.name, [])
        rows = hanging.model._default_manager.filter(pk__in=ids, **{field: merge.kept_id})
        rows.update(**{field: merge.dropped_id})


@transaction.atomic
def merge_by_rule(*, rule: str, count: int, actor: Actor, at: datetime) -> int:
    """Merge the pairs of a rule, at most some at once; `count` is what the officer was shown.

    Raises:
        MergeRefused: there are not as many pairs as were shown, so that nobody merges what was not in sight.
    """
    actor.must("target.merge")
    pairs, _groups = duplicates(rule)
    if len(pairs) != count:
        words = _("现在是 {now} 组，与您看到的 {seen} 组不同。请核对后再办理。")
        raise MergeRefused(words.format(now=len(pairs), seen=count))
    for kept, dropped in pairs:
        merge(kept=kept, dropped=dropped, rule=rule, actor=actor, at=at)
    return len(pairs)
