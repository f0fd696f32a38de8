"""Witnesses of the journeys' city: services of their own, with folders and keys of their own, on loopback."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.conftest import City

STOP_SECONDS = 60
LISTENS = re.compile(r"listens on (http://\S+?)/?$")


@dataclass(frozen=True)
class Witness:
    """A running witness: its name, its key, its address and its folder."""

    name: str
    vkey: str
    url: str
    folder: Path


@contextmanager
def running_witness(folder: Path, *, name: str, log: str) -> Iterator[Witness]:
    """Make a witness that watches one log, and run it until the block ends."""
    command = [sys.executable, "-m", "onevisit", "witness"]
    made = subprocess.run(
        [*command, "init", str(folder), "--name", f"{name}.example/witness", "--log", log],
        capture_output=True,
        text=True,
        check=True,
    )
    process = subprocess.Popen([*command, "run", str(folder), "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = LISTENS.search(process.stdout.readline().strip())
        assert said, "the witness did not start"
        yield Witness(name=name, vkey=made.stdout.strip(), url=said[1], folder=folder)
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS)


def log_key(city: City) -> str:
    """Return the key of the city's ledger, from the policy file that anybody may download."""
    text = city.run("ledger", "policy").stdout
    return next(line.split()[1] for line in text.splitlines() if line.startswith("log "))


def compare(folder: Path, bundle: Path) -> "subprocess.CompletedProcess[str]":
    """Let a witness hold a published bundle against what was lodged with it."""
    command = [sys.executable, "-m", "onevisit", "witness", "compare", str(folder), str(bundle)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def adopt(city: City, witnesses: Sequence[Witness], *, folder: Path) -> None:
    """Let the city's ledger wait for all of the witnesses from now on, and lodge each freeze with the first."""
    lines = [f"log {log_key(city)}"]
    lines += [f"witness {each.name} {each.vkey} {each.url}" for each in witnesses]
    lines += [f"group all all {' '.join(each.name for each in witnesses)}", "quorum all", ""]
    policy = folder / "policy.txt"
    policy.write_text("\n".join(lines), encoding="utf-8")
    adopted = city.run("ledger", "policy", str(policy), "--lodge", witnesses[0].name)
    assert adopted.returncode == 0, adopted.stdout + adopted.stderr
