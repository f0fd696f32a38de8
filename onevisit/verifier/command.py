"""The command line of the core: draw, verify, merkle, sm2. No database, no settings, no network, no clock."""

import sys
from collections.abc import Callable, Sequence

from onevisit.verifier.draw_command import draw_command
from onevisit.verifier.merkle_command import merkle_command
from onevisit.verifier.sm2_command import sm2_command
from onevisit.verifier.verify_command import verify_command

USAGE = "usage: onevisit (draw | verify | merkle | sm2) …"
COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "draw": draw_command,
    "verify": verify_command,
    "merkle": merkle_command,
    "sm2": sm2_command,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one of the commands and return its exit code; 2 is wrong usage."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] not in COMMANDS:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except MemoryError:
        pass  # outside the handler what was built is given back before the refusal is written
    print("REFUSED E_RANGE: the input takes more memory than there is", file=sys.stderr)
    return 1
