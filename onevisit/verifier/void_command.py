"""`onevisit verify --void`: check the record of a draw that was given up, with the files of its public page."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from onevisit.core.draw.verify_void import verify_void
from onevisit.core.merkle import policy
from onevisit.core.refusals import Refused
from onevisit.verifier.files import read


def void_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 the record holds, 1 it is refused, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="onevisit verify", description="Check a void.", allow_abbrev=False)
    for name in ("void", "manifest", "proof", "policy"):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="FILE")
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        trusted = policy.parse_policy(data=read(options.policy))
        record, seen = verify_void(
            void=read(options.void), manifest=read(options.manifest), proof=read(options.proof), trusted=trusted
        )
    except Refused as refused:
        print(f"REFUSED {refused.code}: {refused.detail}", file=sys.stderr)
        return 1
    print(f"void.json {record}")
    print(f"void.tlog-proof {seen}")
    return 0
