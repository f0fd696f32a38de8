"""The order of a start: folder, lock, disk, port; database, migrations, demo city; processes; ready; and the stop."""

import csv
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from onevisit.project import environment as env
from onevisit.project.launcher import banner, database, lock, past, preflight, processes, readiness
from onevisit.project.launcher.children import Child, last_line, log_file
from onevisit.project.launcher.failures import CannotStart, Stopped
from onevisit.project.launcher.processes import LocalWitness, Place
from onevisit.project.launcher.supervisor import Supervisor, signals_stop

_SECONDS_TO_ANSWER = 180.0
_RULES = Path(__file__).resolve().parents[2] / "demo" / "xiamen" / "rules.csv"


def up() -> int:
    """Start everything, serve until a signal comes, stop everything; return the exit code."""
    started = time.monotonic()
    with signals_stop():
        try:
            with prepared() as (place, server):
                migrate(place)
                load(place)
                _serve(place, server, started, witnesses(place))
        except Stopped:
            banner.say("stopped; the data is kept")
        except CannotStart as refusal:
            banner.refuse(refusal.message)
            return 1
    return 0


@contextmanager
def prepared(*, needs_port: bool = True) -> Iterator[tuple[Place, Child | None]]:
    """Hold the data folder and a running database for the time of the block."""
    var, host, port = env.folder("VAR"), env.text("ONEVISIT_HOST"), env.number("PORT")
    preflight.data_folder(var)
    with lock.held(var=var):
        preflight.disk(var, least_mib=env.number("ONEVISIT_LEAST_FREE_MB"))
        if needs_port:
            preflight.sm2_key(env.text("ONEVISIT_SM2_KEY"))
            preflight.port(host, port)
        with database.running(var=var, named=env.text("ONEVISIT_PG_BIN")) as (urls, server):
            yield Place(var=var, host=host, port=port, connections=urls, is_demo=env.flag("ONEVISIT_DEMO")), server


def migrate(place: Place) -> None:
    """Bring the tables to this version and give the application's role its rights.

    Raises:
        CannotStart: a migration failed; PostgreSQL has undone it, nothing is half changed.
    """
    run(
        place,
        "migrate",
        "--no-input",
        problem="a migration failed",
        remedy="nothing of it was kept; go back to the version you had, or restore the last backup",
        as_owner=True,
    )


def load(place: Place) -> None:
    """Load the demo city on the first start, or what a newer version asks for; without the demo, say how."""
    if not _is_empty(place):
        _add_rules(place)
        return
    if not place.is_demo:
        banner.say("no city yet: make one with `onevisit init --pack DIR`")
        return
    banner.say("loading the demo city (only on the first start)")
    run(
        place,
        "load_city",
        "xiamen",
        "--if-empty",
        problem="the demo city cannot be loaded",
        remedy="make reset, then start again",
    )
    past.play(place)


def _is_empty(place: Place) -> bool:
    with psycopg.connect(place.connections.application) as connection:
        return connection.execute("SELECT 1 FROM identity_department LIMIT 1").fetchone() is None


def _add_rules(place: Place) -> None:
    """After an upgrade a city lacks the rules that the new version asks for."""
    with _RULES.open(encoding="utf-8-sig", newline="") as lines:
        wanted = {row[0] for row in list(csv.reader(lines))[1:] if row}
    with psycopg.connect(place.connections.application) as connection:
        known = {key for (key,) in connection.execute("SELECT key FROM deadlines_rule")}
    if wanted <= known:
        return
    banner.say(f"adding {len(wanted - known)} rules that this version asks for")
    run(place, "add_rules", problem="the rules cannot be added", remedy="see the log, mend, then start again")


def run(place: Place, *arguments: str, problem: str, remedy: str, as_owner: bool = False) -> None:
    """Run one management command to its end, its words in a log file.

    Raises:
        CannotStart: it failed; the message carries its last line.
    """
    log = log_file(place.log, arguments[0])
    with log.open("ab") as out:
        done = subprocess.run(
            processes.manage(*arguments), env=place.environment(as_owner=as_owner), stdout=out, stderr=subprocess.STDOUT
        )
    if done.returncode:
        raise CannotStart(f"{problem}: {last_line(log)} (log: {log})", remedy=remedy)


def witnesses(place: Place) -> list[LocalWitness]:
    """Make the demo's witnesses on the first start and return them; nobody's outside the demo city.

    Raises:
        CannotStart: they cannot be made.
    """
    count = env.number("ONEVISIT_WITNESSES") if place.is_demo else 0
    if not count:
        return []
    command = processes.manage("demo_witnesses", str(count))
    done = subprocess.run(command, env=place.environment(), capture_output=True, text=True)
    if done.returncode:
        raise CannotStart(
            f"the demo's witnesses cannot be made: {done.stderr.strip()[-200:]}", remedy="set ONEVISIT_WITNESSES=0"
        )
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    return [LocalWitness(folder=Path(folder), port=int(port)) for folder, port in rows]


def _serve(place: Place, server: Child | None, started: float, witnesses: list[LocalWitness]) -> None:
    _fresh_metrics(place.metrics)
    supervisor = Supervisor(processes.children(place, witnesses), fixed=[server] if server else [], say=banner.say)
    try:
        supervisor.start()
        asked = _ask_accounts(place)
        readiness.wait(place.probe, seconds=_SECONDS_TO_ANSWER, meanwhile=supervisor.look)
        banner.ready(place, accounts=_answered(asked), seconds=time.monotonic() - started)
        supervisor.watch(until=lambda: False)
    finally:
        banner.say("stopping")
        supervisor.stop()


def _ask_accounts(place: Place) -> "subprocess.Popen[str] | None":
    """Ask for the demo accounts while the other processes start; nobody outside the demo city."""
    if not place.is_demo:
        return None
    command = processes.manage("demo_accounts")
    return subprocess.Popen(command, env=place.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _answered(asked: "subprocess.Popen[str] | None") -> list[str]:
    if asked is None:
        return []
    lines, complaint = asked.communicate()
    if asked.returncode:
        raise CannotStart(f"the demo accounts cannot be read: {complaint.strip()[-200:]}", remedy="make reset")
    return lines.splitlines()


def _fresh_metrics(folder: Path) -> None:
    """Empty the folder where the web processes share their counters; they count from their own start."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
