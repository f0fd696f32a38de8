"""`onevisit reset --yes`: delete the data folder with database, files, keys and logs."""

import argparse
import shutil
from collections.abc import Sequence

from onevisit.project import environment as env
from onevisit.project.launcher import banner, lock, places

_OURS = ("files", "keys", "log", "metrics", "static", "bench", "pictures", "mail")
_FILES = ("database.json", "secret", lock.NAME)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="onevisit reset", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="really delete everything")
    if not parser.parse_args(arguments).yes:
        banner.refuse("nothing deleted - say --yes to delete the database, files and keys of this copy")
        return 2
    var = env.folder("VAR")
    running = lock.holder(var=var)
    if running is not None:
        banner.refuse(f"OneVisit runs on {var} (process {running}) - stop it first")
        return 1
    places.remove(var=var)
    for name in _OURS:
        shutil.rmtree(var / name, ignore_errors=True)
    for name in _FILES:
        (var / name).unlink(missing_ok=True)
    banner.say(f"{var} is empty; the next start makes a new database")
    return 0
