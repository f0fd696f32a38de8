"""Writes the reference that can be read off the code: lifecycles, verbs, events."""

import dataclasses
import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps

from onevisit.core.lifecycle import Lifecycle
from onevisit.project.environment import SETTINGS
from onevisit.project.reactions import REACTIONS
from onevisit.stages.draws.sentences import SENTENCES
from onevisit.support.identity.verbs import all_policies
from onevisit.support.ledger.events import Event

HEAD = "<!-- Written by `manage.py write_reference`; a test fails when it is stale. -->\n\n"


def _modules(name: str) -> list[object]:
    found = [f"{config.name}.{name}" for config in apps.get_app_configs() if config.name.startswith("onevisit.")]
    return [import_module(dotted) for dotted in found if find_spec(dotted)]


def lifecycles() -> list[Lifecycle]:
    """Return every lifecycle of every app, in the order of the life."""
    tables = [value for module in _modules("lifecycle") for value in vars(module).values()]
    return [table for table in tables if isinstance(table, Lifecycle)]


def event_types() -> list[type[Event]]:
    """Return every event that can stand in the ledger, by name."""
    _modules("events")
    found: set[type[Event]] = set()
    waiting: list[type[Event]] = [Event]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if isinstance(getattr(kind, "name", None), str) and kind.__module__.startswith("onevisit."):
            found.add(kind)
    return sorted(found, key=lambda kind: (kind.name, kind.__qualname__))


def lifecycle_page() -> str:
    parts = [HEAD, "# Lifecycles\n"]
    for table in lifecycles():
        parts.append(f"\n## {table.name}\n\n```mermaid\nstateDiagram-v2\n    [*] --> {table.initial}\n")
        parts += [f"    {state.value}: {state.label}\n" for state in table.states]
        parts += [
            f"    {source} --> {step.target or source}: {step.verb}\n"
            for step in table.transitions
            for source in step.sources
        ]
        parts.append("```\n")
    return "".join(parts)


def verb_page() -> str:
    rows = [f"| `{verb}` | {policy.label} | {policy.who} |\n" for verb, policy in all_policies().items()]
    return "".join([HEAD, "# Verbs\n\n| verb | 说法 | 谁可以 |\n|---|---|---|\n", *rows])


def event_page() -> str:
    rows = [
        f"| `{kind.name}` | {kind.subject_type} | {'public' if kind.is_public else 'not public'} | "
        f"{', '.join(_fields(kind)) or '–'} | {(kind.__doc__ or '').strip().splitlines()[0]} | "
        f"{', '.join(f'`{name.rsplit(chr(46), 1)[-1]}`' for name in REACTIONS.get(kind.name, ())) or '–'} |\n"
        for kind in event_types()
    ]
    head = "# Events of the ledger\n\n| event | subject | payload | fields | what it records | what follows |\n"
    return "".join([HEAD, head, "|---|---|---|---|---|---|\n", *rows])


def settings_page() -> str:
    """Return the page of all environment variables."""
    rows = [f"| `{one.name}` | {f'`{one.default}`' if one.default else '–'} | {one.meaning} |\n" for one in SETTINGS]
    head = "# Settings\n\nEvery setting is an environment variable; nothing else is read.\n\n"
    return "".join([HEAD, head, "| variable | default | what it does |\n|---|---|---|\n", *rows])


def refusal_page() -> str:
    """Return the page of the draw protocol's refusal codes in the users' words."""
    rows = [f"| `{code}` | {words} |\n" for code, words in SENTENCES.items()]
    head = "# 抽取规程的拒绝代码\n\n`onevisit draw`、`onevisit verify` 只说代码；这里是它的意思和办法。\n\n"
    return "".join([HEAD, head, "| 代码 | 意思 |\n|---|---|\n", *rows])


def event_schemas() -> str:
    """Return the JSON that other systems read: event name to subject and fields."""
    content = {
        kind.name: {"subject_type": kind.subject_type, "is_public": kind.is_public, "fields": _fields(kind)}
        for kind in event_types()
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _fields(kind: type[Event]) -> list[str]:
    return [field.name for field in dataclasses.fields(kind) if field.name not in {"subject", "related"}]


def files(root: Path) -> dict[Path, str]:
    """Return every generated file with its content."""
    return {
        root / "docs/reference/lifecycles.md": lifecycle_page(),
        root / "docs/reference/verbs.md": verb_page(),
        root / "docs/reference/events.md": event_page(),
        root / "docs/reference/settings.md": settings_page(),
        root / "docs/reference/refusal-codes.md": refusal_page(),
        root / "contracts/events.json": event_schemas(),
    }
