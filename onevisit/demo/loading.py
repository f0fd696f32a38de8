"""Load a city from its pack with the same import service that the desk offers; all of it or nothing."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from onevisit.demo import packs
from onevisit.stages.registers import services as registers
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.imports.reading import UnreadableFile
from onevisit.stages.registers.models import ImportRun
from onevisit.support.deadlines.models import Rule
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department, User

# The pack whose rules a new version brings along for cities that run already.
DEFAULTS = "xiamen"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What was loaded: the city and, per kind, how many records are new."""

    city: str
    new_counts: dict[str, int]


@transaction.atomic
def load(
    *,
    pack: Path,
    actor: Actor,
    at: datetime,
    is_demo: bool = False,
    tell: Callable[[str], None] = lambda _line: None,
) -> Loaded:
    """Load every file of a pack, one ledger entry a file; a fault anywhere leaves the city as it was.

    Args:
        is_demo: give the cast the password of the pack; outside the demo city nobody gets one.
        tell: is told one line a file.

    Raises:
        PackRefused: a file cannot be read or has faulty rows; the message names the first.
    """
    read = packs.read(pack)
    registers.configure_city(profile=_profile(read), actor=actor, at=at)
    counts: dict[str, int] = {}
    for file in read.files:
        run = _import(file, actor=actor, at=at)
        counts[file.kind] = run.new_count
        tell(f"{file.path.name}: {run.rows_count} 行，新增 {run.new_count}，更新 {run.changed_count}")
    if is_demo and read.demo_password:
        _open_cast(read.demo_password)
    return Loaded(city=read.city, new_counts=counts)


def _profile(pack: packs.Pack) -> registers.CityProfile:
    return registers.CityProfile(
        key=pack.key,
        name=pack.city,
        region_code=pack.region_code,
        platform=pack.platform,
        pilot=pack.pilot,
        regions=pack.regions,
        policy_documents=[
            {**asdict(document), "issued_on": document.issued_on.isoformat()} for document in pack.policy_documents
        ],
        version=pack.version,
    )


@transaction.atomic
def add_missing_rules(*, actor: Actor, at: datetime) -> int:
    """Give a city that runs already the rules that a newer version asks for, with the figures that come along.

    A rule that is there keeps the city's own figures and versions. Returns how many versions were added.

    Raises:
        PackRefused: the file that comes along cannot be read.
    """
    rules = next(file for file in packs.read(packs.folder_of(DEFAULTS)).files if file.kind == "rules")
    lines = rules.path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    known = set(Rule.objects.values_list("pk", flat=True))
    missing = [line for line in lines[1:] if line.split(",", 1)[0] not in known]
    if not missing:
        return 0
    content = "".join([lines[0], *missing]).encode()
    return _confirmed(kind=rules.kind, name="rules-added.csv", content=content, actor=actor, at=at).new_count


def is_empty() -> bool:
    """Say whether no city has been loaded yet."""
    return not Department.objects.exists()


def _import(file: packs.PackFile, *, actor: Actor, at: datetime) -> ImportRun:
    return _confirmed(kind=file.kind, name=file.path.name, content=file.path.read_bytes(), actor=actor, at=at)


def _confirmed(*, kind: str, name: str, content: bytes, actor: Actor, at: datetime) -> ImportRun:
    try:
        run = imports.upload(kind=kind, file_name=name, content=content, actor=actor, at=at)
    except UnreadableFile as error:
        raise packs.PackRefused(f"{name}：{error.message}") from error
    if run.errors:
        first = run.errors[0]
        words = f"{name} 第 {first['row']} 行“{first['title']}”{first['words']}（共 {run.errors_count} 行有误）"
        raise packs.PackRefused(words)
    return imports.confirm(run=run, actor=actor, at=at)


def _open_cast(password: str) -> None:
    """Give the cast, and nobody else, the demo password; one hash serves all, it is no secret."""
    hashed = make_password(password)
    names = identity.demo_cast().values_list("user__username", flat=True)
    User.objects.filter(username__in=list(names)).update(password=hashed, is_demo=True)
