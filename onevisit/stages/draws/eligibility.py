"""The six ways to draw officers found in practice (DS-14), as rules: who may stand in which place at which target.

A rule becomes pools, one for each place of each stratum, frozen in the roster before the seed exists: the protocol and
its verifiers see only lists. The register knows a target's district, so "its own 所" is one of that district; the rules
that look at it need strata by district. 所 is an inspector's `station`; whoever has none serves in the bureau.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from onevisit.stages.draws import strata
from onevisit.stages.registers.availability import Nominee

MIXED, AREA, BUREAU_STATION = "mixed", "area", "bureau_station"
TWO_STATIONS, CROSS, STATIONS = "two_stations", "cross", "stations"
LABELS: dict[str, str | Promise] = {
    MIXED: gettext_lazy("全局混合随机"),
    AREA: gettext_lazy("区域定向随机"),
    BUREAU_STATION: gettext_lazy("局所联动"),
    TWO_STATIONS: gettext_lazy("所所联动"),
    CROSS: gettext_lazy("所所交叉"),
    STATIONS: gettext_lazy("全所混合"),
}
SENTENCES: dict[str, str | Promise] = {
    MIXED: gettext_lazy("本部门提名的全部人员同池，每户从中随机抽。"),
    AREA: gettext_lazy("每户只从负责该户所在区的人员（含负责全市的）中随机抽。"),
    BUREAU_STATION: gettext_lazy("每户一人从局机关随机抽，其余从该户所在区的所随机抽。"),
    TWO_STATIONS: gettext_lazy("每户一人从该户所在区的所随机抽，其余从外区的所随机抽。"),
    CROSS: gettext_lazy("每户只从外区的所随机抽，本区的所不查本区。"),
    STATIONS: gettext_lazy("全部所的人员同池，每户从中随机抽，局机关人员不参加。"),
}
BY_DISTRICT = (AREA, BUREAU_STATION, TWO_STATIONS, CROSS)
DISTRICT_STRATA = (strata.DISTRICT, strata.RISK_DISTRICT)


def covers(region: str, district: str) -> bool:
    """Tell whether who is responsible for a region is so for a district: an officer of the whole city is for each."""
    if not region:
        return True
    return region == district or (region.endswith("00") and district.startswith(region[:4]))


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Who may be drawn for a place: all of a department, or a part of it by 所 and district."""

    id: str
    is_bureau: bool | None = None
    district: str = ""
    is_elsewhere: bool = False

    def admits(self, nominee: Nominee) -> bool:
        """Tell whether an inspector belongs to the pool."""
        if self.is_bureau is not None and self.is_bureau != (not nominee.station):
            return False
        if not self.district:
            return True
        return covers(nominee.region_code, self.district) != self.is_elsewhere


@dataclass(frozen=True, kw_only=True)
class Places:
    """Places at one target that are drawn from one pool, and who is in it."""

    pool: Pool
    count: int
    people: frozenset[UUID]


def pools_of(*, code: str, mode: str, slots: int, stratum: str, by: str) -> tuple[Pool, ...]:
    """Return the pool of each place of a department at the targets of a stratum, in the order of the places."""
    district = district_of(stratum, by=by)
    bureau = Pool(id=f"{code}.ju", is_bureau=True)
    own = Pool(id=f"{code}.suo.{district}", is_bureau=False, district=district)
    others = Pool(id=f"{code}.wai.{district}", is_bureau=False, district=district, is_elsewhere=True)
    first, rest = {
        MIXED: (Pool(id=code), Pool(id=code)),
        AREA: (Pool(id=f"{code}.qu.{district}", district=district),) * 2,
        BUREAU_STATION: (bureau, own),
        TWO_STATIONS: (own, others),
        CROSS: (others, others),
        STATIONS: (Pool(id=f"{code}.suo", is_bureau=False),) * 2,
    }[mode]
    return (first, *[rest] * (slots - 1))


def district_of(stratum: str, *, by: str) -> str:
    """Return the district of a stratum, its own mark where the register knows none; empty under another rule."""
    if by == strata.DISTRICT:
        return stratum.removeprefix(f"{strata.BACK}-")
    return stratum.partition("-")[2] if by == strata.RISK_DISTRICT else ""


def grouped(pools: Sequence[Pool], nominees: Sequence[Nominee]) -> tuple[Places, ...]:
    """Put together the places that share a pool; places of one rule share a pool or have nobody in common."""
    return tuple(
        Places(
            pool=pool,
            count=sum(one.id == pool.id for one in pools),
            people=frozenset(nominee.id for nominee in nominees if pool.admits(nominee)),
        )
        for pool in dict.fromkeys(pools)
    )
