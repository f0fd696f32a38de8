"""The templates of imports: columns as data, one TOML file a kind; a new kind of file is a new TOML and a writer."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

_FOLDER = Path(__file__).with_name("templates")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a template: its key in code, its heading in the file, and what may stand in it.

    Attributes:
        aliases: how other systems head the same column; they only make a better guess.
    """

    key: str
    title: str
    type: str = "text"
    required: bool = False
    default: str = ""
    max: int = 200
    separators: str = "、；;|\n"
    low: int | None = None
    high: int | None = None
    pattern: str = ""
    pattern_words: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()

    def words(self, value: str) -> str:
        """Say a value as the file says it: the word of a choice, else the value."""
        return next((words for words, key in self.choices.items() if key == value and key), value)

    @property
    def hint(self) -> str:
        """Say in a few words what the column takes."""
        words = {
            "date": _("日期，如 2026-11-24"),
            "yes_no": _("是或否"),
            "list": _("多项以“{sign}”分隔").format(sign=self.separators[0]),
            "whole": _("整数"),
            "whole_list": _("多个整数以顿号分隔"),
            "decimal": _("小数"),
            "industry": _("四位行业代码（GB/T 4754-2017）"),
            "uscc": _("18 位统一社会信用代码"),
        }
        if self.choices:
            return "、".join(self.choices)
        return self.pattern_words or words.get(self.type, "")


@dataclass(frozen=True, kw_only=True)
class Template:
    """One kind of file: its columns in order, and how it is called."""

    kind: str
    label: str
    order: int
    columns: tuple[Column, ...]
    note: str = ""
    version: int = 1

    def column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    @property
    def titles(self) -> list[str]:
        return [column.title for column in self.columns]


def read(path: Path) -> Template:
    """Read one template from its TOML file."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Template(
        kind=path.stem,
        label=content["label"],
        order=content["order"],
        note=content.get("note", ""),
        version=content.get("version", 1),
        columns=tuple(Column(**{**each, "aliases": tuple(each.get("aliases", ()))}) for each in content["columns"]),
    )


@cache
def named(kind: str, folder: Path = _FOLDER) -> Template:
    """Return the template of a kind."""
    return read(folder / f"{kind}.toml")
