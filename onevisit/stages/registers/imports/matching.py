"""Which column of a file is which of ours: exact by its heading, guessed when alike, or matched by hand (对列)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.templates import Template

_VERSION = re.compile(r"模板第([0-9]{1,4})版")
_NOISE = re.compile(r"[\s*＊（）()【】\[\]：:_/-]")
ALIKE = 0.6


def version_title(template: Template) -> str:
    """Return the heading of the empty column that tells which version of the template a file was made from."""
    return f"模板第{template.version}版"


@dataclass(frozen=True, kw_only=True)
class Match:
    """How the columns of a file fit ours.

    Attributes:
        places: our column's key -> its place in the file.
        missing: titles of required columns that no heading is.
        unknown: headings that are none of our titles.
        twice: headings that stand more than once.
        version: of the template that the file says it was made from.
    """

    places: dict[str, int]
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    version: int | None = None
    current: int = 1

    @property
    def is_exact(self) -> bool:
        return not self.faults

    @property
    def faults(self) -> list[str]:
        """Say each way in which the file differs from the template of today."""
        found = []
        if self.version is not None and self.version != self.current:
            words = _("文件用的是第 {version} 版模板，现行是第 {current} 版")
            found.append(words.format(version=self.version, current=self.current))
        for words, names in (
            (_("缺少列：{names}"), self.missing),
            (_("模板中没有的列：{names}"), self.unknown),
            (_("重复的列：{names}"), self.twice),
        ):
            if names:
                found.append(words.format(names="、".join(names)))
        return found


def exact(headings: Sequence[str], template: Template) -> Match:
    """Match by the titles of the template and nothing else."""
    clean = [heading.rstrip("*＊ ") for heading in headings]
    version = next((int(found[1]) for heading in clean if (found := _VERSION.fullmatch(heading))), None)
    clean = ["" if _VERSION.fullmatch(heading) else heading for heading in clean]
    return Match(
        places={column.key: clean.index(column.title) for column in template.columns if column.title in clean},
        missing=[column.title for column in template.columns if column.required and column.title not in clean],
        unknown=[heading for heading in clean if heading and heading not in template.titles],
        twice=sorted({heading for heading in clean if heading and clean.count(heading) > 1}),
        version=version,
        current=template.version,
    )


def guess(headings: Sequence[str], template: Template) -> dict[str, int]:
    """Propose a place for each of our columns: the same title first, then a known other name, then what looks alike."""
    places = dict(exact(headings, template).places)
    for column in template.columns:
        if column.key in places:
            continue
        free = {place: heading for place, heading in enumerate(headings) if place not in places.values()}
        best = max(free, key=lambda place: _likeness(free[place], (column.title, *column.aliases)), default=None)
        if best is not None and _likeness(free[best], (column.title, *column.aliases)) >= ALIKE:
            places[column.key] = best
    return places


def _likeness(heading: str, names: Sequence[str]) -> float:
    given = _NOISE.sub("", heading)
    if not given or _VERSION.fullmatch(given):
        return 0.0
    return max(_pair(given, _NOISE.sub("", name)) for name in names)


def _pair(given: str, name: str) -> float:
    if given == name:
        return 1.0
    if len(given) > 1 and len(name) > 1 and (given in name or name in given):
        return 0.5 + 0.5 * min(len(given), len(name)) / max(len(given), len(name))
    return SequenceMatcher(None, given, name).ratio()


def faults_of(places: Mapping[str, int], template: Template) -> list[str]:
    """Say what is wrong with columns matched by hand."""
    missing = [column.title for column in template.columns if column.required and column.key not in places]
    found = [_("必填列还没有对上：{names}").format(names="、".join(missing))] if missing else []
    if unknown := set(places) - {column.key for column in template.columns}:
        found.append(_("模板中没有列“{column}”。").format(column="、".join(sorted(unknown))))
    if len(set(places.values())) < len(places):
        found.append(_("文件的一列只能对一列。"))
    return found
