"""What stands in the way of a freeze, and what whoever freezes should have seen."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws import documents, modes, said
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.keys import deposits
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import (
    doubled,
    eligibility,
    narrow,
    reconciling,
    recounting,
    repeating,
    returning,
    spares,
    strata,
)
from onevisit.stages.draws.pool.narrow import NarrowPlace
from onevisit.stages.draws.sources import declaring, typists
from onevisit.stages.draws.sources.known import known_words
from onevisit.stages.draws.void_reasons import ROWS_CHANGED, label_of
from onevisit.stages.offers import selectors as offers
from onevisit.stages.plans.recount import Recount

COMMITMENT_MARGIN = timedelta(seconds=600)
KEY_MARGIN = timedelta(seconds=60)
VALUES_MARGIN = timedelta(seconds=120)
"""Without keys the values of the room must be seen, not only logged, `KEY_MARGIN` before `t0`: that takes a while."""
LONGEST_SEAL = timedelta(days=180)
"""A sealed receipt is public so long after `t0` at the latest (protocol, section 12)."""
OPENING_TERM = timedelta(days=30)
"""How long after the last day of the inspections a draw ends, whatever is still open then."""
MOST_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """Blockers name what to mend; warnings do not stop anybody."""

    blockers: tuple[str, ...]
    warnings: tuple[str, ...]


def last_moment(*, t0: datetime | None, ends_on: date) -> datetime:
    """Return when a draw ends at the latest: a sealed one becomes public then, an open one has no further rounds."""
    after_inspection = timezone.make_aware(datetime.combine(ends_on + OPENING_TERM, time(18)))
    return after_inspection if t0 is None else min(after_inspection, t0 + LONGEST_SEAL)


def of_draw(draw: Draw, ground: Ground, *, at: datetime) -> Readiness:
    """Look at everything that a freeze fixes."""
    places = narrow.places_of(draw, ground, on=at.date())
    found = recounting.recounted(ground)
    return Readiness(
        blockers=(
            *_missing_approvals(draw),
            *_bad_moment(draw, at),
            *_nobody_types(draw, at),
            *_known_source(draw),
            *_sealed_too_long(draw, ground),
            *_bad_quota(draw, ground),
            *([] if ground.fixed else _merged_targets(ground)),
            *_not_returned(ground, found),
            *_unapproved_exclusions(draw, ground),
            *_unfit_mode(draw, ground),
            *_missing_keys(draw, ground),
            *_doubles(ground),
            *_bad_modes(ground),
            *spares.short_pools(draw, ground),
            *spares.short_capacity(draw, ground),
            *_changed_repetition(draw, ground),
            *_without_consent(draw, places),
            *deposits.missing(draw),
        ),
        warnings=(
            *(place.words for place in places),
            *station_fallbacks(ground),
            *([] if ground.fixed else _counted_otherwise(ground, found)),
            *_barred_nominees(ground),
            *_unknown_trading(draw),
        ),
    )


def station_fallbacks(ground: Ground) -> list[str]:
    """Say where a rule that looks at 所 looks at the district instead, and why."""
    parts = [part for part in ground.parts if ground.mode_of(part) in eligibility.BY_STATION]
    if not parts:
        return []
    if ground.strata_by != strata.STATION:
        return [_("没有按所分层：“本所、其他所”按对象所在区的所、外区的所抽人。")]
    without = sum(not row.station for row in ground.rows)
    found = (
        [_("%(n)s %(unit)s没有登记所属的所，按所在区的所抽人。") % {"n": without, "unit": ground.unit}]
        if without
        else []
    )
    for part in parts:
        names = [
            strata.label_of(stratum, by=strata.STATION)
            for stratum in ground.sizes
            if (own := eligibility.station_of(stratum, by=strata.STATION)) and own not in ground.serving(part, stratum)
        ]
        if names:
            words = _("%(name)s在下列所没有可抽人员，按所在区的所抽人：%(places)s。")
            found.append(words % {"name": part.department_name, "places": _("、").join(names)})
    return found


def _missing_approvals(draw: Draw) -> list[str]:
    if draw.offer is None:
        return [_("抽取没有对应的要约。")]
    return offers.is_ready_to_freeze(draw.offer)


def _bad_moment(draw: Draw, at: datetime) -> list[str]:
    if draw.t0 is None or draw.t0 - at < COMMITMENT_MARGIN:
        return [_("距 T0 不足 10 分钟，来不及见证。请改定 T0。")]
    return []


def _nobody_types(draw: Draw, at: datetime) -> list[str]:
    """Once the keys are in nobody else may type a public value, and it would be known and never come."""
    if not typists.is_typed(draw.source_types) or typists.outside(draw, on=timezone.localtime(at).date()):
        return []
    return [
        _(
            "公开来源的取值须有一次由不组织、不协调、不参加本次抽取、不担任托管的公证或执法监督单位录入，现在没有这样的单位。"
            "请先设立公证或执法监督岗位，或撤销筹备后改用 drand。"
        )
    ]


def _unknown_trading(draw: Draw) -> list[str]:
    """A moved holiday may take the close away: the source would never come."""
    year = declaring.unknown_year(draw.source_types, draw.t0) if draw.t0 else 0
    words = _("%(year)s 年放假安排尚未公布，T0 当日可能休市；没有收盘的，本次抽取须作废。")
    return [words % {"year": year}] if year else []


def _known_source(draw: Draw) -> list[str]:
    """Another draw may have taken the issue, or a later one, since the preparation: its numbers are known by now."""
    words = known_words(draw.source_types, draw.issues)
    return [_("%s请撤销筹备，重新筹备。") % words] if words else []


def _sealed_too_long(draw: Draw, ground: Ground) -> list[str]:
    """A draw that must be opened before its last visit tells the targets that are still to come."""
    if draw.t0 is None or modes.is_open(draw):
        return []
    latest = timezone.localtime(draw.t0 + LONGEST_SEAL).date()
    if ground.offer.ends_on < latest:
        return []
    words = _("检查 %(end)s 才结束，封存最长 180 天，%(latest)s 须公开。请改定 T0，或分两次抽取。")
    return [words % {"end": ground.offer.ends_on.isoformat(), "latest": latest.isoformat()}]


def _bad_quota(draw: Draw, ground: Ground) -> list[str]:
    if not ground.rows:
        return [_("抽取池没有对象。请回到专项方案核对集群。")]
    if draw.given_basis and not ground.fixed and len(ground.rows) > ground.offer.draw_count:
        words = _(
            "要约商定检查 %(n)s %(unit)s，名单有 %(all)s %(unit)s。只抽人员时名单上的每个对象都要检查，请先减少名单。"
        )
        return [words % {"n": ground.offer.draw_count, "all": len(ground.rows), "unit": ground.unit}]
    if documents.rates_of(ground) is None and any(strata.is_back(stratum) for stratum in ground.sizes):
        words = _("本次有 %(n)s %(unit)s须补查，按总数抽取时不能保证抽中。请在“改定分层”中改按比例。")
        return [words % {"n": sum(row.target_id in ground.returned for row in ground.rows), "unit": ground.unit}]
    if not documents.drawn_count(ground):
        return [_("按现有比例抽不到对象。请回到要约核对比例。")]
    return []


def _merged_targets(ground: Ground) -> list[str]:
    """A record that another one stands for now would be drawn beside it, or in its place."""
    return [
        _("%(name)s已并入%(into)s。请在“入池核准”中改为并入后的对象。") % {"name": row.name, "into": row.merged_into}
        for row in ground.rows
        if row.merged_into
    ]


def _not_returned(ground: Ground, found: Recount) -> list[str]:
    """Whoever was not found and still exists is looked for again."""
    return [
        _("%(name)s在 %(draw)s 中被替换，没有检查，登记仍然有效，本次须补查。请在“入池核准”中放回抽取池。")
        % {"name": one.name, "draw": one.draw}
        for one in returning.missing(ground, found)
    ]


def _unapproved_exclusions(draw: Draw, ground: Ground) -> list[str]:
    waiting = reconciling.unapproved(reconciling.groups_of(draw, ground))
    if not waiting:
        return []
    words = _("、").join(f"{group.label} {group.count}" for group in waiting)
    return [
        _("排除 %(n)s %(unit)s尚未批准（%(words)s）。请发起部门或协调处审批人在“入池核准”中批准。")
        % {"n": sum(group.count for group in waiting), "words": words, "unit": ground.unit}
        + said.unlogged_words(reconciling.unlogged_of(draw))
    ]


def _without_consent(draw: Draw, places: tuple[NarrowPlace, ...]) -> list[str]:
    waiting = narrow.open_places(draw, places)
    if not waiting:
        return []
    has_doubles = any(place.code == narrow.DOUBLE for place in waiting)
    of = {"what": _("小层、小池、疑似同一人") if has_doubles else _("小层、小池"), "n": len(waiting)}
    doubt = said.unlogged_words(narrow.unlogged_of(draw))
    if narrow.asked_of(draw):
        return [_("%(what)s %(n)s 处待公证或执法监督单位同意。") % of + doubt]
    return [_("%(what)s %(n)s 处须经公证或执法监督单位同意。请在“入池核准”中说明理由并申请。") % of + doubt]


def _changed_repetition(draw: Draw, ground: Ground) -> list[str]:
    """A void must not be a way to another list, other rates or other officers."""
    repeat = repeating.of_draw(draw, ground)
    if repeat is None or not repeat.count or repeat.may_differ:
        return []
    words = _(
        "%(words)s。作废后重抽沿用原来的名单、比例和人员，只有因“%(proven)s”或者“%(changed)s”作废的才可以改动。"
        "请改回原样；确需改动的，请撤销筹备，另立专项。"
    )
    reasons = {"proven": label_of(repeating.PROVEN), "changed": label_of(ROWS_CHANGED)}
    return [words % {"words": repeat.words, **reasons}]


def _unfit_mode(draw: Draw, ground: Ground) -> list[str]:
    """Whoever goes there after all must not find it warned: a part may have changed since the preparation.

    And sources that leave the result to somebody were refused at the preparation; one from before that rule is not
    frozen either.
    """
    if not modes.is_open(draw):
        words = modes.unshared_because(draw.source_types, parties=len(ground.parts))
        return [_("%s请撤销筹备，重新筹备。") % words] if words else []
    if words := modes.closed_because(ground.parts):
        return [_("%s请撤销筹备，重新筹备为封存抽取。") % words]
    return [_("%s请撤销筹备，重新筹备。") % words for words in [modes.untimed_because(draw.source_types)] if words]


def _missing_keys(draw: Draw, ground: Ground) -> list[str]:
    if modes.is_open(draw):
        return []
    held = set(draw.keys.values_list("party", flat=True))
    return [
        _("%(name)s尚未提交密钥承诺。") % {"name": part.department_name}
        for part in ground.parts
        if part.department_code not in held
    ]


def _bad_modes(ground: Ground) -> list[str]:
    """A rule that looks at a target's district needs strata that know it."""
    if ground.strata_by in eligibility.DISTRICT_STRATA:
        return []
    return [
        _("%(name)s按“%(mode)s”抽人，须按区域分层或按所分层。请改定分层，或改用全局混合随机、全所混合。")
        % {"name": part.department_name, "mode": eligibility.LABELS[ground.mode_of(part)]}
        for part in ground.parts
        if ground.mode_of(part) in eligibility.BY_DISTRICT
    ]


def _doubles(ground: Ground) -> list[str]:
    """One person must not be drawn twice for a visit; a number of a certificate has one owner."""
    words = _(
        "%(first)s与%(second)s的执法证号相同（%(number)s），是同一人登记了两个编号。"
        "请在执法人员名录中停用其中一个，或更正证号；也可由部门撤回其中一人的提名。"
    )
    found = [one for one in doubled.of_ground(ground) if one.certificate]
    named = [
        words % {"first": one.words[0], "second": one.words[1], "number": one.certificate} for one in found[:MOST_NAMED]
    ]
    more = len(found) - len(named)
    return [*named, _("证号相同的另有 %(n)s 对。") % {"n": more}] if more else named


def _counted_otherwise(ground: Ground, found: Recount) -> list[str]:
    """The registers move on after a plan is matched, so a difference stops nobody; it is published with the draw."""
    count = recounting.count_of(ground, found)
    return [] if count.is_equal else [_("%(words)s，将随抽取公布") % {"words": count.words}]


def _barred_nominees(ground: Ground) -> list[str]:
    counts: Counter[str] = Counter()
    for part in ground.parts:
        for nominee in ground.nominated(part):
            if nominee.barred:
                counts[f"{part.department_name}：{nominee.barred}"] += 1
    return sorted(counts)
