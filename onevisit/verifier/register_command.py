"""`onevisit verify --register`: check an organiser's register of draws, one line per check."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from onevisit.core.draw import concluding, grammar
from onevisit.core.draw.verify import Status
from onevisit.core.draw.verify_register import verify_register
from onevisit.core.refusals import Refused
from onevisit.verifier import outcome
from onevisit.verifier.files import read_or_refusal


def register_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 verified, 1 a check failed, 2 wrong usage, 4 a check was skipped."""
    parser = argparse.ArgumentParser(
        prog="onevisit verify", description="Check a register of draws.", allow_abbrev=False
    )
    parser.add_argument("--register", type=Path, required=True, metavar="FILE")
    parser.add_argument("--previous", type=Path, metavar="EARLIER", help="a copy of the register kept from before")
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="your own policy instead of the one in the register"
    )
    parser.add_argument("--now", default="", metavar="TIME", help="your own clock, as 2027-01-01T09:00:00+08:00")
    outcome.add_options(parser, "R7", "R8")
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return outcome.USAGE if stop.code else 0
    try:
        now = grammar.moment(options.now, "--now") if options.now else ""
    except Refused as refused:
        print(f"REFUSED {refused.code}: {refused.detail}", file=sys.stderr)
        return outcome.FAILED
    checks = verify_register(
        register=read_or_refusal(options.register),
        earlier=read_or_refusal(options.previous) if options.previous is not None else None,
        policy=read_or_refusal(options.policy) if options.policy is not None else None,
        now=now,
    )
    for check in checks:
        print(check.line)
    if checks[-1].status is Status.FAILED:
        return outcome.FAILED
    return outcome.ended(conclusion=concluding.of_register(checks=checks), options=options)
