"""`onevisit up` as an operator sees it: one real copy, asked, disturbed, stopped and started again."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from onevisit.project import connections
from onevisit.project.launcher import places
from onevisit.project.launcher.cluster import Cluster
from tests.project.launcher import copies
from tests.project.launcher.copies import Copy

pytestmark = pytest.mark.xdist_group("launcher")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """One copy for all tests of this module."""
    var = tmp_path_factory.mktemp("up") / "var"
    var.mkdir()
    running = copies.start(var)
    try:
        running.wait_until_ready()
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()
        places.remove(var=var)


def _children(pid: int) -> list[int]:
    """Return the direct children of a process (Linux)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _child(pid: int, word: str, *, other_than: int = 0) -> int:
    """Return a child by a word of its command; one that was just begun has its parent's for a moment."""
    by = time.monotonic() + 60
    while time.monotonic() < by:
        for child in _children(pid):
            with suppress(OSError):
                if child != other_than and word in Path(f"/proc/{child}/cmdline").read_text():
                    return child
        time.sleep(0.1)
    raise AssertionError(f"no child {word} but {other_than}")


def test_the_last_line_says_that_it_is_ready_and_the_addresses_stand_above(copy: Copy) -> None:
    said = copy.said_at_ready

    assert said[-1] == f"OneVisit is ready: http://localhost:{copy.port}"
    addresses = [line.split()[0] for line in said if not line.startswith("onevisit:")]
    assert addresses[:3] == ["desk", "field", "portal"]


def test_every_part_answers(copy: Copy) -> None:
    assert copy.get("/healthz") == (200, "ok")
    status, body = copy.get("/readyz")
    assert status == 200
    assert body.count('"ok"') == 4


def test_the_application_may_not_change_the_ledger_nor_make_tables(copy: Copy) -> None:
    with psycopg.connect(connections.load(var=copy.var).application, autocommit=True) as connection:
        for statement in (
            "UPDATE ledger_entry SET event = 'x'",
            "DELETE FROM ledger_entry",
            "TRUNCATE ledger_entry CASCADE",
            "CREATE TABLE mine (id int)",
            "DELETE FROM django_migrations",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        assert connection.execute("SELECT count(*) FROM identity_user").fetchone() is not None


def test_a_second_start_on_the_same_folder_says_so_in_one_line(copy: Copy) -> None:
    done = copies.onevisit("up", var=copy.var)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"process {copy.process.pid}" in done.stderr


def test_a_second_start_on_the_same_port_says_so_in_one_line(copy: Copy, tmp_path: Path) -> None:
    done = copies.onevisit("up", var=tmp_path / "other", port=copy.port)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert f"port {copy.port} is in use" in done.stderr


def test_too_little_disk_says_so_in_one_line(tmp_path: Path) -> None:
    done = copies.onevisit("up", var=tmp_path / "var", ONEVISIT_LEAST_FREE_MB="999999999")

    assert done.returncode == 1
    assert "are needed - free some space" in done.stderr


def test_a_failed_migration_says_so_in_one_line(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir()
    cluster = Cluster(var=var, forgetful=True)
    with psycopg.connect(cluster.start().owner) as connection:
        connection.execute("CREATE TABLE identity_user (id int)")
    cluster.stop()

    done = copies.onevisit("up", var=var)

    places.remove(var=var)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "a migration failed" in done.stderr
    assert 'relation "identity_user" already exists' in done.stderr


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_a_worker_that_is_killed_is_started_again(copy: Copy) -> None:
    before = _child(copy.process.pid, "procrastinate")

    os.kill(before, signal.SIGKILL)

    assert _child(copy.process.pid, "procrastinate", other_than=before) != before
    assert any("worker ended" in line for line in copy.said)


def test_two_copies_run_side_by_side_with_cookies_of_their_own(copy: Copy, tmp_path: Path) -> None:
    var = tmp_path / "var"
    other = copies.start(var)
    try:
        other.wait_until_ready()

        assert copy.get("/readyz")[0] == other.get("/readyz")[0] == 200
        assert (var / "database.json").read_text() != (copy.var / "database.json").read_text()
        assert copy.cookies("/accounts/login/") == [f"onevisit_csrf_{copy.port}"]
        assert other.cookies("/accounts/login/") == [f"onevisit_csrf_{other.port}"]
    finally:
        other.stop(signal.SIGINT)
        places.remove(var=var)


def test_sigterm_stops_every_child_within_ten_seconds_and_the_data_stays(tmp_path: Path) -> None:
    var = tmp_path / "var"
    first = copies.start(var)
    first.wait_until_ready()
    with psycopg.connect(connections.load(var=var).owner) as connection:
        connection.execute("COMMENT ON DATABASE onevisit IS 'kept'")
    children = _children(first.process.pid)

    code, seconds = first.stop()

    assert code == 0
    assert seconds < 10
    assert not [pid for pid in children if Path(f"/proc/{pid}/cmdline").exists()]
    assert not (var / places.LINK / "data" / "postmaster.pid").exists()

    second = copies.start(var)
    try:
        second.wait_until_ready()
        with psycopg.connect(connections.load(var=var).owner) as connection:
            query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'onevisit'"
            assert connection.execute(query).fetchone() == ("kept",)
    finally:
        second.stop()
        places.remove(var=var)


def test_an_outside_server_keeps_its_owner_and_gets_a_restricted_role(tmp_path: Path) -> None:
    server = Cluster(var=_made(tmp_path / "server"), forgetful=True)
    owner = server.start().owner
    var = tmp_path / "var"
    try:
        done = copies.onevisit("migrate", var=var, DATABASE_URL=owner)
        again = copies.onevisit("migrate", var=var, DATABASE_URL=owner)

        assert (done.returncode, again.returncode) == (0, 0), done.stderr + again.stderr
        known = connections.load(var=var)
        assert known.owner == ""
        assert not (var / places.LINK).exists()
        with psycopg.connect(known.application, autocommit=True) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("onevisit_app",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DELETE FROM ledger_entry")
    finally:
        server.stop()
        places.remove(var=tmp_path / "server")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
