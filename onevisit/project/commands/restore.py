"""`onevisit restore FILE`: bring an archive back into an empty data folder (and an empty database)."""

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg

from onevisit.project import environment as env
from onevisit.project.commands import archive
from onevisit.project.launcher import banner, processes
from onevisit.project.launcher.failures import CannotStart
from onevisit.project.launcher.up import migrate, prepared


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="onevisit restore", description=__doc__)
    parser.add_argument("file", type=Path, help="archive that `onevisit backup` wrote")
    source: Path = parser.parse_args(arguments).file.resolve()
    try:
        return _restore(source)
    except CannotStart as refusal:
        banner.refuse(refusal.message)
        return 1


def _restore(source: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        unpacked = Path(folder)
        manifest = archive.unpack(source, into=unpacked)
        _refuse_filled(env.folder("VAR"))
        with prepared(needs_port=False) as (place, _server):
            _refuse_tables(place.connections.owner)
            archive.fill(place.connections.owner, unpacked / archive.DUMP)
            for name in (*archive.KEYS, archive.FILES):
                if (unpacked / name).exists():
                    shutil.move(unpacked / name, place.var / name)
            migrate(place)
            verified = subprocess.run(processes.manage("ledger", "verify"), env=place.environment())
    banner.say(f"restored what version {manifest.version} wrote at {manifest.made_at}")
    return verified.returncode


def _refuse_filled(var: Path) -> None:
    for name in (*archive.KEYS, archive.FILES):
        path = var / name
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            raise CannotStart(f"{path} exists", remedy="restore into an empty folder: VAR=/path/to/new")


def _refuse_tables(owner: str) -> None:
    with psycopg.connect(owner) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row and row[0]:
        raise CannotStart("the database is not empty", remedy="restore into a new one: VAR=/path/to/new")
