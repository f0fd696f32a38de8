"""The icons: one drawing a noun, from the table `icons.json`, inlined so that they take the colour of the text."""

import json
from functools import lru_cache
from pathlib import Path

from django.core.checks import Warning as CheckWarning
from django.core.checks import register

HERE = Path(__file__).parent
VENDOR = HERE / "static" / "vendor"
_BLANK = '<svg viewBox="0 0 24 24"></svg>'


@lru_cache(maxsize=1)
def nouns() -> dict[str, str]:
    """Return the noun of each icon and the name of its drawing in the Tabler set."""
    return dict(json.loads((HERE / "icons.json").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _drawings() -> dict[str, str]:
    path = VENDOR / "icons.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def drawing(noun: str) -> str:
    """Return the SVG of a noun; blank while the assets are not built (the boot check says so).

    Raises:
        KeyError: no icon stands for this noun in `icons.json`.
    """
    if noun not in nouns():
        raise KeyError(f"no icon stands for {noun!r} in web/ui/icons.json")
    return _drawings().get(noun, _BLANK)


@register
def assets_are_built(**_kwargs: object) -> list[CheckWarning]:
    """Warn while the third-party styles and icons are not there."""
    if set(nouns()) <= set(_drawings()) and (VENDOR / "tabler.min.css").exists():
        return []
    return [
        CheckWarning(
            "the desk's styles and icons are not built or stale",
            hint="npm --prefix assets ci && npm --prefix assets run build",
            id="onevisit.W001",
        )
    ]
