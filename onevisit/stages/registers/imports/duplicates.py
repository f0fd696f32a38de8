"""Rows of a file that may be about a target that stands already: found and decided by rule; a merge can be undone.

同码: the code stands, under another name or on a record with another id. 同名同址: a new code or id at a name and
address that stand already. Decided is by rule, with the count in sight; one row may differ.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from onevisit.stages.registers import events, searching
from onevisit.stages.registers.imports.checking import Row, Sheet, Suspect
from onevisit.stages.registers.imports.merging import CHUNK, Batch, Context, Wanted
from onevisit.stages.registers.imports.templates import Column, Template
from onevisit.stages.registers.models import ImportRun, InspectionTarget, MergeRule, TargetMerge
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.ledger import services as ledger

UPDATE, KEEP, MERGE, NEW = "update", "keep", "merge", "new"
UNDO_RULE = "import.undo"
# What may be done about each rule; the first is done where nobody decided.
CHOICES: dict[str, tuple[str, ...]] = {
    MergeRule.SAME_CODE: (UPDATE, KEEP, MERGE),
    MergeRule.SAME_PLACE: (NEW, UPDATE, KEEP, MERGE),
}
# The code tells who a record is; these are what two registers may say differently of one business.
COMPARED = ("name", "address", "uscc", "industry_code", "contact_phone", "status")
MASKED = ("contact_name", "contact_phone")
# A merge only fills what is empty; identity, derived values and the dates of the source are not filled one by one.
FILLED = (
    "uscc",
    "street",
    "station",
    "latitude",
    "longitude",
    "credit_risk_class",
    "size_class",
    "tags",
    "contact_name",
    "contact_phone",
    "registered_on",
    "source",
    "source_on",
)


def settle(
    *, sheet: Sheet, template: Template, wanted: Sequence[Wanted], context: Context
) -> tuple[list[Wanted], Batch, int]:
    """Apply the decisions to the rows that are suspected duplicates.

    Returns:
        The rows to be written, the merges to be entered, and how many rows are left as they stand.
    """
    found = _found(wanted)
    merges = Batch(model=TargetMerge, is_counted=False)
    settled: list[Wanted] = []
    kept_count = 0
    for row, values in wanted:
        if row.number not in found:
            settled.append((row, values))
            continue
        rule, record = found[row.number]
        decision = _decision(context.decisions, row=row, rule=rule)
        sheet.suspects.append(_suspect(row, values, rule=rule, record=record, decision=decision, template=template))
        if decision == KEEP:
            kept_count += 1
        elif decision == MERGE:
            settled.append((row, _filled(values, record)))
            merges.new.append(_merge(row, values, rule=rule, record=record, context=context))
        else:
            settled.append((row, values if decision == NEW else _onto(values, record)))
    return settled, merges, kept_count


def enter(*, batches: Iterable[Batch], run: ImportRun, actor: Actor, at: datetime, capacity: Capacity) -> None:
    """Append one entry for each merge of an import."""
    for batch in batches:
        for merge in batch.new:
            if isinstance(merge, TargetMerge):
                event = events.TargetMerged(
                    subject=str(merge.kept_id),
                    merge=str(merge.pk),
                    rule=merge.rule,
                    other=f"import:{run.pk}:{merge.row}",
                )
                ledger.append(event, actor=actor, at=at, capacity=capacity)


def undo_until(at: datetime) -> datetime:
    """Return until when a merge of `at` can be undone, by the rule of that day."""
    return at + timedelta(days=deadlines.amount(UNDO_RULE, on=at.date()))


def _found(wanted: Sequence[Wanted]) -> dict[int, tuple[str, InspectionTarget]]:
    """Return, by row number, the rule and the record that a row may be about."""
    by_id = _records("object_id", [str(values["object_id"]) for _row, values in wanted])
    codes = _records("uscc", [str(values["uscc"]) for _row, values in wanted if values["uscc"]])
    names = _records("name", [str(v["name"]) for _row, v in wanted if str(v["object_id"]) not in by_id])
    found: dict[int, tuple[str, InspectionTarget]] = {}
    for row, values in wanted:
        standing = by_id.get(str(values["object_id"]), [None])[0]
        if standing is not None:
            if searching.fold(standing.name) != searching.fold(str(values["name"])):
                found[row.number] = (MergeRule.SAME_CODE, standing)
        elif values["uscc"] and (same := codes.get(str(values["uscc"]))):
            found[row.number] = (MergeRule.SAME_CODE, same[0])
        elif same := [other for other in names.get(str(values["name"]), []) if _is_there(other, values)]:
            found[row.number] = (MergeRule.SAME_PLACE, same[0])
    return found


def _is_there(record: InspectionTarget, values: Mapping[str, Any]) -> bool:
    """Say whether a record stands at the address of a row; two different codes are two businesses."""
    if record.uscc and values["uscc"] and record.uscc != values["uscc"]:
        return False
    return searching.fold(record.address) == searching.fold(str(values["address"]))


def _records(field: str, texts: Iterable[str]) -> dict[str, list[InspectionTarget]]:
    ordered = sorted(set(texts))
    found: dict[str, list[InspectionTarget]] = defaultdict(list)
    for start in range(0, len(ordered), CHUNK):
        rows = InspectionTarget.objects.filter(
            merged_into__isnull=True, **{f"{field}__in": ordered[start : start + CHUNK]}
        )
        for record in rows.defer("bigrams").order_by("object_id"):
            found[str(getattr(record, field))].append(record)
    return found


def _decision(decisions: Mapping[str, str], *, row: Row, rule: str) -> str:
    return decisions.get(str(row.number)) or decisions.get(rule) or CHOICES[rule][0]


def _suspect(
    row: Row,
    values: Mapping[str, Any],
    *,
    rule: str,
    record: InspectionTarget,
    decision: str,
    template: Template,
) -> Suspect:
    pairs = []
    for key in COMPARED:
        column = template.column(key)
        theirs = said(values[key], key=key, column=column)
        pairs.append((column.title, theirs, said(getattr(record, key), key=key, column=column)))
    return Suspect(row=row.number, rule=rule, record=str(record.pk), name=record.name, decision=decision, pairs=pairs)


def said(value: object, *, key: str, column: Column) -> str:
    """Say a value of a target beside another one: the word of a choice; a person's name and phone masked."""
    text = "、".join(map(str, value)) if isinstance(value, list) else str("" if value is None else value)
    if key in MASKED:
        return f"{text[:3]}****{text[-4:]}" if len(text) > 7 else text[:1] + "*" * (len(text) - 1)
    return column.words(text)


def _onto(values: Mapping[str, Any], record: InspectionTarget) -> dict[str, Any]:
    """Return what a row writes onto a record: its values, but never away with the code of the record."""
    return {**values, "object_id": record.object_id, "uscc": values["uscc"] or record.uscc}


def _filled(values: Mapping[str, Any], record: InspectionTarget) -> dict[str, Any]:
    """Return the record as it will stand: what it has stays, what is empty comes from the row."""
    merged = {name: getattr(record, name) for name in values}
    for name in FILLED:
        if merged[name] in ("", None, []):
            merged[name] = values[name]
    merged["bigrams"] = searching.gram_set(str(merged[name]) for name in ("name", "address", "uscc", "initials"))
    return merged


def _merge(
    row: Row, values: Mapping[str, Any], *, rule: str, record: InspectionTarget, context: Context
) -> TargetMerge:
    before = {
        name: [_kept(getattr(record, name)), _kept(values[name])]
        for name in FILLED
        if getattr(record, name) in ("", None, []) and values[name] not in ("", None, [])
    }
    return TargetMerge(
        kept=record,
        run_id=context.run_id,
        row=row.number,
        rule=rule,
        before=before,
        merged_at=context.at,
        undo_until=undo_until(context.at),
    )


def _kept(value: object) -> object:
    """Return a value as JSON keeps it."""
    return value if value is None or isinstance(value, str | list | bool) else str(value)
