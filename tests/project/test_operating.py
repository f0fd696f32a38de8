"""An operator without the demo: found a city, look at it, back it up, restore it elsewhere, verify."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from onevisit.project import connections
from onevisit.project.commands import archive
from onevisit.project.launcher import places
from onevisit.project.launcher.failures import CannotStart
from tests.project.launcher.copies import onevisit

pytestmark = pytest.mark.xdist_group("launcher")
_PACK = """
key = "small"
version = 1
city = "小城"
region_code = "350500"
platform = "小城执法协作平台"

[regions]
350500 = "小城"

[[files]]
kind = "organs"
file = "organs.csv"
"""
_HEAD = (
    "机构编码,机构名称,简称,机构类别,层级,区划代码,上级机构编码,依托机构编码,承接机构编码,执法主体资格,领域,"
    "文书字头,联系电话,接入批次,接入日期,只读试用,设立日期,撤销日期"
)
_ORGAN = (
    "350500-01,小城市场监督管理局,市监局,监管执法部门,市级,350500,,,,是,市场监管,"
    "小市监,0595-5550000,1,2026-03-02,否,2016-01-01,"
)


def _pack(folder: Path, *rows: str) -> Path:
    folder.mkdir()
    (folder / "pack.toml").write_text(_PACK, encoding="utf-8")
    (folder / "organs.csv").write_text("\n".join((_HEAD, *rows)) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A city founded from a small pack, and what the terminal said."""
    folder = tmp_path_factory.mktemp("city")
    var = folder / "var"
    done = onevisit("init", "--pack", str(_pack(folder / "pack", _ORGAN)), var=var)
    assert done.returncode == 0, done.stderr
    yield var, done.stdout
    places.remove(var=var)


@pytest.fixture(scope="module")
def backup(founded: tuple[Path, str]) -> Path:
    target = founded[0].parent / "city.tar.gz"
    done = onevisit("backup", str(target), var=founded[0])
    assert done.returncode == 0, done.stderr
    return target


def test_the_one_time_password_is_shown_and_stored_nowhere(founded: tuple[Path, str]) -> None:
    var, said = founded
    password = re.findall(r"one-time password: (\S+)", said)[0]

    assert len(password) >= 12
    files = [path for path in var.rglob("*") if path.is_file() and "postgres" not in path.parts]
    assert files
    assert not [path for path in files if password in path.read_text(errors="replace")]


def test_a_second_founding_is_refused(founded: tuple[Path, str]) -> None:
    done = onevisit("init", "--pack", str(founded[0].parent / "pack"), var=founded[0])

    assert done.returncode == 1
    assert "平台已有运维人员" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_without_a_pack_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    done = onevisit("init", "--pack", str(tmp_path), var=tmp_path / "var")

    assert done.returncode == 1
    assert "holds no pack.toml" in done.stderr
    assert not (tmp_path / "var").exists()


def test_a_faulty_row_of_a_pack_is_named(tmp_path: Path) -> None:
    pack = _pack(tmp_path / "pack", _ORGAN.replace("市级", "星级"))

    done = onevisit("init", "--pack", str(pack), var=tmp_path / "var")

    places.remove(var=tmp_path / "var")
    assert done.returncode == 1
    assert "organs.csv 第 2 行" in done.stderr


def test_the_archive_is_private_and_comes_back_elsewhere(backup: Path, tmp_path: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    var = tmp_path / "var"

    done = onevisit("restore", str(backup), var=var)
    try:
        assert done.returncode == 0, done.stderr
        assert "留痕校验通过" in done.stdout
        asked = onevisit("ledger", "verify", var=var)
        assert asked.returncode == 0, asked.stderr
        doctor = onevisit("doctor", var=var)
        assert "BAD   secrets" not in doctor.stdout
    finally:
        places.remove(var=var)


def test_a_restore_over_a_city_is_refused(backup: Path, founded: tuple[Path, str]) -> None:
    done = onevisit("restore", str(backup), var=founded[0])

    assert done.returncode == 1
    assert "restore into an empty folder" in done.stderr or "is not empty" in done.stderr


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"no archive")

    with pytest.raises(CannotStart, match="is no archive of OneVisit"):
        archive.unpack(tmp_path / "photo.jpg", into=tmp_path)


def test_reset_asks_for_yes_and_then_leaves_nothing(tmp_path: Path) -> None:
    var = tmp_path / "var"
    (var / "keys").mkdir(parents=True)
    (var / "keys" / "ledger.key").write_text("x")

    assert onevisit("reset", var=var).returncode == 2
    assert (var / "keys" / "ledger.key").exists()
    assert onevisit("reset", "--yes", var=var).returncode == 0
    assert list(var.iterdir()) == []


def test_the_application_role_of_a_second_database_has_a_name_of_its_own(tmp_path: Path) -> None:
    first = connections.for_application("postgres://o:p@db.example/city_a", var=tmp_path)
    second = connections.for_application("postgres://o:p@db.example/city_b", var=tmp_path)

    assert "city_a_app:" in first
    assert "city_b_app:" in second
    assert "o:p@" not in first
