"""`onevisit verify`: check a receipt, a bundle, a register or the statistics of draws with the core alone."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from onevisit.core.draw import beside, concluding, forms, frame, grammar
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.results import Receipt
from onevisit.core.draw.verify import Status, explain, verify
from onevisit.core.refusals import Refused
from onevisit.verifier.bundle_command import bundle_command
from onevisit.verifier.fairness_command import fairness_command
from onevisit.verifier.files import Frames, Proofs, read, read_or_refusal
from onevisit.verifier.register_command import register_command
from onevisit.verifier.sm2_command import read_keys, sm2_lines
from onevisit.verifier.void_command import void_command

BESIDE = ("the files beside the receipt",)
"""What a bundle is checked for and a receipt by itself is not: values, conditions, exclusions, batches and lodging."""


def verify_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 nothing failed, 1 a check failed or refused, 2 wrong usage.

    Of a receipt 0 does not say that it is verified (draw-protocol.md section 13 fixes the codes): the last line does.
    """
    for option, other in (
        ("--bundle", bundle_command),
        ("--register", register_command),
        ("--fairness", fairness_command),
        ("--void", void_command),
    ):
        if any(argument.partition("=")[0] == option for argument in argv):
            return other(argv)
    parser = _parser()
    try:
        options = parser.parse_args(argv)
        if options.policy is not None and options.proofs is None:
            parser.error("--policy needs --proofs")
        if options.sm2_key is not None and options.proofs is None:
            parser.error("--sm2-key needs --proofs")
        if options.batches is not None and not 1 <= options.batches <= beside.MOST_BATCHES:
            parser.error(f"--batches takes 1 to {beside.MOST_BATCHES}")
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        if options.id is not None:
            grammar.object_id(options.id, "id")
        return _verify(options)
    except Refused as refused:
        print(f"REFUSED {refused.code}: {refused.detail}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onevisit verify", description="Check a receipt.", allow_abbrev=False)
    parser.epilog = "--bundle FILE checks the zip of a draw, --register FILE [--previous FILE] an organiser's register,"
    parser.epilog += " --void FILE the record of a draw that was given up,"
    parser.epilog += " --fairness FILE… writes the statistics over several bundles."
    parser.add_argument("receipt", type=Path)
    parser.add_argument("--frames", type=Path, metavar="DIR")
    parser.add_argument("--id", metavar="OBJECT_ID")
    parser.add_argument("--plan", type=Path)
    parser.add_argument("--previous", type=Path)
    parser.add_argument("--proofs", type=Path, metavar="DIR")
    parser.add_argument("--policy", type=Path)
    parser.add_argument("--sm2-key", type=Path, metavar="PEM", help="also check the SM2 lines in the proofs")
    parser.add_argument("--batches", type=int, metavar="COUNT", help="also say which object comes into which batch")
    return parser


def _verify(options: argparse.Namespace) -> int:
    checks = verify(
        receipt=read_or_refusal(options.receipt),
        frames=Frames(options.frames) if options.frames is not None else None,
        plan=read_or_refusal(options.plan) if options.plan is not None else None,
        previous=read_or_refusal(options.previous) if options.previous is not None else None,
        proofs=Proofs(options.proofs, options.policy) if options.proofs is not None else None,
    )
    for check in checks:
        print(check.line)
    if checks[-1].status is Status.FAILED:
        return 1
    if options.sm2_key is not None:
        is_good, said = sm2_lines(proofs=Proofs(options.proofs, options.policy), public_keys=read_keys(options.sm2_key))
        print(said)
        if not is_good:
            return 1
    if options.id is not None:
        _explain(options)
    if options.batches is not None:
        _batches(options)
    receipt = forms.parse_receipt(data=read(options.receipt))
    print(concluding.of_draw(checks=checks, receipt=receipt, beside=BESIDE).line)
    return 0


def _explain(options: argparse.Namespace) -> None:
    receipt = forms.parse_receipt(data=read(options.receipt))
    for line in explain(receipt=receipt, object_id=options.id, frames=_frames(options.frames, receipt)):
        print(line)


def _batches(options: argparse.Namespace) -> None:
    """Print the batch, the id and the order value of every drawn object, or of the one asked for."""
    found = beside.placed(receipt=forms.parse_receipt(data=read(options.receipt)), count=options.batches)
    for one in found:
        if options.id in (None, one.object_id):
            print(f"batch {one.batch} {one.object_id} {one.value}")


def _frames(directory: Path | None, receipt: Receipt) -> dict[str, Frame] | None:
    if directory is None:
        return None
    files = Frames(directory)
    return {item.item: frame.parse_frame(data=files[item.item]) for item in receipt.manifest.items}


main = verify_command
