"""The embedded PostgreSQL: make it once, start it as a child on loopback, stop it clean."""

import os
import re
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from onevisit.project import connections
from onevisit.project.connections import Connections
from onevisit.project.launcher import binaries, places
from onevisit.project.launcher.binaries import Account
from onevisit.project.launcher.children import Child, last_line, log_file
from onevisit.project.launcher.failures import CannotStart
from onevisit.project.launcher.preflight import free_port

DATABASE = "onevisit"
OWNER = "onevisit_owner"
_SUPERUSER = "postgres"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "cluster_name": "onevisit",
}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}
_SECONDS_TO_START = 60.0


@dataclass
class Cluster:
    """One database cluster in one folder; `forgetful` trades safety for speed and is for tests only."""

    var: Path
    named: str = ""
    forgetful: bool = False
    port: int = 0
    child: Child | None = None

    def __post_init__(self) -> None:
        self.runner: Account = binaries.account()
        self.base = places.base(var=self.var, runner=self.runner)
        self.programs = binaries.find(named=self.named, base=self.base, runner=self.runner)
        self.data = self.base / "data"

    def start(self) -> Connections:
        """Make the cluster if there is none, start it, and return the URLs of the two roles.

        Raises:
            CannotStart: another version made the data, or the server does not come up.
        """
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        self._clear_leftover()
        self.port = free_port()
        self.child = self._server()
        self.child.start()
        self._wait()
        return self._roles()

    def stop(self, *, within: float = 4.0) -> None:
        """Stop the server clean: sessions are cut, everything written is kept."""
        if self.child:
            self.child.ask_to_stop()
            self.child.end(by=time.monotonic() + within)
            self.child = None

    def superuser(self, database: str = DATABASE) -> str:
        """Return the URL of the cluster's own superuser, for repairs and for tests."""
        password = (self.base / "superuser").read_text().strip()
        return f"postgres://{_SUPERUSER}:{password}@127.0.0.1:{self.port}/{database}"

    def _create(self) -> None:
        fresh = self.base / "data.new"
        subprocess.run(["rm", "-rf", fresh], check=True)
        password = connections.new_password()
        with tempfile.NamedTemporaryFile("w", dir=self.base, prefix="pw-") as file:
            file.write(password)
            file.flush()
            self.runner.owns(Path(file.name))
            self._run(self._initdb(fresh, file.name))
        secret = self.base / "superuser"
        secret.unlink(missing_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(password)
        fresh.rename(self.data)

    def _initdb(self, folder: Path, password_file: str) -> list[str]:
        command = [f"{self.programs}/initdb", "-D", str(folder), "-U", _SUPERUSER, "--encoding=UTF8"]
        command += ["--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums"]
        command += ["--no-instructions"]
        if binaries.major(self.programs) >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [*command, "--no-sync"] if self.forgetful else command

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, cwd="/", env=_environment(), **self.runner.options()
        )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
            raise CannotStart(
                f"the database cannot be made in {self.base}: {said}",
                remedy="check the free space and the rights of that folder, or set DATABASE_URL",
            )

    def _check_version(self) -> None:
        made_by = int((self.data / "PG_VERSION").read_text().split(".")[0])
        here = binaries.major(self.programs)
        if made_by != here:
            raise CannotStart(
                f"PostgreSQL {made_by} made the data in {self.data}, this one is version {here}",
                remedy=f"set ONEVISIT_PG_BIN to the programs of version {made_by}, back up, and restore with {here}",
            )

    def _clear_leftover(self) -> None:
        """End a server that a killed parent left behind, and drop the pid file of one that is gone.

        We hold the lock of VAR, so a server on this data can only be such a leftover.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(re.match(r"\d*", pid_file.read_text()).group() or 0)  # type: ignore[union-attr]  # matches always
        if not pid or not _is_server(pid):
            pid_file.unlink()
            return
        os.kill(pid, signal.SIGINT)
        by = time.monotonic() + 10
        while pid_file.exists() and time.monotonic() < by:
            time.sleep(0.05)
        if pid_file.exists():
            raise CannotStart(
                f"an old database server (process {pid}) does not stop", remedy=f"end it: kill -QUIT {pid}"
            )

    def _server(self) -> Child:
        settings = {**_SETTINGS, "port": str(self.port), **(_FORGETFUL if self.forgetful else {})}
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return Child(
            name="postgres",
            command=[self.programs / "postgres", "-D", self.data, *options],
            log=log_file(self.var / "log", "postgres"),
            environment=_environment(),
            stop_signal=signal.SIGINT,
            kill_signal=signal.SIGQUIT,
            runner=self.runner,
        )

    def _wait(self) -> None:
        assert self.child is not None
        by = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < by:
            if self.child.ended() is not None:
                break
            try:
                psycopg.connect(self.superuser("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        said = last_line(self.child.log)
        self.stop()
        raise CannotStart(f"the database does not start: {said}", remedy=f"read {self.var}/log/postgres.log")

    def _roles(self) -> Connections:
        """Make the owner's role and the database on the first start; return both URLs at today's port."""
        known = connections.load(var=self.var)
        with psycopg.connect(self.superuser("postgres"), autocommit=True) as connection:
            if not known.owner or not _exists(connection, "pg_roles", "rolname", OWNER):
                known = Connections(owner=self._owner(connection), application="")
            if not _exists(connection, "pg_database", "datname", DATABASE):
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        owner = _at_port(known.owner, self.port)
        application = known.application or connections.for_application(owner, var=self.var)
        made = Connections(owner=owner, application=_at_port(application, self.port))
        connections.save(made, var=self.var)
        return made

    def _owner(self, connection: "psycopg.Connection[tuple[object, ...]]") -> str:
        password = connections.new_password()
        verb = "ALTER" if _exists(connection, "pg_roles", "rolname", OWNER) else "CREATE"
        connection.execute(sql.SQL(f"{verb} ROLE {OWNER} LOGIN CREATEROLE PASSWORD {{}}").format(sql.Literal(password)))
        return connections.as_role(f"postgres://127.0.0.1:{self.port}/{DATABASE}", user=OWNER, password=password)


def _exists(connection: "psycopg.Connection[tuple[object, ...]]", table: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(sql.Identifier(table), sql.Identifier(column))
    return connection.execute(query, (name,)).fetchone() is not None


def _at_port(url: str, port: int) -> str:
    return re.sub(r"@127\.0\.0\.1:\d+/", f"@127.0.0.1:{port}/", url)


def _is_server(pid: int) -> bool:
    """Say whether the process is a PostgreSQL server, not another program that got an old number."""
    command = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        return command.exists() and b"postgres" in command.read_bytes()
    done = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return "postgres" in done.stdout


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "TZ": "Asia/Shanghai"}
