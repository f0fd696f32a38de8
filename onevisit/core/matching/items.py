"""Which items belong to a field, which laws carry them on the day, and where two departments check the same thing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations

from onevisit.core.matching.facts import BasisFact, DepartmentFact, ItemFact, TemplateFact, is_between
from onevisit.core.matching.proposal import ExcludedItem, MatchedItem, Overlap, Reason


def select(
    *,
    items: Iterable[ItemFact],
    field: str,
    day: date,
    template: TemplateFact | None,
    departments: Mapping[str, DepartmentFact],
) -> tuple[tuple[MatchedItem, ...], tuple[ExcludedItem, ...]]:
    """Return the items of the field with the bases valid on `day`, and those that fit but may not be used."""
    fitting: list[MatchedItem] = []
    unusable: list[ExcludedItem] = []
    for item in sorted(items, key=lambda item: item.code):
        reasons = _reasons(item=item, field=field, template=template)
        if not reasons:
            continue
        bases = valid_bases(item, day=day)
        refusal = _refusal(item=item, day=day, bases=bases, departments=departments)
        if refusal:
            unusable.append(refusal)
        else:
            fitting.append(MatchedItem(item=item, reasons=reasons, bases=bases))
    return tuple(fitting), tuple(unusable)


def valid_bases(item: ItemFact, *, day: date) -> tuple[BasisFact, ...]:
    """Return the legal bases of an item that hold on `day` (行政处罚法 art. 37: the law on the day of the act)."""
    return tuple(basis for basis in item.bases if is_between(day, basis.valid_from, basis.valid_to))


def overlaps(matched: Sequence[MatchedItem]) -> tuple[Overlap, ...]:
    """Return the pairs of items of different departments that rest on the same duty or bear the same title."""
    pairs = []
    for first, second in combinations(matched, 2):
        if first.item.department_code == second.item.department_code:
            continue
        words = _common_matter(first, second)
        if words:
            pairs.append(Overlap(item_codes=(first.item.code, second.item.code), words=words))
    return tuple(pairs)


def _common_matter(first: MatchedItem, second: MatchedItem) -> str:
    if first.item.title == second.item.title:
        return f"两个部门都列有“{first.item.title}”"
    # An inspection power or a penalty may be shared by many; the duty that is checked is the matter itself.
    duties = {basis.article_id: basis.words for basis in first.bases if basis.kind == "duty" and basis.article_id}
    for basis in second.bases:
        if basis.article_id in duties:
            return f"“{first.item.title}”与“{second.item.title}”检查同一义务：{basis.words}"
    return ""


def _reasons(*, item: ItemFact, field: str, template: TemplateFact | None) -> tuple[Reason, ...]:
    reasons = []
    if field in item.fields:
        reasons.append(Reason(rule="item.field", words=f"事项适用领域包括“{field}”"))
    elif template is not None:
        shared = sorted(item.industries & template.industries)
        if shared:
            reasons.append(Reason(rule="item.industry", words=f"事项适用行业包括 {'、'.join(shared)}"))
        kinds = sorted(item.licence_kinds & template.licence_kinds)
        if kinds:
            reasons.append(Reason(rule="item.licence", words=f"事项检查许可“{'、'.join(kinds)}”"))
    return tuple(reasons)


def _refusal(
    *, item: ItemFact, day: date, bases: Sequence[BasisFact], departments: Mapping[str, DepartmentFact]
) -> ExcludedItem | None:
    if not is_between(day, item.valid_from, item.valid_to):
        return ExcludedItem(item=item, code="item_dates", words=f"事项在 {day} 不在有效期内")
    owner = departments.get(item.department_code)
    if owner is None or not owner.can_inspect:
        return ExcludedItem(item=item, code="owner", words="事项没有具备执法主体资格的在用部门")
    if not item.is_market_supervision:
        return ExcludedItem(item=item, code="scope", words="不属于市场监管领域综合执法范围")
    if not (item.is_active and item.is_published):
        return ExcludedItem(item=item, code="unpublished", words="事项未启用或未向社会公布，不得实施")
    if not bases:
        return ExcludedItem(item=item, code="basis", words=_no_basis(item, day=day))
    return None


def _no_basis(item: ItemFact, *, day: date) -> str:
    ended = [basis.valid_to for basis in item.bases if basis.valid_to is not None and basis.valid_to < day]
    words = f"该事项在 {day} 没有有效的法律依据，不能列入。"
    return f"{words}上一版于 {max(ended)} 失效。" if ended else words
