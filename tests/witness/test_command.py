"""`onevisit witness init|run|show`: one key per folder, one process per folder, and clear refusals."""

from pathlib import Path

from onevisit.core.merkle import note
from onevisit.core.merkle.note import KeyType
from tests.witness import logs
from tests.witness.logs import DishonestLog, leaves, onevisit, post


def test_init_makes_a_private_key_and_shows_the_public_one(tmp_path: Path) -> None:
    vkey = logs.made(tmp_path / "w", name="市审计局")

    assert note.parse_vkey(text=vkey, kind=KeyType.COSIGNATURE).name == "市审计局"
    assert (tmp_path / "w/witness.key").stat().st_mode & 0o777 == 0o600


def test_a_second_key_in_one_folder_and_a_bad_name_are_refused(tmp_path: Path) -> None:
    logs.made(tmp_path / "w")

    for arguments in ((tmp_path / "w", "--name", "other"), (tmp_path / "x", "--name", "two words"), (tmp_path / "y",)):
        done = onevisit("init", *arguments)
        assert done.returncode == 1
        assert done.stderr.startswith("onevisit witness: ")
        assert len(done.stderr.splitlines()) == 1


def test_a_log_is_added_later_and_its_memory_is_kept(tmp_path: Path) -> None:
    log, fresh = DishonestLog(), DishonestLog()
    logs.made(tmp_path / "w", log.vkey)
    with logs.running(tmp_path / "w") as url:
        assert post(url, log.request(leaves(4), old=0)).status == 200

    assert onevisit("init", tmp_path / "w", "--log", fresh.vkey).returncode == 0

    with logs.running(tmp_path / "w") as url:
        assert post(url, fresh.request(leaves(6), old=4)).status == 200
    assert "size 6" in onevisit("show", tmp_path / "w").stdout


def test_a_cosignature_key_is_no_key_of_a_log(tmp_path: Path) -> None:
    vkey = logs.made(tmp_path / "w")

    done = onevisit("init", tmp_path / "w", "--log", vkey)

    assert done.returncode == 1
    assert "no key of a log" in done.stderr


def test_one_folder_serves_one_process_and_none_without_a_log(tmp_path: Path) -> None:
    logs.made(tmp_path / "w")
    alone = onevisit("run", tmp_path / "w", "--port", "0")
    onevisit("init", tmp_path / "w", "--log", DishonestLog().vkey)

    with logs.running(tmp_path / "w"):
        second = onevisit("run", tmp_path / "w", "--port", "0")

    assert (alone.returncode, second.returncode) == (1, 1)
    assert "watches no log" in alone.stderr
    assert "another process" in second.stderr


def test_a_log_that_fell_silent_is_an_alarm(tmp_path: Path) -> None:
    log = DishonestLog()
    logs.made(tmp_path / "w", log.vkey)
    with logs.running(tmp_path / "w") as url:
        post(url, log.request(leaves(4), old=0))

    assert onevisit("show", tmp_path / "w").returncode == 0
    done = onevisit("show", tmp_path / "w", "--stale-hours", "-1")

    assert done.returncode == 1
    assert "STALE" in done.stdout


def test_a_memory_that_cannot_be_read_stops_the_witness(tmp_path: Path) -> None:
    log = DishonestLog()
    logs.made(tmp_path / "w", log.vkey)
    (memory,) = (tmp_path / "w").glob("log-*.json")
    memory.write_text("{}")

    done = onevisit("run", tmp_path / "w", "--port", "0")

    assert done.returncode == 1
    assert "backup" in done.stderr
