"""Compose the cluster of one field: targets, then items with their laws, then the departments that own them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from onevisit.core.matching import items as item_rules
from onevisit.core.matching import targets as target_rules
from onevisit.core.matching.facts import DepartmentFact, ItemFact, TargetFact, TemplateFact
from onevisit.core.matching.proposal import (
    ExcludedItem,
    MatchedDepartment,
    MatchedItem,
    MatchedTarget,
    Orphan,
    Proposal,
    Reason,
    UnmatchedDepartment,
)


def match(
    *,
    field: str,
    day: date,
    region_codes: Sequence[str],
    targets: Iterable[TargetFact],
    items: Iterable[ItemFact],
    departments: Iterable[DepartmentFact],
    template: TemplateFact | None = None,
) -> Proposal:
    """Propose the cluster of `field` on `day` within `region_codes` (none given: everywhere)."""
    known = {department.code: department for department in departments}
    fitting, unusable = item_rules.select(items=items, field=field, day=day, template=template, departments=known)
    owners = _owners(matched=fitting, known=known, template=template)
    inside = _cluster_codes(template=template, owners=owners)
    chosen = tuple(match for match in fitting if match.item.department_code in inside)
    found, excluded = target_rules.select(
        targets=targets,
        day=day,
        region_codes=region_codes,
        template=template,
        is_quiet_list_waived=bool(chosen) and all(match.item.is_exempt_from_quiet_list for match in chosen),
    )
    return Proposal(
        field=field,
        day=day,
        region_codes=tuple(region_codes),
        departments=tuple(owner for owner in owners if owner.department.code in inside),
        candidates=tuple(owner for owner in owners if owner.department.code not in inside),
        unmatched=_unmatched(template=template, owners=owners, known=known, day=day),
        targets=found,
        excluded_targets=excluded,
        items=chosen,
        excluded_items=unusable,
        overlaps=item_rules.overlaps(chosen),
        orphans=_orphans(targets=found, items=fitting, unusable=unusable),
    )


def _owners(
    *, matched: Sequence[MatchedItem], known: dict[str, DepartmentFact], template: TemplateFact | None
) -> list[MatchedDepartment]:
    """Return the owners of the matched items: initiator first, then the template's order, then by code."""
    codes: dict[str, list[str]] = {}
    for match in matched:
        codes.setdefault(match.item.department_code, []).append(match.item.code)
    named = _named(template)
    order = {code: place for place, code in enumerate(named)}
    return [
        MatchedDepartment(
            department=known[code],
            is_initiator=template is not None and code == template.initiator_code,
            item_codes=tuple(codes[code]),
            reasons=_owner_reasons(department=known[code], count=len(codes[code]), template=template),
        )
        for code in sorted(codes, key=lambda code: (order.get(code, len(order)), code))
    ]


def _owner_reasons(*, department: DepartmentFact, count: int, template: TemplateFact | None) -> tuple[Reason, ...]:
    reasons = [Reason(rule="department.owns_items", words=f"{department.short_name}承担其中 {count} 项检查事项")]
    if template is not None and department.code == template.initiator_code:
        reasons.append(Reason(rule="department.template_initiator", words=f"板块模板“{template.name}”列为发起部门"))
    elif template is not None and department.code in template.participant_codes:
        reasons.append(Reason(rule="department.template", words=f"板块模板“{template.name}”列为配合部门"))
    return tuple(reasons)


def _named(template: TemplateFact | None) -> list[str]:
    if template is None:
        return []
    return [code for code in (template.initiator_code, *template.participant_codes) if code]


def _cluster_codes(*, template: TemplateFact | None, owners: Sequence[MatchedDepartment]) -> set[str]:
    """Return who is in the cluster: with a template those it names, else every owner."""
    owning = {owner.department.code for owner in owners}
    return owning & set(_named(template)) if template is not None else owning


def _unmatched(
    *,
    template: TemplateFact | None,
    owners: Sequence[MatchedDepartment],
    known: dict[str, DepartmentFact],
    day: date,
) -> tuple[UnmatchedDepartment, ...]:
    owning = {owner.department.code for owner in owners}
    answer = []
    for code in _named(template):
        if code in owning:
            continue
        department = known.get(code)
        name = department.short_name if department else code
        if department is None:
            words = f"{day} 没有编码为 {code} 的在用机构"
        elif not department.can_inspect:
            words = f"{name}不具有执法主体资格，不能作为检查主体"
        else:
            words = f"{name}在 {day} 没有可用的检查事项"
        answer.append(UnmatchedDepartment(code=code, name=name, words=words))
    return tuple(answer)


def _orphans(
    *, targets: Sequence[MatchedTarget], items: Sequence[MatchedItem], unusable: Sequence[ExcludedItem]
) -> tuple[Orphan, ...]:
    """Return the industries that no usable item covers and the items without an owner (R19, R124)."""
    ownerless = [
        Orphan(kind="item", key=out.item.code, words=f"事项“{out.item.title}”没有承担部门")
        for out in unusable
        if out.code == "owner"
    ]
    return (*_uncovered_industries(targets=targets, items=items), *ownerless)


def _uncovered_industries(*, targets: Sequence[MatchedTarget], items: Sequence[MatchedItem]) -> list[Orphan]:
    if any(not match.item.industries for match in items):
        return []
    covered = {code for match in items for code in match.item.industries}
    counts = Counter(match.target.industry_code for match in targets)
    names = {match.target.industry_code: match.target.industry_name for match in targets}
    return [
        Orphan(kind="industry", key=code, words=f"行业 {code} {names[code]}（{count} 户）没有部门的检查事项覆盖")
        for code, count in sorted(counts.items())
        if code not in covered
    ]
