"""Export the configuration of a city as a pack that another installation can load (R16)."""

import json
from datetime import date
from pathlib import Path

from onevisit.demo.packs import BUILT_IN_PREFIX
from onevisit.stages.plans import imports as plans
from onevisit.stages.registers import selectors as registers
from onevisit.stages.registers.imports import exporting
from onevisit.stages.registers.models import City

_DUMPS = {**exporting.DUMPS, "campaign_templates": plans.dump}
_LAWS_BEFORE = "items"


class NothingToExport(Exception):
    """No city is loaded."""

    code = "pack_export"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def export(*, folder: Path) -> list[str]:
    """Write `pack.toml` and one file per kind of configuration; people and businesses stay at home.

    Raises:
        NothingToExport: no city is loaded.
    """
    city = registers.city()
    if city is None:
        raise NothingToExport("还没有载入城市，没有可以导出的配置。")
    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for kind, dump in _DUMPS.items():
        if kind == _LAWS_BEFORE:
            listed.append(("laws", f"{BUILT_IN_PREFIX}laws.json"))
        content = exporting.csv_of(kind, dump)
        if content:
            (folder / f"{kind}.csv").write_bytes(content)
            listed.append((kind, f"{kind}.csv"))
    (folder / "pack.toml").write_text(_profile(city, files=listed), encoding="utf-8")
    return [name for _kind, name in listed if not name.startswith(BUILT_IN_PREFIX)]


def _text(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)


def _profile(city: City, *, files: list[tuple[str, str]]) -> str:
    lines = [
        f"key = {_text(city.key)}",
        f"version = {city.pack_version}",
        f"city = {_text(city.name)}",
        f"region_code = {_text(city.region_code)}",
        f"platform = {_text(city.platform)}",
        f"pilot = {_text(city.pilot)}",
        "",
        "[regions]",
        *[f"{code} = {_text(name)}" for code, name in sorted(city.regions.items())],
    ]
    for document in city.policy_documents:
        lines += [
            "",
            "[[policy_documents]]",
            *[f"{key} = {_text(document[key])}" for key in ("level", "title", "number")],
            f"issued_on = {date.fromisoformat(document['issued_on']).isoformat()}",
            f"is_verified = {'true' if document['is_verified'] else 'false'}",
        ]
    for kind, name in files:
        lines += ["", "[[files]]", f"kind = {_text(kind)}", f"file = {_text(name)}"]
    return "\n".join(lines) + "\n"
