"""What stops a start says in one line what is wrong and what to do."""

import os
import socket
from pathlib import Path

import psycopg
import pytest

from onevisit.project.launcher import binaries, database, lock, places, preflight
from onevisit.project.launcher.binaries import Account
from onevisit.project.launcher.failures import CannotStart


def test_a_port_in_use_is_named_with_the_next_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]

        with pytest.raises(CannotStart) as refusal:
            preflight.port("127.0.0.1", number)

    assert f"port {number} is in use" in refusal.value.message
    assert f"PORT={number + 1}" in refusal.value.remedy
    assert "\n" not in refusal.value.message


def test_a_free_port_is_taken_without_a_word() -> None:
    preflight.port("127.0.0.1", preflight.free_port())


def test_a_foreign_address_is_refused() -> None:
    with pytest.raises(CannotStart, match="no address of this machine"):
        preflight.port("192.0.2.1", 8000)


def test_too_little_disk_is_named_with_both_figures(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"only \d+ MiB are free .* 999999999 MiB are needed"):
        preflight.disk(tmp_path, least_mib=999_999_999)


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")

    with pytest.raises(CannotStart, match="cannot be made"):
        preflight.data_folder(tmp_path / "var")


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with lock.held(var=tmp_path):
        with pytest.raises(CannotStart) as refusal, lock.held(var=tmp_path):
            pass

        assert lock.holder(var=tmp_path) == os.getpid()
    assert f"process {os.getpid()}" in refusal.value.problem
    assert "VAR=" in refusal.value.remedy


def test_a_lock_left_by_a_dead_process_does_not_hold(tmp_path: Path) -> None:
    (tmp_path / lock.NAME).write_text("999999")

    with lock.held(var=tmp_path):
        assert lock.holder(var=tmp_path) == os.getpid()
    assert lock.holder(var=tmp_path) is None


def test_a_broken_lock_says_to_remove_it(tmp_path: Path) -> None:
    (tmp_path / lock.NAME).mkdir()

    with pytest.raises(CannotStart, match=r"cannot be opened .* remove it"), lock.held(var=tmp_path):
        pass


def test_an_operators_folder_without_a_server_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="holds no PostgreSQL"):
        binaries.find(named=str(tmp_path), base=tmp_path, runner=Account())


def test_an_operators_old_server_is_refused(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        program.chmod(0o755)

    with pytest.raises(CannotStart, match="is version 14"):
        binaries.find(named=str(tmp_path), base=tmp_path, runner=Account())


def test_an_outside_server_that_does_not_answer_is_refused() -> None:
    url = f"postgres://nobody:x@127.0.0.1:{preflight.free_port()}/none"

    with pytest.raises(CannotStart, match="DATABASE_URL cannot be used"):
        database.check(url)


def test_an_outside_server_that_is_too_old_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        class info:  # noqa: N801  # named as psycopg names it
            server_version = 140009

        def __enter__(self) -> "Old":
            return self

        def __exit__(self, *_ended: object) -> None:
            return None

        def execute(self, _query: str) -> "Old":
            return self

        def fetchone(self) -> tuple[str]:
            return ("UTF8",)

    monkeypatch.setattr(psycopg, "connect", lambda *_given, **_named: Old())

    with pytest.raises(CannotStart, match="is PostgreSQL 14"):
        database.check("postgres://owner@127.0.0.1/city")


def test_a_link_to_a_folder_that_is_gone_is_refused(tmp_path: Path) -> None:
    (tmp_path / places.LINK).symlink_to(tmp_path / "gone")

    with pytest.raises(CannotStart, match="which is gone"):
        places.base(var=tmp_path, runner=Account())
