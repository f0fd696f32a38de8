"""Ledger appends by many clients while the sequencer runs, beside plain inserts in the same run.

    DATABASE_URL=postgres://... python -m benchmarks.ledger_appends [--seconds 8] [--clients 32]

It makes a database of its own beside the named one and drops it afterwards. Every client is a connection of its own
that commits one business transaction after the other: one ledger append (`services.append`, the function that every
stage calls), or one plain insert of a row of the same size into a table without trigger, hash or tree. The second
pair does 5 ms of computing inside each transaction first, as a stage's own work is: what the ledger adds to that.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

import psycopg

PROCESSES = 2
PROBES = 4
LEAST_PER_SECOND = 1_000
LEAST_RATIO, WORK_SECONDS = 0.7, 0.005
MOST_P99_SECONDS = 1.0
DATABASE = "bench_ledger"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PLAIN = """
CREATE TABLE plain_entry (id uuid PRIMARY KEY, payload bytea NOT NULL, event text NOT NULL, subject text NOT NULL,
  actor text NOT NULL, sentence text NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON plain_entry (subject, at);
CREATE INDEX ON plain_entry (event, at);
CREATE INDEX ON plain_entry (actor, at)
"""


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its peer and its goal."""

    name: str
    figure: float
    peer: float
    ratio: float
    goal: float
    unit: str
    holds: bool


def main() -> int:
    """Measure, print a table, write the figures, and return 1 if a goal is missed."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        url = _fresh(os.environ["DATABASE_URL"])
        environment = {**os.environ, "DATABASE_URL": url, "ONEVISIT_APP_DATABASE_URL": "", "VAR": folder}
        try:
            figures = _measure(url, environment, options)
        finally:
            _drop(os.environ["DATABASE_URL"])
    return _report(figures, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--out", type=Path, default=Path("var/bench/ledger.json"))
    return parser.parse_args()


def _measure(url: str, environment: dict[str, str], options: argparse.Namespace) -> list[Figure]:
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--no-input"], env=environment, check=True, stdout=subprocess.DEVNULL)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(PLAIN)
    plain, _latencies = _run("plain", url, environment, options)
    working, _latencies = _run("plain", url, environment, options, work=WORK_SECONDS)
    sequencer = subprocess.Popen([*manage, "sequencer"], env=environment, stdout=subprocess.DEVNULL)
    try:
        time.sleep(2)
        appends, latencies = _run("append", url, environment, options)
        _wait_until_placed(url)
        working_appends, _waits = _run("append", url, environment, options, work=WORK_SECONDS)
        _wait_until_placed(url)
    finally:
        sequencer.terminate()
        sequencer.wait(timeout=20)
    seconds = _p99(latencies)
    sound = subprocess.run([*manage, "ledger", "verify"], env=environment, check=False, capture_output=True, text=True)
    print(sound.stdout.strip())
    return [
        Figure("appends", appends, plain, appends / plain, LEAST_PER_SECOND, "1/s", appends >= LEAST_PER_SECOND),
        Figure(
            "appends with 5 ms of work in each",
            working_appends,
            working,
            working_appends / working,
            LEAST_RATIO * working,
            "1/s",
            working_appends >= LEAST_RATIO * working,
        ),
        Figure(
            "insert to checkpoint, p99",
            seconds,
            MOST_P99_SECONDS,
            seconds / MOST_P99_SECONDS,
            MOST_P99_SECONDS,
            "s",
            seconds < MOST_P99_SECONDS,
        ),
        Figure("ledger verifies afterwards", float(sound.returncode == 0), 1, 1, 1, "", sound.returncode == 0),
    ]


def _run(
    what: str, url: str, environment: dict[str, str], options: argparse.Namespace, *, work: float = 0.0
) -> tuple[float, list[float]]:
    """Return the transactions per second of all clients together, and the waits the probes measured beside them."""
    context = multiprocessing.get_context("spawn")
    done, waits = context.Queue(), context.Queue()
    share = options.clients // PROCESSES
    workers = [
        context.Process(target=_worker, args=(what, url, environment, share, options.seconds, work, done))
        for _ in range(PROCESSES)
    ]
    is_probed = what == "append" and not work
    if is_probed:
        workers.append(context.Process(target=_probe, args=(url, environment, options.seconds, waits)))
    for worker in workers:
        worker.start()
    total = sum(done.get(timeout=options.seconds + 60) for _ in range(PROCESSES))
    found = waits.get(timeout=options.seconds + 60) if is_probed else []
    for worker in workers:
        worker.join()
    return total / options.seconds, found


def _worker(
    what: str, url: str, environment: dict[str, str], clients: int, seconds: float, work: float, done: object
) -> None:
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="onevisit.project.settings")
    import django

    django.setup()
    counts = [0] * clients
    threads = [
        threading.Thread(target=_append if what == "append" else _plain, args=(counts, number, url, seconds, work))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.put(sum(counts))  # type: ignore[attr-defined]  # a queue of the spawn context


def _append(counts: list[int], number: int, _url: str, seconds: float, work: float) -> None:
    from django.db import connections, transaction

    from onevisit.support.identity.actors import SYSTEM
    from onevisit.support.ledger import services as ledger

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with transaction.atomic() if work else nullcontext():
            _compute(work)
            ledger.record_read(
                subject_type="target", subject=f"T{counts[number]}", what="联系电话", actor=SYSTEM, at=AT
            )
        counts[number] += 1
    connections.close_all()


def _compute(seconds: float) -> None:
    """Compute for so long on this thread's own processor time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def _plain(counts: list[int], number: int, url: str, seconds: float, work: float) -> None:
    end = time.monotonic() + seconds
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < end:
            with connection.transaction() if work else nullcontext():
                _compute(work)
                connection.execute(
                    "INSERT INTO plain_entry VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s)",
                    [b"x" * 420, "record.read", f"T{counts[number]}", "system", "查看了联系电话", AT],
                )
            counts[number] += 1


def _probe(url: str, environment: dict[str, str], seconds: float, done: object) -> None:
    """Append one entry after the other and measure, from before the insert, when a checkpoint covers it."""
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="onevisit.project.settings")
    import django

    django.setup()
    found: list[float] = []
    threads = [threading.Thread(target=_probe_one, args=(found, url, seconds)) for _ in range(PROBES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.put(found)  # type: ignore[attr-defined]  # a queue of the spawn context


def _probe_one(found: list[float], url: str, seconds: float) -> None:
    from django.db import connections

    from onevisit.support.identity.actors import SYSTEM
    from onevisit.support.ledger import services as ledger

    end = time.monotonic() + seconds
    with psycopg.connect(url, autocommit=True) as connection:
        while time.monotonic() < end:
            start = time.monotonic()
            entry = ledger.record_read(subject_type="probe", subject="1", what="探测", actor=SYSTEM, at=AT)
            while not connection.execute("SELECT 1 FROM ledger_leaf WHERE entry = %s", [entry.pk]).fetchone():
                time.sleep(0.01)
            found.append(time.monotonic() - start)
    connections.close_all()


def _p99(found: list[float]) -> float:
    return sorted(found)[min(len(found) - 1, len(found) * 99 // 100)]


def _wait_until_placed(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for _attempt in range(200):
            row = connection.execute("SELECT count(*) FROM ledger_pending").fetchone()
            if row and row[0] == 0:
                return
            time.sleep(0.1)


def _fresh(url: str) -> str:
    _drop(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return urlunsplit(urlsplit(url)._replace(path=f"/{DATABASE}"))


def _drop(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _report(figures: list[Figure], options: argparse.Namespace) -> int:
    print(f"{options.clients} clients, {options.seconds:g} s each")
    for one in figures:
        verdict = "holds" if one.holds else "missed"
        print(
            f"{one.name}: {one.figure:.3f} {one.unit}, peer {one.peer:.3f}, ratio {one.ratio:.2f}, "
            f"goal {one.goal:g}: {verdict}"
        )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n")
    held = sum(one.holds for one in figures)
    print(f"{held} of {len(figures)} goals hold")
    return 0 if held == len(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
