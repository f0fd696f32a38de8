"""The processes of OneVisit beside the database: what each runs and with which environment."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onevisit.project.connections import Connections
from onevisit.project.launcher.children import Child, log_file

_MANAGE = (sys.executable, "-m", "django")
WEB = "web"
WORKER = "worker"
SEQUENCER = "sequencer"


@dataclass(frozen=True)
class Place:
    """Where this copy of OneVisit runs: its data folder, address and databases."""

    var: Path
    host: str
    port: int
    connections: Connections
    is_demo: bool = False

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def metrics(self) -> Path:
        """Where the processes that serve share their counters."""
        return self.var / "metrics"

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def probe(self) -> str:
        """Where this machine asks whether everything answers."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{host}:{self.port}/readyz"

    def environment(self, *, as_owner: bool = False) -> dict[str, str]:
        """Return the environment of a child; only migrations and backups get the owner's URL."""
        made = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        made |= {
            "DJANGO_SETTINGS_MODULE": "onevisit.project.settings",
            "VAR": str(self.var),
            "ONEVISIT_HOST": self.host,
            "PORT": str(self.port),
            "ONEVISIT_DEMO": "1" if self.is_demo else "0",
            "ONEVISIT_APP_DATABASE_URL": self.connections.application,
            "PYTHONUNBUFFERED": "1",
        }
        return made | ({"DATABASE_URL": self.connections.owner} if as_owner else {})


def manage(*arguments: str) -> list[str]:
    """Return the command line of one of Django's or our management commands."""
    return [*_MANAGE, *arguments]


@dataclass(frozen=True)
class LocalWitness:
    """A witness of the demo: its folder and its port on loopback."""

    folder: Path
    port: int


def children(place: Place, witnesses: Sequence[LocalWitness] = ()) -> Sequence[Child]:
    """Return the demo's witnesses, web, queue worker and sequencer, not yet started."""
    commands = {
        WORKER: manage("procrastinate", "worker", "--concurrency", "4"),
        SEQUENCER: manage("sequencer"),
        WEB: _web(place),
    }
    for witness in witnesses:
        commands[f"witness-{witness.folder.name}"] = [
            *(sys.executable, "-m", "onevisit", "witness", "run", str(witness.folder)),
            *("--port", str(witness.port)),
        ]
    environment = place.environment() | {"PROMETHEUS_MULTIPROC_DIR": str(place.metrics)}
    return [
        Child(name=name, command=command, log=log_file(place.log, name), environment=environment)
        for name, command in commands.items()
    ]


def _web(place: Place) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4"]
    command += ["--host", place.host, "--port", str(place.port), "--workers-kill-timeout", "3", "--no-ws"]
    return [*command, "--respawn-failed-workers", "onevisit.project.wsgi:application"]
