"""`onevisit backup FILE`: write database, files and keys into one archive, also while the copy runs."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from onevisit.project.commands import archive, session
from onevisit.project.launcher import banner
from onevisit.project.launcher.failures import CannotStart


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="onevisit backup", description=__doc__)
    parser.add_argument("file", type=Path, help="archive to write, e.g. onevisit-2026-12-01.tar.gz")
    target: Path = parser.parse_args(arguments).file.resolve()
    try:
        if not target.parent.is_dir():
            raise CannotStart(f"the folder {target.parent} does not exist", remedy="make it first")
        with session.opened() as place:
            manifest = archive.write(target, var=place.var, owner=session.owner(place))
    except CannotStart as refusal:
        banner.refuse(refusal.message)
        return 1
    banner.say(f"{target} holds the database ({manifest.database_bytes:,} bytes packed), files and keys; keep it safe")
    return 0
