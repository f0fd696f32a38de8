"""`onevisit draw`: files in, receipt out, with the core alone."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from onevisit.core.draw import receipt
from onevisit.core.draw.officers import Infeasible
from onevisit.core.draw.receipt import Receipt
from onevisit.core.refusals import Refused
from onevisit.verifier.files import Frames, read

INFEASIBLE = 3


def draw_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 drawn, 1 refused, 2 wrong usage, 3 officers infeasible."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        drawn = _draw(options)
        _write(options.out, receipt.encode_receipt(receipt=drawn))
    except Refused as refused:
        print(f"REFUSED {refused.code}: {refused.detail}", file=sys.stderr)
        return 1
    latest = drawn.results[-1]
    print(drawn.manifest.draw, latest.digest)
    return INFEASIBLE if isinstance(latest.result.assignment, Infeasible) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onevisit draw", description="Draw from files.", allow_abbrev=False)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--frames", type=Path, required=True, metavar="DIR")
    parser.add_argument("--sources", type=Path, required=True)
    for name in ("--keys", "--roster", "--replacements"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--out", type=Path, required=True)
    return parser


def _draw(options: argparse.Namespace) -> Receipt:
    return receipt.draw(
        manifest=read(options.manifest),
        frames=Frames(options.frames),
        sources=read(options.sources),
        keys=_optional(options.keys),
        roster=_optional(options.roster),
        replacements=_optional(options.replacements),
    )


def _optional(path: Path | None) -> bytes | None:
    return None if path is None else read(path)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except (OSError, ValueError) as error:
        raise Refused("E_FILE", f"{path.name} cannot be written") from error


main = draw_command
