"""Into which strata a pool is divided: the rule is chosen while a draw is prepared and published with it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core.draw import quotas
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.plans.selectors import FrameRow
from onevisit.stages.registers import stations
from onevisit.support.identity import regions

UNKNOWN = "U"
"""The stratum of targets of which the register does not know what divides them; its own mark is no name of srd1."""
RISK, DISTRICT, SIZE, TRADE, RISK_DISTRICT = "risk", "district", "size", "trade", "risk_district"
STATION = "station"
"""By 所: `350203.Z…`; a target without one stands in the stratum of its district."""
GIVEN, ALL = "given", "ALL"
"""The rule of a draw for officers only, and its one stratum: it tells nothing of class or district of its targets."""
BACK = "BACK"
"""The stratum of objects that an earlier draw withdrew: all of them are drawn; by districts, it is one of each."""
LABELS: dict[str, str | Promise] = {
    RISK: gettext_lazy("信用风险分类"),
    DISTRICT: gettext_lazy("区域"),
    SIZE: gettext_lazy("规模"),
    TRADE: gettext_lazy("行业（大类）"),
    RISK_DISTRICT: gettext_lazy("信用风险分类 × 区域"),
    STATION: gettext_lazy("所（未登记所的按区域）"),
    GIVEN: gettext_lazy("对象已定，只抽人员"),
}
CHOICES = tuple(key for key in LABELS if key != GIVEN)
SIZES: dict[str, str | Promise] = {
    "L": gettext_lazy("大型"),
    "M": gettext_lazy("中型"),
    "S": gettext_lazy("小型"),
    "T": gettext_lazy("微型"),
}


def _risk(row: FrameRow) -> str:
    return row.stratum if row.stratum != "-" else UNKNOWN


_RULES: dict[str, Callable[[FrameRow], str]] = {
    RISK: _risk,
    DISTRICT: lambda row: row.region_code or UNKNOWN,
    SIZE: lambda row: row.size_class or UNKNOWN,
    TRADE: lambda row: row.industry_code[:2] or UNKNOWN,
    GIVEN: lambda _row: ALL,
    RISK_DISTRICT: lambda row: f"{_risk(row)}-{row.region_code or UNKNOWN}",
    STATION: lambda row: ".".join(filter(None, (row.region_code or UNKNOWN, stations.key_of(row.station)))),
}


def stratum_of(row: FrameRow, *, by: str) -> str:
    """Return the stratum of a target under a rule."""
    return _RULES[by](row)


_FIELDS: dict[str, dict[str, Callable[[FrameRow], str]]] = {
    RISK: {"credit_risk_class": lambda row: row.stratum},
    DISTRICT: {"region_code": lambda row: row.region_code},
    SIZE: {"size_class": lambda row: row.size_class},
    TRADE: {"industry_code": lambda row: row.industry_code},
    GIVEN: {},
}
_FIELDS[RISK_DISTRICT] = _FIELDS[RISK] | _FIELDS[DISTRICT]
_FIELDS[STATION] = _FIELDS[DISTRICT] | {"station": lambda row: row.station}


def stated(rows: Iterable[FrameRow], *, by: str, returned: Collection[UUID] = ()) -> dict[str, Any]:
    """Write the rule that makes the strata as a query: which fields of the register, and what each value of them gives.

    Several fields stand joined by `|`, in the order named; `mapping` holds every value that is in the frame. `returned`
    names the strata of objects that an earlier draw withdrew: which those are no field tells.
    """
    fields = _FIELDS[by]
    listed = list(rows)
    mapping = {
        "|".join(read(row) for read in fields.values()): stratum_of(row, by=by)
        for row in listed
        if row.target_id not in returned
    }
    back = sorted({back_of(row, by=by) for row in listed if row.target_id in returned})
    return {
        "by": by,
        "fields": list(fields),
        "mapping": dict(sorted(mapping.items())),
        **({"returned": back} if back else {}),
    }


def back_of(row: FrameRow, *, by: str) -> str:
    """Return the stratum of a target that comes back; rules on officers still read the district in it."""
    return f"{BACK}-{row.region_code or UNKNOWN}" if by in (DISTRICT, RISK_DISTRICT, STATION) else BACK


def is_back(stratum: str) -> bool:
    """Tell whether a stratum holds what comes back."""
    return stratum.partition("-")[0] == BACK


def without_back(sizes: Mapping[str, int]) -> dict[str, int]:
    """Return the strata that are divided and drawn by choice."""
    return {stratum: size for stratum, size in sizes.items() if not is_back(stratum)}


def label_of(stratum: str, *, by: str, districts: Mapping[str, str] | None = None) -> str:
    """Say a stratum in an officer's words."""
    if stratum == UNKNOWN:
        return _("未分类")
    if by == GIVEN:
        return _("全部对象")
    if stratum == BACK:
        return _("补查")
    names = dict(regions.districts()) if districts is None else districts
    if is_back(stratum):
        region = stratum.partition("-")[2]
        return _("补查 · %(name)s") % {"name": names.get(region, region)}
    if by == DISTRICT:
        return names.get(stratum, stratum)
    if by == SIZE:
        return str(SIZES.get(stratum, stratum))
    if by == RISK_DISTRICT:
        risk, _sign, region = stratum.partition("-")
        return f"{label_of(risk, by=RISK)} · {names.get(region, region)}"
    if by == STATION:
        region, _sign, station = stratum.partition(".")
        own = stations.name_of(station, region=region) if station else _("未登记所，按区域")
        return f"{names.get(region, region)} · {own}"
    return stratum


def rates_of(quota: Mapping[str, Any], *, by: str, sizes: Mapping[str, int]) -> dict[str, int] | None:
    """Return the rate of each stratum, None when a quota states a total.

    A quota by risk class serves risk by district too: each district has the rate of the class. What comes back is drawn
    whole whatever the quota says.
    """
    stated = quota.get("strata")
    if quota.get("rule") == "total" or not isinstance(stated, Mapping):
        return None
    back = {stratum: quotas.WHOLE for stratum in sizes if is_back(stratum)}
    rates = {(UNKNOWN if key == "-" else str(key)): int(bp) for key, bp in stated.items()}
    if by == RISK_DISTRICT and not set(rates) & set(sizes):
        rates = {stratum: rates.get(stratum.partition("-")[0], 0) for stratum in sizes}
    return {**rates, **back}


def checked(quota: Mapping[str, Any], *, sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return the quota of a draw in its one form.

    Raises:
        DrawRefused: no rate for a stratum or one outside 0 to 100 %, or a total outside the pool.
    """
    if quota.get("rule") == "total":
        total = int(quota.get("total") or 0)
        if not 1 <= total <= sum(sizes.values()):
            raise DrawRefused(message=_("抽取总数为 1 至 %(n)s。") % {"n": sum(sizes.values())}, field="total")
        return {"rule": "total", "total": total}
    stated = quota.get("strata") or {}
    if missing := [stratum for stratum in sizes if stated.get(stratum) is None]:
        raise DrawRefused(message=_("请填写每一层的比例，还缺：%s。") % "、".join(missing), field="strata")
    rates = {stratum: int(stated[stratum]) for stratum in sizes}
    if any(not 0 <= bp <= quotas.WHOLE for bp in rates.values()):
        raise DrawRefused(message=_("每一层的比例为 0 至 100%。"), field="strata")
    return {"rule": "rate", "strata": rates}
