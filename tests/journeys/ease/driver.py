"""Count what a job costs a person: clicks, taps, keys, pages from real DOM events, and modelled minutes.

The model is that of Card, Moran and Newell: to point and press, to press a key, to decide; ours are the time for a
character by input method, the speed of reading and the time of a signature. Wall time alone would measure the server,
not the person.
"""

import json
import re
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Frame, Locator, Page

HERE = Path(__file__).parent
LISTENER = (HERE / "listener.js").read_text(encoding="utf-8")
BUDGETS: dict[str, dict[str, float]] = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))

# Seconds.
PRESS = 1.1
KEY = 0.28
DECISION = 1.35
CHARACTER = 0.9
SIGNATURE = 3.0
READ_PER_SECOND = 5

_CHINESE = re.compile(r"[㐀-鿿豈-﫿]|[\U00020000-\U0003ffff]")
_WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass
class Cost:
    """What was counted so far."""

    clicks: int = 0
    taps: int = 0
    drags: int = 0
    keys: int = 0
    characters: int = 0
    pages: int = 0
    read_characters: int = 0
    waited_seconds: float = 0.0
    decisions: int = 0
    _chinese: int = 0
    _latin: int = 0
    acts: list[str] = field(default_factory=list)

    @property
    def presses(self) -> int:
        """Return clicks and taps together, a signature being one."""
        return self.clicks + self.taps + self.drags

    @property
    def minutes(self) -> float:
        """Return the modelled minutes."""
        hands = (self.clicks + self.taps) * PRESS + self.drags * SIGNATURE
        hands += (self.keys + self._latin) * KEY + self._chinese * CHARACTER
        head = self.decisions * DECISION + self.read_characters / READ_PER_SECOND
        return (hands + head + self.waited_seconds) / 60

    def report(self) -> str:
        """Say the figures in one line."""
        return (
            f"{self.clicks} clicks, {self.taps} taps, {self.drags} signatures, {self.keys} keys, "
            f"{self.characters} characters, {self.pages} pages, {self.read_characters} characters read, "
            f"{self.waited_seconds:.1f} s waited, {self.minutes:.2f} min modelled"
        )


class Driver:
    """Listens to one browser context while a job is done; make it before the first page is opened."""

    def __init__(self, context: BrowserContext) -> None:
        self.cost = Cost()
        self._is_counting = False
        self._read: set[str] = set()
        self._path: dict[Page, str] = {}
        self._field_open = False
        context.expose_binding("__easeHeard", lambda _source, told: self._hear(json.loads(told)))
        context.add_init_script(LISTENER)
        context.on("page", self._watch)
        for page in context.pages:
            self._watch(page)

    @contextmanager
    def job(self) -> Iterator[Cost]:
        """Count from here to the end of the block."""
        self.cost, self._read, self._field_open = Cost(), set(), False
        self._is_counting = True
        try:
            yield self.cost
        finally:
            self._is_counting = False

    def read(self, *what: Locator | str) -> None:
        """Count the characters that have to be read; the same words are read once."""
        for one in what:
            for text in [one] if isinstance(one, str) else one.all_inner_texts():
                words = " ".join(text.split())
                if words and words not in self._read:
                    self._read.add(words)
                    self.cost.read_characters += readable(words)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count the real time of the block as time in which the person waits for us."""
        started = time.monotonic()
        yield
        self.cost.waited_seconds += time.monotonic() - started

    def _watch(self, page: Page) -> None:
        page.on("framenavigated", lambda frame: self._arrive(page, frame))

    def _arrive(self, page: Page, frame: Frame) -> None:
        if frame != page.main_frame or frame.url == "about:blank":
            return
        path = frame.url.split("?")[0].split("#")[0]
        if self._is_counting and self._path.get(page) != path:
            self.cost.pages += 1
        self._path[page] = path

    def _hear(self, told: dict[str, Any]) -> None:
        if not self._is_counting or told["act"] == "scroll":
            return
        act, cost = told["act"], self.cost
        cost.acts.append(f"{act} {told.get('on') or told.get('text', '')}".strip())
        if act == "type":
            self._type(str(told["text"]))
            return
        self._field_open = False
        cost.decisions += 1
        if act == "click":
            cost.clicks += 1
        elif act == "tap":
            cost.taps += 1
        elif act == "drag":
            cost.drags += 1
        elif act == "choose":
            cost.clicks += int(told["presses"])
        else:
            cost.keys += 1 + int(told["chord"])

    def _type(self, text: str) -> None:
        """A run of typing is one decision, however many characters it has."""
        if not self._field_open:
            self.cost.decisions += 1
        self._field_open = True
        chinese = len(_CHINESE.findall(text))
        self.cost.characters += len(text)
        self.cost._chinese += chinese
        self.cost._latin += len(text) - chinese


def readable(text: str) -> int:
    """Count Chinese characters one by one, and a Latin word or a number as one."""
    return len(_CHINESE.findall(text)) + len(_WORD.findall(text))


def within_budget(job: str, cost: Cost, **measured: float) -> None:
    """Compare a job's cost with budgets.toml; `measured` brings figures the driver cannot count.

    A budget is raised only with a reason in the commit.
    """
    budget = BUDGETS[job]
    figures = {name: measured[name] if name in measured else float(getattr(cost, name)) for name in budget}
    over = {name: f"{figures[name]:.2f} > {limit}" for name, limit in budget.items() if figures[name] > limit}
    unused = set(measured) - set(budget)
    print(f"\n{job}: {cost.report()}", *(f"{name} {value:.2f}" for name, value in measured.items()))
    assert not unused, f"{job}: no budget for {sorted(unused)}"
    assert not over, f"{job}: {over}; {cost.report()}; {cost.acts}"
