"""Memory of the whole idle stack (proportional set size of every process), beside PostgreSQL alone.

python -m benchmarks.memory
"""

import sys
import time
from pathlib import Path

from benchmarks.copies import Copy, demo_copy
from benchmarks.harness import Figure, report

MOST_MIB = 1024.0
IDLE_SECONDS = 15.0


def main() -> int:
    """Start a demo city, let it rest, and add up its processes."""
    with demo_copy() as copy:
        time.sleep(IDLE_SECONDS)
        sizes = _sizes(copy)
    whole = sum(sizes.values())
    database = sum(size for name, size in sizes.items() if name.startswith("postgres"))
    for name, size in sorted(sizes.items(), key=lambda pair: -pair[1]):
        print(f"  {size:>8.1f} MiB  {name}")
    return report("memory", [Figure("idle stack", whole, database, "PostgreSQL alone", MOST_MIB, "MiB")])


def _sizes(copy: Copy) -> dict[str, float]:
    parents = {pid: parent for pid, parent in _processes()}
    ours = {copy.pid}
    while True:
        more = {pid for pid, parent in parents.items() if parent in ours} - ours
        if not more:
            break
        ours |= more
    return {f"{_name(pid)} ({pid})": _mib(pid) for pid in ours}


def _processes() -> list[tuple[int, int]]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            found.append((int(stat.parent.name), int(stat.read_text().rsplit(")", 1)[1].split()[1])))
        except OSError:
            continue
    return found


def _name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    if "postgres" in words[0]:
        return "postgres"
    return " ".join(word for word in words[1:] if word)[:60]


def _mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
