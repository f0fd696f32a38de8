"""The draw beside its peers in one run: selection, verification and assignment.

DATABASE_URL=postgres://... python -m benchmarks.draw [--sizes 10000 100000 1000000] [--visits 20000]
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks import draw_peers as peers
from benchmarks.harness import Figure, report
from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import frame, quotas, receipt
from onevisit.core.draw.officers import Assignment, Slot, assign

SEED = "5e" * 32
STRATA, SAMPLE_BP = 20, 100
DIGITS, EVIDENCE = "004217993301", "ee" * 32
SLOWEST_RANDOM, MOST_SECONDS, MOST_MEGABYTES = 3, 5.0, 300.0
RFC3797_MOST = 10**5
ROOM = 100
VERIFY = """
import resource, sys, time
from onevisit.verifier.verify_command import verify_command
start = time.perf_counter()
code = verify_command(sys.argv[1:])
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, file=sys.stderr)
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
    parser.add_argument("--sizes", type=int, nargs="+", default=[10**4, 10**5, 10**6])
    parser.add_argument("--visits", type=int, default=20_000)
    options = parser.parse_args()
    figures: list[Figure] = []
    for size in options.sizes:
        figures += _selection(_case(size))
    figures += _verification(_case(min(10**6, max(options.sizes))))
    figures += _assignment(visits=options.visits, officers=max(4, options.visits // 10))
    return report("draw", figures)


def _case(size: int) -> Case:
    rows = [
        (f"9135{hashlib.sha256(str(n).encode()).hexdigest()[:14].upper()}", f"S{n % STRATA:02d}") for n in range(size)
    ]
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
    ids = [line.split("|")[0] for line in case.frame.decode("ascii").splitlines()]
    name = f"select 1% of {case.size:,}"
    product = _best(lambda: _draw(case, is_frozen=True))
    by_random = _order_by_random(case, ids)
    rows: list[tuple[str, Callable[[], object]]] = [
        ("raw SHA-256 of the same bytes", lambda: peers.hash_all(data=case.frame, seed=SEED)),
        ("consistent_sampler", lambda: peers.consistent(ids=ids, seed=SEED, count=case.count)),
        ("Arlo's rule", lambda: peers.arlo(ids=ids, seed=SEED, count=case.count)),
        ("random.sample", lambda: peers.sample(ids=ids, count=case.count)),
    ]
    if case.size <= RFC3797_MOST:
        rows.append(("RFC 3797", lambda: peers.rfc3797(size=case.size, seed=SEED, count=case.count)))
    for peer, act in rows:
        _say(name, product, peer, _best(act, times=1))
    checked = _best(lambda: _draw(case, is_frozen=False), times=1)
    goal = SLOWEST_RANDOM * by_random
    return [
        Figure(f"{name}, frozen to receipt", product, by_random, "ORDER BY random()", goal, "ms"),
        Figure(f"{name}, all checks again", checked, product, "frozen", max(10_000.0, 1.0), "ms"),
    ]


def _draw(case: Case, *, is_frozen: bool) -> bytes:
    drawn = receipt.draw(manifest=case.manifest, frames={"A01": case.frame}, sources=case.sources, is_frozen=is_frozen)
    return receipt.encode_receipt(receipt=drawn)


def _order_by_random(case: Case, ids: list[str]) -> float:
    """Time `ORDER BY random() LIMIT n` over a table of the same ids, with the rows fetched."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TEMP TABLE bench_frame (id text, stratum text)")
        with connection.cursor().copy("COPY bench_frame FROM STDIN") as copy:
            for object_id in ids:
                copy.write_row((object_id, "S"))
        connection.execute("ANALYZE bench_frame")
        query = "SELECT id FROM bench_frame ORDER BY random() LIMIT %s"
        return _best(lambda: connection.execute(query, (case.count,)).fetchall())


def _verification(case: Case) -> list[Figure]:
    """Verify as a stranger does: a new process, files in, lines out."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "A01.txt").write_bytes(case.frame)
        (place / "receipt.json").write_bytes(_draw(case, is_frozen=True))
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

    def ours() -> None:
        if not isinstance(assign(slots=slots, room=room, seed=SEED, slack=1), Assignment):
            raise AssertionError("no assignment")

    own = _best(ours) / 1000
    other = _best(lambda: peers.min_cost_assignment(eligible=chosen, officers=officers, slots_a_visit=2, cap=ROOM))
    return [Figure(f"assign {visits:,} x 2 among {officers:,}", own, other / 1000, "OR-Tools", other / 1000, "s")]


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
