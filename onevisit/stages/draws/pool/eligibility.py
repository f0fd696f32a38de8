"""The six ways to draw officers found in practice (DS-14), as rules: who may stand in which place at which target.

A rule becomes pools, one for each place of each stratum, frozen in the roster before the seed exists: the protocol and
its verifiers see only lists. 所 is the `station` of an inspector and of a target; an inspector without one serves in
the bureau. The rules that look at it need strata by 所. Where a target's 所 is not registered, where the department has
nobody there, and in strata by district, "its own 所" is any of that district.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from onevisit.stages.draws.pool import strata
from onevisit.stages.registers import stations
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
    MIXED: gettext_lazy("本部门提名的全部人员同池，每个对象从中随机抽。"),
    AREA: gettext_lazy("每个对象只从负责该对象所在区的人员（含负责全市的）中随机抽。"),
    BUREAU_STATION: gettext_lazy(
        "每个对象一人从局机关随机抽，其余从该对象所属的所（未按所分层或没有登记的，为所在区的所）随机抽。"
    ),
    TWO_STATIONS: gettext_lazy(
        "每个对象一人从该对象所属的所随机抽，其余从其他所随机抽（未按所分层或没有登记的，以所在区的所、外区的所代替）。"
    ),
    CROSS: gettext_lazy(
        "每个对象只从其他所随机抽，本所不查本所（未按所分层或没有登记的，以外区的所代替，本区不查本区）。"
    ),
    STATIONS: gettext_lazy("全部所的人员同池，每个对象从中随机抽，局机关人员不参加。"),
}
BY_DISTRICT = (AREA, BUREAU_STATION, TWO_STATIONS, CROSS)
DISTRICT_STRATA = (strata.DISTRICT, strata.RISK_DISTRICT, strata.STATION)
BY_STATION = (BUREAU_STATION, TWO_STATIONS, CROSS)
"""The ways for which it matters in which 所 somebody serves, not only in which district."""


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
    station: str = ""
    is_elsewhere: bool = False

    def admits(self, nominee: Nominee) -> bool:
        """Tell whether an inspector belongs to the pool."""
        if self.is_bureau is not None and self.is_bureau != (not nominee.station):
            return False
        if self.station:
            return (stations.key_of(nominee.station) == self.station) != self.is_elsewhere
        if not self.district:
            return True
        return covers(nominee.region_code, self.district) != self.is_elsewhere


@dataclass(frozen=True, kw_only=True)
class Places:
    """Places at one target that are drawn from one pool, and who is in it."""

    pool: Pool
    count: int
    people: frozenset[UUID]


def pools_of(
    *, code: str, mode: str, slots: int, stratum: str, by: str, serving: Collection[str] = ()
) -> tuple[Pool, ...]:
    """Return the pool of each place of a department at the targets of a stratum, in the order of the places.

    Args:
        serving: the marks of the 所 in which the department has somebody who can be drawn.
    """
    district = district_of(stratum, by=by)
    bureau = Pool(id=f"{code}.ju", is_bureau=True)
    station = station_of(stratum, by=by)
    station = station if station in serving else ""
    place = f"{district}.{station}" if station else district
    own = Pool(id=f"{code}.suo.{place}", is_bureau=False, district=district, station=station)
    others = replace(own, id=f"{code}.wai.{place}", is_elsewhere=True)
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
    if by == strata.STATION:
        return stratum.removeprefix(f"{strata.BACK}-").partition(".")[0]
    return stratum.partition("-")[2] if by == strata.RISK_DISTRICT else ""


def station_of(stratum: str, *, by: str) -> str:
    """Return the mark of the 所 of a stratum, empty where none is registered or under another rule."""
    return stratum.partition(".")[2] if by == strata.STATION else ""


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
