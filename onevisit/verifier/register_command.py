"""`onevisit verify --register`: check an organiser's register of draws, one line per check."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from onevisit.core.draw.verify import Status
from onevisit.core.draw.verify_register import verify_register
from onevisit.verifier.files import read_or_refusal


def register_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 nothing failed, 1 a check failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="onevisit verify", description="Check a register of draws.", allow_abbrev=False
    )
    parser.add_argument("--register", type=Path, required=True, metavar="FILE")
    parser.add_argument("--previous", type=Path, metavar="EARLIER", help="a copy of the register kept from before")
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    earlier = read_or_refusal(options.previous) if options.previous is not None else None
    checks = verify_register(register=read_or_refusal(options.register), earlier=earlier)
    for check in checks:
        print(check.line)
    return 1 if checks[-1].status is Status.FAILED else 0
