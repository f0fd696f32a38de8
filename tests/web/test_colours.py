"""Every colour pair of screens.md 2.1, recomputed from tokens.css with the WCAG 2 formula."""

import re
from pathlib import Path

import pytest

import onevisit.web.ui

TOKENS = Path(onevisit.web.ui.__file__).parent / "static" / "ui" / "tokens.css"
TONES = ("ok", "warn", "late", "bound", "sealed", "rest", "active")
TEXT = 4.5
BORDER = 3.0

# (foreground, background, least ratio)
PAIRS = [
    ("ink", "sheet", TEXT),
    ("ink", "canvas", TEXT),
    ("ink-muted", "sheet", TEXT),
    ("ink-muted", "canvas", TEXT),
    ("line-control", "sheet", BORDER),
    ("line-control", "canvas", BORDER),
    ("primary", "sheet", TEXT),
    ("primary", "canvas", TEXT),
    ("primary", "primary-soft", TEXT),
    ("primary-strong", "sheet", TEXT),
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-strong", TEXT),
    ("ink", "row-hover", TEXT),
    ("ink-muted", "row-hover", TEXT),
    ("top-ink", "top", TEXT),
    ("top-ink", "top-late", TEXT),
    ("top-ink", "top-field", TEXT),
    ("bar-ink", "top", TEXT),
    ("bar-ink", "top-field", TEXT),
    ("top-line", "top-field", BORDER),
    ("primary-strong", "primary-soft", TEXT),
    ("ink-muted", "primary-soft", TEXT),
    *[(tone, "sheet", TEXT) for tone in TONES],
    *[(f"{tone}-soft-ink", f"{tone}-soft", TEXT) for tone in TONES],
    ("void-ink", "void", TEXT),
    ("ceremony-ink", "ceremony", TEXT),
    ("ceremony-gold", "ceremony", TEXT),
    ("ceremony-muted", "ceremony", TEXT),
    ("connected-ink", "connected", TEXT),
    ("sending-ink", "sending", TEXT),
    ("offline-ink", "offline", TEXT),
]


DARK = "@media screen {"


def tokens(theme: str = "light") -> dict[str, str]:
    """Return the colours of a theme; the dark one gives only what differs."""
    light, dark = TOKENS.read_text(encoding="utf-8").split(DARK, 1)
    found = _colours(light)
    return found if theme == "light" else found | _colours(dark.split("\n}\n", 1)[0])


def _colours(sheet: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9A-Fa-f]{6});", sheet))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_knows_black_on_white() -> None:
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS, ids=lambda value: str(value))
def test_a_pair_can_be_read(front: str, back: str, least: float, theme: str) -> None:
    found = tokens(theme)

    assert ratio(found[front], found[back]) >= least


def test_the_dark_theme_is_dark_and_changes_every_ground() -> None:
    light, dark = tokens(), tokens("dark")

    assert luminance(dark["canvas"]) < 0.02
    assert [name for name in ("canvas", "sheet", "ink", "primary") if light[name] == dark[name]] == []


def test_the_badge_knows_every_tone() -> None:
    from onevisit.core.lifecycle import Tone

    parts = (TOKENS.parent / "parts.css").read_text(encoding="utf-8")

    assert [tone for tone in Tone if f".badge.is-{tone.value} " not in parts] == []


def test_no_colour_stands_outside_the_tokens() -> None:
    """Only white, the loading bar's gold and the grey of paper may be written where they are used."""
    allowed = {"#fff", "#FFD479", "#999"}
    strangers = {
        colour
        for sheet in TOKENS.parent.glob("*.css")
        if sheet.name != "tokens.css"
        for colour in re.findall(r"#[0-9A-Fa-f]{3,8}\b", sheet.read_text(encoding="utf-8"))
    }

    assert strangers - allowed == set()
