"""Grow the demo city to the size of a real one: invented targets with valid demo codes, the same ones every time."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from onevisit.core import identifiers
from onevisit.stages.registers import events, industries, searching
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger

_ALPHABET = identifiers.USCC_ALPHABET
_LETTERS = _ALPHABET[10:]
# The body XMDM and a letter: never issued, and apart from the numbers of the demo city itself.
MOST_TARGETS = len(_LETTERS) * len(_ALPHABET) ** 3
_FIRST_ID = UUID("6f6e6576-6973-4974-8000-000000000000").int
_INDEX = "target_bigrams"
_COLUMNS = (
    *("id", "object_id", "uscc", "is_historical_code", "kind", "name", "bigrams", "initials", "pinyin"),
    *("region_code", "street", "address", "latitude", "longitude", "industry_code", "industry_name"),
    *("credit_risk_class", "status", "tags", "contact_name", "contact_phone", "source"),
)
_REGIONS = (
    ("350203", "思明", "中华街道", ("湖滨南路", "厦禾路", "莲前西路", "嘉禾路"), 24.455, 118.095),
    ("350206", "湖里", "江头街道", ("湖里大道", "仙岳路", "金尚路", "枋湖北路"), 24.510, 118.120),
    ("350211", "集美", "侨英街道", ("集美大道", "杏林北路", "银江路", "盛光路"), 24.600, 118.070),
    ("350205", "海沧", "新阳街道", ("海沧大道", "滨湖北路", "新阳路", "兴港路"), 24.478, 118.020),
    ("350212", "同安", "祥平街道", ("环城西路", "银湖路", "祥平路", "城南路"), 24.735, 118.145),
    ("350213", "翔安", "马巷街道", ("翔安大道", "新店路", "祥福路", "马巷大道"), 24.640, 118.245),
)
_BRAND = "鹭海云金银新东南和平安泰永恒嘉瑞德信诚丰盛华锦辉宏远达顺兴荣祥福康宁同升江湾屿岸"
_KINDS = (
    ("5213", "便利店", "individual", "92"),
    ("6210", "餐饮店", "individual", "92"),
    ("5212", "超市有限公司", "company", "91"),
    ("5127", "酒业有限公司", "company", "91"),
    ("8111", "汽车维修有限公司", "company", "91"),
    ("5223", "水果店", "individual", "92"),
    ("8040", "美容美发店", "individual", "92"),
    ("7291", "旅行社有限公司", "company", "91"),
    ("6121", "快捷酒店有限公司", "company", "91"),
    ("5263", "汽车配件店", "individual", "92"),
)
# 73, 19, 5 and 3 of a hundred.
_CLASSES = "A" * 73 + "B" * 19 + "C" * 5 + "D" * 3


@dataclass(frozen=True, kw_only=True)
class Grown:
    """What was added, and how many targets there are now."""

    added: int
    total: int


def _mixed(number: int, salt: int) -> int:
    """Spread a running number: the same for everybody, without any source of randomness."""
    value = (number * 2654435761 + salt * 40503) & 0xFFFFFFFF
    return (value ^ (value >> 15)) * 2246822519 >> 7 & 0xFFFFFF


def _code(*, lead: str, region: str, number: int) -> str:
    tail = ""
    rest = number
    for _place in range(3):
        rest, digit = divmod(rest, len(_ALPHABET))
        tail = _ALPHABET[digit] + tail
    body = f"XMDM{_LETTERS[rest]}{tail}"
    first = f"{lead}{region}{body}{identifiers.organisation_check_digit(body)}"
    return first + identifiers.uscc_check_digit(first)


def rows(*, start: int, stop: int) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the targets numbered `start` to `stop`, in the order of `_COLUMNS`."""
    spelled = {char: searching.spelled(char) for char in _BRAND}
    letters = {char: spelled[char][:1] for char in _BRAND}
    endings = {
        ending: (searching.initials(ending), searching.spelled(ending)) for _code, ending, _kind, _lead in _KINDS
    }
    names = {code: industries.name_of(code) for code, _ending, _kind, _lead in _KINDS}
    for number in range(start, stop):
        region, district, town, streets, latitude, longitude = _REGIONS[_mixed(number, 1) % len(_REGIONS)]
        code, ending, kind, lead = _KINDS[_mixed(number, 2) % len(_KINDS)]
        brand = "".join(_BRAND[_mixed(number, salt) % len(_BRAND)] for salt in (3, 4, 5))
        name = f"厦门{brand}{ending}"
        address = f"厦门市{district}区{streets[_mixed(number, 6) % 4]}{_mixed(number, 7) % 1800 + 1}号"
        uscc = _code(lead=lead, region=region, number=number)
        initials = "xm" + "".join(letters[char] for char in brand) + endings[ending][0]
        pinyin = " ".join(("xia men", *(spelled[char] for char in brand), endings[ending][1]))
        yield (
            *(UUID(int=_FIRST_ID + number), uscc, uscc, False, kind, name),
            *(searching.gram_set((name, address, uscc, initials)), initials, pinyin, region, town, address),
            latitude + (_mixed(number, 8) % 4000 - 2000) / 100_000,
            longitude + (_mixed(number, 9) % 4000 - 2000) / 100_000,
            *(code, names[code], _CLASSES[_mixed(number, 10) % 100], "active", [], "", "", "示例扩充"),
        )


@transaction.atomic
def grow(*, targets: int, actor: Actor, at: datetime) -> Grown:
    """Add invented targets until the register holds `targets`, with one entry in the ledger; what is there stays.

    Raises:
        ValueError: more than the demo codes can number.
    """
    before = InspectionTarget.objects.count()
    grown = InspectionTarget.objects.filter(source="示例扩充").count()
    wanted = targets - before
    if wanted <= 0:
        return Grown(added=0, total=before)
    if grown + wanted > MOST_TARGETS:
        raise ValueError(f"at most {MOST_TARGETS} invented targets")
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        # Building the index once afterwards is several times faster than keeping it up for every row.
        cursor.execute(f'DROP INDEX IF EXISTS "{_INDEX}"')
        statement = f"COPY registers_inspectiontarget ({', '.join(_COLUMNS)}) FROM STDIN"
        with cursor.cursor.copy(statement) as copy:
            for row in rows(start=grown, stop=grown + wanted):
                digest.update(str(row[1]).encode())
                copy.write_row(row)
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index waits for no checks that are still to come
        cursor.execute(f'CREATE INDEX "{_INDEX}" ON registers_inspectiontarget USING gin (bigrams)')
    event = events.ImportConfirmed(
        subject="grow_city",
        kind="targets",
        label="检查对象（规模数据）",
        sha256=digest.hexdigest(),
        new_count=wanted,
        changed_count=0,
        unchanged_count=0,
    )
    ledger.append(event, actor=actor, at=at, capacity=actor.must("import.upload"))
    return Grown(added=wanted, total=before + wanted)


def settle() -> None:
    """Let the planner see the new size."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registers_inspectiontarget")
