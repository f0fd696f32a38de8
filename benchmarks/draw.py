"""The draw beside its peers in one run: selection, freeze, verification and assignment.

DATABASE_URL=postgres://... python -m benchmarks.draw [--sizes 10000 100000] [--visits 20000] [--only selection]

From 10^4 to 10^7 objects, one size after the other; the largest takes some minutes. Selection and `ORDER BY random()`
take turns, and so do assignment and OR-Tools; the median of each counts.
"""

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks import draw_peers as peers
from benchmarks.harness import Figure, report
from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import forms, frame, quotas, receipt
from onevisit.core.draw.officers import Assignment, Slot, assign
from onevisit.core.draw.pair_tickets import Hashing, pair_tickets
from onevisit.core.draw.sieve import Sieve, sieve
from onevisit.stages.draws.computing.pairing import pair_tickets_in_processes
from onevisit.stages.draws.computing.sieving import sieve_in_processes

SEED = "5e" * 32
STRATA, SAMPLE_BP = 20, 100
DIGITS, EVIDENCE = "004217993301", "ee" * 32
SLOWEST_RANDOM, MOST_SECONDS, MOST_MEGABYTES = 3, 5.0, 300.0
ROOM = 100
DRAW_LIMIT = 10.0
"""Seconds for 10^6 objects (section 18 of the protocol); larger and smaller frames in proportion."""

VERIFY_SIZE = GOAL_SIZE = 10**6
RFC3797_MOST = 2**16
"""RFC 3797 numbers its selections in two bytes."""

CONSISTENT_BYTES = 400
"""What consistent_sampler keeps for each id; where that is not free it is not run, and the table says so."""

ROUNDS = 5
PARTS = ("selection", "freeze", "verification", "assignment")
VERIFY = """
import sys, time
from onevisit.verifier.verify_command import verify_command
start = time.perf_counter()
code = verify_command(sys.argv[1:])
seconds = time.perf_counter() - start
status = dict(line.split(":") for line in open("/proc/self/status"))  # rusage would count the parent before exec
print(seconds, int(status["VmHWM"].split()[0]) / 1024, file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True)
class Case:
    """The files of a draw of one size."""

    size: int
    manifest: bytes
    frame: bytes
    sources: bytes

    @property
    def count(self) -> int:
        return sum(stratum["n"] for stratum in json.loads(self.manifest)["items"][0]["strata"])


def main() -> int:
    """Measure, print the table, write the figures, and return 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**4, 10**5, 10**6, 10**7])
    parser.add_argument("--visits", type=int, default=20_000)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    options = parser.parse_args()
    figures: list[Figure] = []
    for size in options.sizes if {"selection", "freeze"} & set(options.only) else ():
        rows = _rows(size)
        case = _case(rows)
        if "freeze" in options.only:
            figures += _freeze(case, rows)
        del rows
        if "selection" in options.only:
            figures += _selection(case)
    if "verification" in options.only:
        figures += _verification(_case(_rows(min(VERIFY_SIZE, max(options.sizes)))))
    if "assignment" in options.only:
        figures += _assignment(visits=options.visits, officers=max(4, options.visits // 10))
    return report("draw", figures)


def _rows(size: int) -> list[tuple[str, str]]:
    strata = [f"S{number:02d}" for number in range(STRATA)]
    return [
        (f"9135{hashlib.sha256(str(n).encode()).hexdigest()[:14].upper()}", strata[n % STRATA]) for n in range(size)
    ]


def _case(rows: list[tuple[str, str]]) -> Case:
    size = len(rows)
    data = frame.frame_bytes(rows=rows)
    sizes = frame.parse_frame(data=data).sizes
    strata: list[Json] = [
        {"id": id_, "N": count, "n": quotas.by_rate(size=count, basis_points=SAMPLE_BP), "bp": SAMPLE_BP}
        for id_, count in sorted(sizes.items())
    ]
    item: dict[str, Json] = {"item": "A01", "department": "D", "ns": "obj", "rule": "rate", "excluded": []}
    item |= {"frame_sha256": frame.frame_sha256(data=data), "frame_root": frame.frame_root(data=data)}
    item |= {"n": size, "registry_n": size, "strata": strata}
    source: dict[str, Json] = {"type": "ceremony", "protocol": "GZ"}
    manifest: dict[str, Json] = {
        "v": "srd1",
        "kind": "manifest",
        "alg": "sha256",
        "draw": "TEST-2026-0001",
        "plan": "P",
    }
    manifest |= {
        "prev": "",
        "mode": "open",
        "t0": "2026-11-24T15:00:00+08:00",
        "items": [item],
        "keys": [],
        "roster": "",
    }
    manifest |= {"sources": [source | {"length": len(DIGITS)}]}
    manifest |= {"replace": {"max_rounds": 0, "reasons": [], "swap_reasons": []}}
    manifest |= {"software": {"repo": "r", "commit": "0" * 40, "build_sha256": "0" * 64}}
    value = source | {"digits": DIGITS, "evidence_sha256": EVIDENCE, "typed_by": ["A", "B"]}
    sources: dict[str, Json] = {"v": "srd1", "kind": "sources", "draw": "TEST-2026-0001", "sources": [value]}
    return Case(size, canonical.encode(value=manifest), data, canonical.encode(value=sources))


def _selection(case: Case) -> list[Figure]:
    """Select 1 % beside everything else that draws from a list, in milliseconds."""
    name = f"select 1% of {case.size:,}"
    with _table(case) as connection:
        query = "SELECT id FROM bench_frame ORDER BY random() LIMIT %s"
        product, core, by_random = _medians(
            lambda: _draw(case, by=sieve_in_processes),
            lambda: _draw(case, by=sieve),
            lambda: connection.execute(query, (case.count,)).fetchall(),
        )
    _say(name, product, "in core, one process", core)
    for peer, act in _peers(case):
        if isinstance(act, str):
            print(f"{name:<34}{product:>10.1f} ms    {peer} not run: {act}", flush=True)
        else:
            _say(name, product, peer, _best(act, times=1))
    if case.size < GOAL_SIZE:
        _say(name, product, "ORDER BY random()", by_random)
        return []
    goal = SLOWEST_RANDOM * by_random
    return [Figure(f"{name}, frozen to receipt", product, by_random, "ORDER BY random()", goal, "ms")]


def _peers(case: Case) -> list[tuple[str, Callable[[], object] | str]]:
    """Give what is measured beside the draw, or why it is not at this size."""
    ids = [line.split("|")[0] for line in case.frame.decode("ascii").splitlines()]
    needed, free = case.size * CONSISTENT_BYTES, _free_bytes()
    return [
        ("raw SHA-256 of the same bytes", lambda: peers.hash_all(data=case.frame, seed=SEED)),
        (
            "consistent_sampler",
            f"needs {needed >> 20:,} MiB of memory, {free >> 20:,} are free"
            if free < needed
            else lambda: peers.consistent(ids=ids, seed=SEED, count=case.count),
        ),
        ("Arlo's rule", lambda: peers.arlo(ids=ids, seed=SEED, count=case.count)),
        ("random.sample", lambda: peers.sample(ids=ids, count=case.count)),
        (
            "RFC 3797",
            f"its rule numbers {RFC3797_MOST:,} selections at most"
            if case.count > RFC3797_MOST
            else lambda: peers.rfc3797(size=case.size, seed=SEED, count=case.count),
        ),
    ]


def _free_bytes() -> int:
    lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
    return int(lines["MemAvailable"].split()[0]) * 1024


def _draw(case: Case, *, is_frozen: bool = True, by: Sieve = sieve) -> bytes:
    drawn = receipt.draw(
        manifest=case.manifest, frames={"A01": case.frame}, sources=case.sources, is_frozen=is_frozen, by=by
    )
    return receipt.encode_receipt(receipt=drawn)


@contextmanager
def _table(case: Case) -> Iterator[psycopg.Connection]:
    """Lend a table of the same ids; PostgreSQL draws from it in one process, whatever the kind of the table."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TEMP TABLE bench_frame (id text, stratum text)")
        with connection.cursor().copy("COPY bench_frame FROM STDIN (DELIMITER '|')") as copy:
            copy.write(case.frame)
        connection.execute("ANALYZE bench_frame")
        yield connection


def _freeze(case: Case, rows: list[tuple[str, str]]) -> list[Figure]:
    """Freeze (sort, write, digest, root, every check of the frame) and draw from files with all checks, in seconds."""
    item = forms.parse_manifest(data=case.manifest).items[0]

    def freeze() -> None:
        data = frame.frame_bytes(rows=rows)
        if (frame.frame_sha256(data=data), frame.frame_root(data=data)) != (item.frame_sha256, item.frame_root):
            raise AssertionError("another frame")
        frame.check_frames(items=[item], read=lambda _item: data)

    limit = DRAW_LIMIT * case.size / 10**6
    frozen, checked = _best(freeze, times=1) / 1000, _best(lambda: _draw(case, is_frozen=False), times=1) / 1000
    return [
        Figure(f"freeze {case.size:,} with root", frozen, limit, "limit", limit, "s"),
        Figure(f"draw {case.size:,}, all checks", checked, limit, "limit", limit, "s"),
    ]


def _verification(case: Case) -> list[Figure]:
    """Verify as a stranger does: a new process, files in, lines out."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "A01.txt").write_bytes(case.frame)
        (place / "receipt.json").write_bytes(_draw(case))
        command = [sys.executable, "-c", VERIFY, str(place / "receipt.json"), "--frames", folder]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, run.stderr.split())
    name = f"verify {case.size:,} in plain Python"
    return [
        Figure(name, seconds, MOST_SECONDS, "limit", MOST_SECONDS, "s"),
        Figure(f"{name}: memory", megabytes, MOST_MEGABYTES, "limit", MOST_MEGABYTES, "MB"),
    ]


def _assignment(*, visits: int, officers: int) -> list[Figure]:
    """Assign two officers to every visit from pools of a twentieth, beside a solver of the same problem."""
    chance = random.Random(2026)
    pools = [sorted(chance.sample(range(officers), max(4, officers // 20))) for _ in range(40)]
    chosen = [chance.choice(pools) for _ in range(visits)]
    names = {id(pool): tuple(f"P{number:05d}" for number in pool) for pool in pools}
    slots = [
        Slot(visit=f"V{visit:06d}", slot=f"A:{number}", eligible=names[id(pool)])
        for visit, pool in enumerate(chosen)
        for number in range(2)
    ]
    room = {f"P{number:05d}": ROOM for number in range(officers)}

    name = f"assign {visits:,} x 2 among {officers:,}"

    def ours(hashing: Hashing) -> None:
        if not isinstance(assign(slots=slots, room=room, seed=SEED, slack=1, hashing=hashing), Assignment):
            raise AssertionError("no assignment")

    product, core, other = _medians(
        lambda: ours(pair_tickets_in_processes),
        lambda: ours(pair_tickets),
        lambda: peers.min_cost_assignment(slots=slots, room=room),
    )
    _say(name, product, "in core, one process", core)
    _say(name, product, "raw SHA-256 of the same pairs", _best(lambda: peers.hash_pairs(slots=slots, seed=SEED)))
    return [Figure(name, product, other, "OR-Tools", other, "ms")]


def _medians(*acts: Callable[[], object]) -> list[float]:
    """Return the median time of each act in milliseconds; the acts take turns, so that a busy moment meets them all."""
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(ROUNDS):
        for act, found in zip(acts, times, strict=True):
            found.append(_best(act, times=1))
    return [statistics.median(found) for found in times]


def _best(act: Callable[[], object], *, times: int = 3) -> float:
    """Return the best time of an act in milliseconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        found.append((time.perf_counter() - start) * 1000)
    return min(found)


def _say(name: str, own: float, peer: str, other: float) -> None:
    print(f"{name:<34}{own:>10.1f} ms    {peer} {other:.1f} ms  x{own / other:.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
