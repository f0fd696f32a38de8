"""How many targets a quota draws from a cluster, stratum by stratum (credit-risk class).

A quota is `{"rule": "rate", "strata": {"A": 100, "B": 500, "C": 2000, "D": 10000, "-": 500}}` in parts of ten
thousand, or `{"rule": "total", "total": 12}`; `-` is the stratum of targets without a class.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from onevisit.stages.plans.models import Cluster
from onevisit.stages.plans.refusals import PlanRefused

STRATA = ("A", "B", "C", "D", "-")
WHOLE = 10000


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """One stratum: its id, how many targets stand in it, how many are drawn, and the rate if there is one."""

    id: str
    size: int
    drawn: int
    bp: int | None = None

    @property
    def percent(self) -> float:
        return round(100 * self.drawn / self.size, 1) if self.size else 0.0


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The strata of a cluster with their sums."""

    strata: tuple[Stratum, ...]

    @property
    def size(self) -> int:
        return sum(stratum.size for stratum in self.strata)

    @property
    def drawn(self) -> int:
        return sum(stratum.drawn for stratum in self.strata)

    @property
    def percent(self) -> float:
        return round(100 * self.drawn / self.size, 1) if self.size else 0.0


def is_stated(quota: dict[str, Any]) -> bool:
    """Say whether a quota states a rate per stratum or a total."""
    if quota.get("rule") == "total":
        return int(quota.get("total") or 0) > 0
    return quota.get("rule") == "rate" and any(quota.get("strata", {}).values())


def checked(quota: dict[str, Any]) -> dict[str, Any]:
    """Return a quota in its one form.

    Raises:
        PlanRefused: a rate outside 0 to 100 %, a total under 1, or an unknown rule.
    """
    if quota.get("rule") == "total":
        total = int(quota.get("total") or 0)
        if total < 1:
            raise PlanRefused(message=_("抽取总数至少为 1 户。"), field="total")
        return {"rule": "total", "total": total}
    if quota.get("rule") != "rate":
        raise PlanRefused(message=_("请选择按比例或按总数抽取。"), field="rule")
    strata = {key: int(quota.get("strata", {}).get(key) or 0) for key in STRATA}
    if any(not 0 <= bp <= WHOLE for bp in strata.values()):
        raise PlanRefused(message=_("每一类的比例为 0 至 100%。"), field="strata")
    return {"rule": "rate", "strata": strata}


def of_template(percents: dict[str, Any]) -> dict[str, Any]:
    """Return the quota that a template's percentages by class stand for; those without a class go with B."""
    if "rule" in percents or not percents:
        return percents
    rates = {key: int(percents.get(key, 0)) * 100 for key in STRATA[:-1]}
    rates["-"] = int(percents.get("", percents.get("B", 0))) * 100
    return {"rule": "rate", "strata": rates}


def sizes_of(cluster: Cluster) -> Counter[str]:
    """Return how many targets of a cluster stand in each stratum."""
    rows = (
        cluster.targets.filter(is_removed=False)
        .values_list("target__credit_risk_class")
        .annotate(size=Count("id"))
        .order_by()
    )
    return Counter({risk or "-": size for risk, size in rows})


def of_cluster(quota: dict[str, Any], cluster: Cluster) -> Counted:
    """Return what a quota draws from a cluster."""
    return count(quota, sizes_of(cluster))


def count(quota: dict[str, Any], sizes: Counter[str]) -> Counted:
    """Return the strata of given sizes with what the quota draws (draw-protocol.md section 5, integers only)."""
    present = [key for key in STRATA if sizes[key]]
    if quota.get("rule") == "total":
        drawn = _shares(total=min(int(quota.get("total") or 0), sum(sizes.values())), sizes=sizes, present=present)
        return Counted(strata=tuple(Stratum(id=key, size=sizes[key], drawn=drawn[key]) for key in present))
    rates = quota.get("strata", {})
    return Counted(
        strata=tuple(
            Stratum(
                id=key,
                size=sizes[key],
                drawn=(sizes[key] * int(rates.get(key, 0)) + WHOLE - 1) // WHOLE,
                bp=int(rates.get(key, 0)),
            )
            for key in present
        )
    )


def _shares(*, total: int, sizes: Counter[str], present: list[str]) -> dict[str, int]:
    whole = sum(sizes[key] for key in present)
    if not whole:
        return dict.fromkeys(present, 0)
    shares = {key: total * sizes[key] // whole for key in present}
    rest = total - sum(shares.values())
    for key in sorted(present, key=lambda key: (-(total * sizes[key] % whole), key))[:rest]:
        shares[key] += 1
    return shares
