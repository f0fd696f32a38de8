"""`onevisit init --pack DIR`: make an empty city from a configuration pack, and its first administrator."""

import argparse
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path

from onevisit.project.launcher import banner, processes
from onevisit.project.launcher.failures import CannotStart
from onevisit.project.launcher.processes import Place
from onevisit.project.launcher.up import migrate, prepared, run


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="onevisit init", description=__doc__)
    parser.add_argument("--pack", required=True, type=Path, help="folder with pack.toml and the files of the city")
    parser.add_argument("--account", default="admin", help="account of the first administrator (admin)")
    parser.add_argument("--name", default="管理员", help="name of the first administrator")
    given = parser.parse_args(arguments)
    try:
        region = _region(given.pack)
        with prepared(needs_port=False) as (place, _server):
            migrate(place)
            _load(place, given.pack)
            password = _found(place, account=given.account, name=given.name, region=region)
    except CannotStart as refusal:
        banner.refuse(refusal.message)
        return 1
    _tell(given.account, password)
    return 0


def _region(pack: Path) -> str:
    try:
        return str(tomllib.loads((pack / "pack.toml").read_text(encoding="utf-8"))["region_code"])
    except FileNotFoundError as error:
        raise CannotStart(
            f"{pack} holds no pack.toml", remedy="name the folder of a configuration pack: --pack DIR"
        ) from error
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CannotStart(f"{pack}/pack.toml cannot be read: {error}", remedy="mend that file") from error


def _load(place: Place, pack: Path) -> None:
    run(
        place,
        "load_city",
        str(pack.resolve()),
        "--if-empty",
        problem="the pack was not loaded",
        remedy="mend the named row; nothing of the pack was kept",
    )


def _found(place: Place, *, account: str, name: str, region: str) -> str:
    command = processes.manage("found_city", account, name, "--region", region)
    done = subprocess.run(command, env=place.environment(), capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CannotStart(f"no administrator was made: {said}", remedy="start with `onevisit up` and sign in")
    return done.stdout.strip().splitlines()[-1]


def _tell(account: str, password: str) -> None:
    print("the city is made")
    print(f"  administrator: {account}")
    print(f"  one-time password: {password}   (shown only now; the first sign-in asks for a new one)")
    print("start it with: onevisit up")
