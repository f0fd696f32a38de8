"""The kinds of files that can be imported: those of the registers, and those that later stages add in `imports.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps

from onevisit.stages.registers.imports import templates
from onevisit.stages.registers.imports.checking import Corrections, Sheet, check
from onevisit.stages.registers.imports.kinds import (
    directories,
    dossier,
    inspectors,
    items,
    laws,
    organs,
    rules,
    targets,
)
from onevisit.stages.registers.imports.merging import Prepare
from onevisit.stages.registers.imports.progress import Tell, silent
from onevisit.stages.registers.imports.reading import read
from onevisit.stages.registers.imports.templates import Template


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of file: its template, who writes it, and whether an organ's clerk may import it.

    Attributes:
        is_open_to_departments: a clerk may import it, for the own organ only where the rows name an organ.
        parse: reads files that are no tables.
    """

    template: Template
    prepare: Prepare
    is_open_to_departments: bool = False
    parse: Callable[[bytes], Sheet] | None = None

    @property
    def key(self) -> str:
        return self.template.kind

    def sheet(
        self,
        *,
        content: bytes,
        file_name: str,
        corrections: Corrections | None = None,
        dropped: tuple[int, ...] = (),
        columns: Mapping[str, int] | None = None,
        tell: Tell = silent,
    ) -> Sheet:
        """Read and check a file of this kind."""
        if self.parse:
            return self.parse(content)
        table = read(content=content, file_name=file_name)
        return check(
            table=table,
            template=self.template,
            corrections=corrections,
            dropped=dropped,
            columns=columns,
            tell=tell,
        )


def _table(kind: str, prepare: Prepare, *, is_open: bool = False) -> Kind:
    return Kind(template=templates.named(kind), prepare=prepare, is_open_to_departments=is_open)


@cache
def kinds() -> dict[str, Kind]:
    """Return every kind by its key, in the order in which an empty city loads them."""
    own = [
        _table("rules", rules.rules),
        _table("organs", organs.organs),
        _table("organ_names", organs.organ_names),
        _table("officers", organs.officers),
        _table("posts", organs.posts),
        _table("inspectors", inspectors.inspectors, is_open=True),
        _table("experts", dossier.experts, is_open=True),
        _table("leaves", inspectors.leaves, is_open=True),
        _table("targets", targets.targets, is_open=True),
        _table("licences", targets.licences, is_open=True),
        _table("directories", directories.directories, is_open=True),
        Kind(template=laws.TEMPLATE, prepare=laws.laws, parse=laws.read),
        _table("items", items.items, is_open=True),
        _table("bases", items.bases, is_open=True),
        _table("former_inspections", targets.former_inspections, is_open=True),
        _table("complaints", dossier.complaints, is_open=True),
        _table("supplies", dossier.supplies, is_open=True),
        _table("quiet_list", targets.quiet_list),
        _table("interests", inspectors.interests, is_open=True),
    ]
    found = {kind.key: kind for kind in [*own, *_of_later_stages()]}
    return dict(sorted(found.items(), key=lambda pair: pair[1].template.order))


def _of_later_stages() -> list[Kind]:
    """Read `KINDS` of the module `imports` of other apps: they know this one, not the other way round."""
    more: list[Kind] = []
    for config in apps.get_app_configs():
        if not config.name.startswith("onevisit.stages.") or config.label == "registers":
            continue
        try:
            module = import_module(f"{config.name}.imports")
        except ModuleNotFoundError as missing:
            if missing.name != f"{config.name}.imports":
                raise
            continue
        more.extend(module.KINDS)
    return more
