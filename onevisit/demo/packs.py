"""Configuration packs: a folder with `pack.toml` and the files of a city, read in the order that it gives."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onevisit.stages import registers

_HERE = Path(__file__).resolve().parent
_BUILT_IN = Path(registers.__file__).resolve().parent
BUILT_IN_PREFIX = "builtin:"


class PackRefused(Exception):
    """The folder is no pack, or a file of it is missing or faulty."""

    code = "pack"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, kw_only=True)
class PackFile:
    """One file of a pack and the kind of import that reads it."""

    kind: str
    path: Path


@dataclass(frozen=True, kw_only=True)
class PolicyDocument:
    """One document on which the city's mandate rests (R1)."""

    level: str
    title: str
    number: str
    issued_on: date
    is_verified: bool = False


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A city as configuration: its profile and its files."""

    key: str
    version: int
    city: str
    region_code: str
    platform: str
    pilot: str
    regions: dict[str, str]
    policy_documents: tuple[PolicyDocument, ...]
    files: tuple[PackFile, ...]
    demo_password: str = ""


def folder_of(name: str) -> Path:
    """Return the folder of a pack given by its key (one that comes with the product) or by its path."""
    shipped = _HERE / name
    return shipped if (shipped / "pack.toml").is_file() else Path(name)


def read(folder: Path) -> Pack:
    """Read the profile and the list of files of a pack.

    Raises:
        PackRefused: no `pack.toml`, it is faulty, or a file is missing.
    """
    try:
        content = tomllib.loads((folder / "pack.toml").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PackRefused(f"{folder} 中没有 pack.toml，不是配置包。") from error
    except tomllib.TOMLDecodeError as error:
        raise PackRefused(f"{folder}/pack.toml 写法有误：{error}") from error
    try:
        return Pack(
            key=content["key"],
            version=content["version"],
            city=content["city"],
            region_code=content["region_code"],
            platform=content["platform"],
            pilot=content.get("pilot", ""),
            regions=content["regions"],
            policy_documents=tuple(PolicyDocument(**document) for document in content.get("policy_documents", ())),
            files=tuple(_file(folder, entry) for entry in content["files"]),
            demo_password=content.get("demo", {}).get("password", ""),
        )
    except KeyError as error:
        raise PackRefused(f"{folder}/pack.toml 缺少 {error.args[0]}。") from error


def _file(folder: Path, entry: dict[str, str]) -> PackFile:
    name = entry["file"]
    path = _BUILT_IN / name.removeprefix(BUILT_IN_PREFIX) if name.startswith(BUILT_IN_PREFIX) else folder / name
    if not path.is_file():
        raise PackRefused(f"配置包缺少文件 {name}。")
    return PackFile(kind=entry["kind"], path=path)
