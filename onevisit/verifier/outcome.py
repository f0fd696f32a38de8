"""How a check of a bundle or register ends: the last line, and an exit code that is 0 only for a verification."""

import argparse

from onevisit.core.draw.concluding import Conclusion

VERIFIED, FAILED, USAGE, UNVERIFIED = 0, 1, 2, 4
"""3 is `onevisit draw` with too few officers (draw-protocol.md section 13)."""


def add_options(parser: argparse.ArgumentParser, *names: str) -> None:
    """Let who knows better than the verifier say which skipped checks he takes upon himself."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--strict", action="store_true", help=f"exit code {FAILED} instead of {UNVERIFIED}")
    chosen.add_argument(
        "--allow-skipped",
        type=lambda text: _names(text, names),
        default=(),
        metavar="NAMES",
        help=f"end with {VERIFIED} although these were skipped: {','.join(names)}",
    )


def _names(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(text.split(","))
    if unknown := [name for name in found if name not in known]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {','.join(known)}")
    return found


def ended(*, conclusion: Conclusion, options: argparse.Namespace) -> int:
    """Print the last line and return the exit code."""
    left = [name for name in conclusion.lacking if name not in options.allow_skipped]
    is_allowed = bool(conclusion.lacking) and not left
    print(conclusion.line + (" (allowed here)" if is_allowed else ""))
    if not left:
        return VERIFIED
    return FAILED if options.strict else UNVERIFIED
