"""The cast, always the same: 林 leads the market bureau's work, 周 joins from fire safety, 吴 may see nothing."""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

import onevisit
from onevisit.support.deadlines.models import Rule, RuleVersion
from onevisit.support.identity import actors
from onevisit.support.identity.models import Department, Level, Officer, OrganKind, Post, User
from onevisit.support.identity.roles import Role

AT = datetime(2026, 11, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FIVE = (
    ("350200-03", "厦门市商务局", "市商务局", "厦商务"),
    ("350200-01", "厦门市市场监督管理局", "市市监局", "厦市监"),
    ("350200-10", "厦门市应急管理局", "市应急局", "厦应急"),
    ("350200-11", "厦门市生态环境局", "市生态局", "厦环"),
    ("350200-15", "厦门市消防救援支队", "市消防支队", "厦消"),
)
OFFICE: dict[str, Any] = {
    "code": "350200-LX",
    "name": "厦门市市场监管领域综合执法领导小组办公室",
    "short_name": "领导小组办公室",
    "kind": OrganKind.COORDINATION_OFFICE,
    "can_inspect": False,
}
CHANGES_ACTORS = re.compile(
    r"\s*(ROLLBACK|(?!SELECT\b|SAVEPOINT|RELEASE).*\bidentity_(?!numbering))", re.DOTALL | re.IGNORECASE
)

ONLY_READS = re.compile(
    r'\s*(SELECT "|SELECT DISTINCT "|SELECT 1 AS|SELECT COUNT|SAVEPOINT|RELEASE|INSERT INTO "ledger_identity")'
)


@dataclass
class Cast:
    """Departments by short name and actors by name."""

    departments: dict[str, Department] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)
    known: dict[str, actors.Actor] | None = None
    is_untouched: bool = False
    """Nothing but reading (and opening a log) was done since the cast was made (tests/remembered.py)."""

    patching: pytest.MonkeyPatch | None = None

    def patches(self) -> list[tuple[object, str, object]]:
        """Return what the test has patched so far, with what stood there before."""
        made = self.patching
        return [] if made is None else [*made._setattr, *(("an item", repr(key), old) for _, key, old in made._setitem)]

    def actor(self, name: str) -> actors.Actor:
        known = self.known if self.known is not None and connection.in_atomic_block else {}
        if name not in known:
            officer = self.officers[name]
            assert officer.user is not None
            known[name] = actors.of_user(user=officer.user, on=AT.date())
        return known[name]

    @contextmanager
    def remembered(self, *, scenes: bool = False) -> Iterator[None]:
        """Build an actor once while no statement changes the tables that he is built from, or takes changes back."""
        known = self.known = {}
        self.is_untouched = scenes

        def watch(execute: Callable[..., Any], sql: str, params: object, many: bool, context: object) -> Any:
            if CHANGES_ACTORS.match(sql):
                known.clear()
            if not ONLY_READS.match(sql):
                self.is_untouched = False
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            yield
        self.known = None


def department(**words: Any) -> Department:
    """Make one organ, valid since 2019."""
    organ = _organ(**words)
    organ.save(force_insert=True)
    return organ


def officer(*, name: str, department: Department, roles: tuple[Role, ...]) -> Officer:
    """Make one officer with an account and posts."""
    (made,) = _officers([(name, department, roles)])
    return made


def _organ(*, code: str, name: str, short_name: str, **more: Any) -> Department:
    defaults: dict[str, Any] = {
        "level": Level.CITY,
        "region_code": "350200",
        "valid_from": date(2019, 1, 1),
        "can_inspect": more.get("kind", OrganKind.DEPARTMENT) == OrganKind.DEPARTMENT,
    }
    return Department(code=code, name=name, short_name=short_name, **{**defaults, **more})


def _id(*words: str) -> UUID:
    """Give the same person the same number in every test, so that rows of one test can stand in another."""
    return uuid5(NAMESPACE_URL, " ".join(words))


def _new_id(*_words: str) -> UUID:
    return uuid4()


def _officers(
    people: Sequence[tuple[str, Department, tuple[Role, ...]]], *, id_of: Callable[..., UUID] = _new_id
) -> list[Officer]:
    """Make all of them by three statements: nearly every test begins with the whole cast."""
    first = Officer.objects.count() + 1
    made = []
    for number, (name, organ, _) in enumerate(people, start=first):
        user = User(id=id_of("user", name), username=f"t{number:04d}")
        made.append(
            Officer(
                id=id_of("officer", name), user=user, department=organ, personnel_number=f"T{number:04d}", name=name
            )
        )
    User.objects.bulk_create([one.user for one in made if one.user is not None])
    Officer.objects.bulk_create(made)
    Post.objects.bulk_create(
        Post(id=id_of("post", one.name, role), officer=one, department=organ, role=role, valid_from=date(2020, 1, 1))
        for one, (_, organ, roles) in zip(made, people, strict=True)
        for role in roles
    )
    return made


UNITS = {"小时": "hours", "日": "calendar_days", "工作日": "working_days", "不计时": ""}


def rules() -> None:
    """Make the rules of the demo city, so that terms and figures in tests are those of the pack."""
    path = Path(onevisit.__file__).parent / "demo" / "xiamen" / "rules.csv"
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    known = set(Rule.objects.values_list("key", flat=True))
    fresh = [row for row in rows if row["规则编码"] not in known]
    Rule.objects.bulk_create(Rule(key=row["规则编码"], label=row["规则名称"]) for row in fresh)
    RuleVersion.objects.bulk_create(
        RuleVersion(
            id=_id("rule", row["规则编码"], row["版本"]),
            rule_id=row["规则编码"],
            version=int(row["版本"]),
            amount=int(row["数值"]),
            unit=UNITS[row["单位"]],
            law=row["法律依据"],
            alert_percent=[int(part) for part in row["提醒节点"].split("、") if part],
            valid_from=date.fromisoformat(row["生效日期"]),
        )
        for row in fresh
    )


def build() -> Cast:
    """Make the coordination office, the five departments and their people.

    People: 陈 (协调处), 陈处 (its head); per department a clerk, a head and three inspectors, named
    林/林局/林一/林二/林备 (市商务局), 王… (市市监局), 何… (市应急局), 苏… (市生态局), 周… (市消防支队);
    公 (notary), 司 (supervisor), 运 (operator), 吴 (outsider without any post).
    """
    rules()
    cast = Cast()
    organs: list[Department] = []
    people: list[tuple[str, Department, tuple[Role, ...]]] = []

    def organ(*members: tuple[str, tuple[Role, ...]], **words: Any) -> Department:
        made = _organ(id=_id("organ", words["code"]), **words)
        organs.append(made)
        people.extend((name, made, roles) for name, roles in members)
        return made

    cast.departments["领导小组办公室"] = organ(("陈", (Role.COORDINATOR,)), ("陈处", (Role.APPROVER,)), **OFFICE)
    for (code, name, short, prefix), surname in zip(FIVE, "林王何苏周", strict=True):
        cast.departments[short] = organ(
            (surname, (Role.CLERK,)),
            (f"{surname}局", (Role.APPROVER,)),
            *((surname + ordinal, (Role.INSPECTOR,)) for ordinal in "一二"),
            code=code,
            name=name,
            short_name=short,
            document_prefix=prefix,
        )
    justice = cast.departments["市司法局"] = organ(
        ("司", (Role.SUPERVISOR,)), code="350200-25", name="厦门市司法局", short_name="市司法局", document_prefix="厦司"
    )
    organ(
        ("公", (Role.NOTARY,)), code="350200-GZ", name="厦门市公证处", short_name="公证处", kind=OrganKind.NOTARY_OFFICE
    )
    organ(("运", (Role.OPERATOR,)), code="350200-YW", name="平台运维", short_name="运维", kind=OrganKind.OPERATOR)
    people.append(("吴", justice, ()))
    for (_code, _name, short, _prefix), surname in zip(FIVE, "林王何苏周", strict=True):
        people.append((f"{surname}备", cast.departments[short], (Role.INSPECTOR,)))
    Department.objects.bulk_create(organs)
    cast.officers = {made.name: made for made in _officers(people, id_of=_id)}
    return cast
