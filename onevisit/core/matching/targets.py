"""Which targets belong to a field: by directory, by industry, by licence; and which must stay out."""

from collections.abc import Iterable, Sequence
from datetime import date

from onevisit.core.matching.facts import TargetFact, TemplateFact, is_between
from onevisit.core.matching.proposal import ExcludedTarget, MatchedTarget, Reason


def select(
    *,
    targets: Iterable[TargetFact],
    day: date,
    region_codes: Sequence[str],
    template: TemplateFact | None,
    is_quiet_list_waived: bool,
) -> tuple[tuple[MatchedTarget, ...], tuple[ExcludedTarget, ...]]:
    """Return the targets found with their reasons, and those taken out with the reason.

    Without a template the caller's choice of targets stands, and only the exclusions are applied. All departments of
    a cluster draw the same targets, so a quiet target stays in only where every item is exempt from the quiet list.
    """
    found: list[MatchedTarget] = []
    excluded: list[ExcludedTarget] = []
    for target in targets:
        if not is_in_regions(target.region_code, region_codes):
            continue
        reasons = _reasons(target=target, day=day, template=template)
        if not reasons:
            continue
        barred = _exclusion(target, is_quiet_list_waived=is_quiet_list_waived)
        if barred:
            excluded.append(barred)
        else:
            found.append(MatchedTarget(target=target, reasons=reasons))
    found.sort(key=lambda match: match.target.object_id)
    excluded.sort(key=lambda out: out.target.object_id)
    return tuple(found), tuple(excluded)


def is_in_regions(region_code: str, region_codes: Sequence[str]) -> bool:
    """Say whether a region lies in one of `region_codes`: a city code covers its districts; none given, everything."""
    return not region_codes or any(
        region_code == code or (code.endswith("00") and region_code.startswith(code[:4])) for code in region_codes
    )


def _reasons(*, target: TargetFact, day: date, template: TemplateFact | None) -> tuple[Reason, ...]:
    if template is None:
        return (Reason(rule="target.chosen", words="由经办人按条件选入"),)
    reasons = [
        Reason(rule="target.directory", words=f"列入专项名录“{name}”")
        for key, name in template.directories
        if key in target.directory_keys
    ]
    if target.industry_code in template.industries:
        label = f"{target.industry_code} {target.industry_name}".strip()
        reasons.append(Reason(rule="target.industry", words=f"国民经济行业 {label}"))
    if target.kind in template.kinds:
        reasons.append(Reason(rule="target.kind", words=f"名录库登记的{target.kind_label}"))
    for licence in target.licences:
        if licence.kind in template.licence_kinds and is_between(day, licence.valid_from, licence.valid_to):
            reasons.append(Reason(rule="target.licence", words=f"持有“{licence.kind}”，{day} 有效"))
    return tuple(reasons)


def _exclusion(target: TargetFact, *, is_quiet_list_waived: bool) -> ExcludedTarget | None:
    if not target.is_active:
        label = target.status_label or "不在业"
        return ExcludedTarget(target=target, code="status", words=f"登记状态：{label}")
    if target.quiet_reason and not is_quiet_list_waived:
        return ExcludedTarget(target=target, code="quiet_list", words=f"列入“无事不扰”名单：{target.quiet_reason}")
    return None
