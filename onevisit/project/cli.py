"""The command line `onevisit`: operate an installation, or check a draw and a proof without one.

`draw`, `verify`, `merkle` and `witness` are for outsiders: they run the core alone and never load Django.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Command:
    """One command: the module that does it (loaded only when asked for) and what it is for."""

    name: str
    module: str
    meaning: str

    def run(self, arguments: Sequence[str]) -> int:
        main: Callable[[Sequence[str]], int] = import_module(self.module).main
        return main(arguments)


_OPERATE = "onevisit.project.commands"
SECTIONS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    (
        "run",
        (
            Command("up", f"{_OPERATE}.up", "start everything, print the addresses, serve until Ctrl-C"),
            Command("init", f"{_OPERATE}.init", "make an empty city from a configuration pack: --pack DIR"),
            Command("migrate", f"{_OPERATE}.migrate", "bring the tables to this version"),
            Command("reset", f"{_OPERATE}.reset", "delete the data folder: --yes"),
        ),
    ),
    (
        "operate",
        (
            Command("doctor", f"{_OPERATE}.doctor", "check this installation and say what to mend"),
            Command("backup", f"{_OPERATE}.backup", "write database, files and keys into one archive: FILE"),
            Command("restore", f"{_OPERATE}.restore", "bring an archive back into an empty data folder: FILE"),
            Command("ledger", f"{_OPERATE}.ledger", "verify: recompute the ledger and name what was changed"),
            Command("sm2", f"{_OPERATE}.sm2", "keygen, public, verify: the SM2 signature beside (密评)"),
            Command("manage", f"{_OPERATE}.manage", "any other management command, as the application's role"),
        ),
    ),
    (
        "check from outside (needs no installation)",
        (
            Command("draw", "onevisit.verifier.draw_command", "draw again from a manifest and its values"),
            Command("verify", "onevisit.verifier.verify_command", "check a receipt or a proof"),
            Command(
                "merkle",
                "onevisit.verifier.merkle_command",
                "check an inclusion or consistency proof of the ledger's tree",
            ),
            Command(
                "beacon", f"{_OPERATE}.beacon", "carry the beacon's value into a closed network, as a sheet with a QR"
            ),
            Command("witness", "onevisit.witness.command", "init, run, show, compare: cosign and lodge elsewhere"),
        ),
    ),
)
COMMANDS = {command.name: command for _section, commands in SECTIONS for command in commands}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (2: the command line was not understood)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    if given[0] in {"-V", "--version", "version"}:
        print(version())
        return 0
    command = COMMANDS.get(given[0])
    if command is None:
        print(f"onevisit: no command {given[0]!r}; `onevisit help` lists them", file=sys.stderr)
        return 2
    return command.run(given[1:])


def usage() -> str:
    """Return the list of commands in sections."""
    lines = ["onevisit COMMAND ...   (onevisit COMMAND --help)"]
    for section, commands in SECTIONS:
        lines += ["", f"{section}:", *(f"  {command.name:<10}{command.meaning}" for command in commands)]
    return "\n".join(lines)


def version() -> str:
    """Return the version of the code."""
    from onevisit import __version__

    return f"onevisit {__version__}"
