"""How every measurement reports: figure, peer or limit, ratio, goal; last line `N of M goals hold`; a JSON file."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured figure beside a peer (measured in the same run) or a limit; less is better."""

    name: str
    figure: float
    peer: float
    peer_name: str
    goal: float
    unit: str

    @property
    def ratio(self) -> float:
        return self.figure / self.peer if self.peer else 0.0

    @property
    def holds(self) -> bool:
        return self.figure <= self.goal

    def line(self) -> str:
        said = "holds" if self.holds else "MISSED"
        return (
            f"{self.name:<34}{self.figure:>10.1f} {self.unit:<4}  {self.peer_name} {self.peer:.1f} {self.unit}"
            f"  x{self.ratio:.1f}  goal <= {self.goal:.0f} {self.unit}  {said}"
        )


def report(name: str, figures: Sequence[Figure]) -> int:
    """Print the table, write `VAR/bench/<name>.json`, and return 1 if a goal is missed."""
    for figure in figures:
        print(figure.line())
    folder = Path(os.environ.get("VAR", "var")) / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    rows = [asdict(figure) | {"ratio": figure.ratio, "holds": figure.holds} for figure in figures]
    (folder / f"{name}.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    held = sum(figure.holds for figure in figures)
    print(f"{held} of {len(figures)} goals hold")
    return 0 if held == len(figures) else 1
