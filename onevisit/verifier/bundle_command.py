"""`onevisit verify --bundle`: check the zip of a draw; what was changed in it is named, file and field."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from onevisit.core import canonical
from onevisit.core.draw import beside, bundle, concluding, forms, in_register, register, whole
from onevisit.core.draw.verify import Check, Status, verify
from onevisit.core.draw.verify_register import RegisterCheck, verify_register
from onevisit.core.refusals import Refused
from onevisit.verifier import outcome
from onevisit.verifier.files import read, read_or_refusal
from onevisit.verifier.sm2_command import read_keys, sm2_lines

RECEIPT, MANIFEST, PREVIOUS = "receipt.json", "manifest.json", "previous.json"


def bundle_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 verified, 1 changed or failed, 2 wrong usage, 4 not verified."""
    parser = argparse.ArgumentParser(prog="onevisit verify", description="Check a bundle.", allow_abbrev=False)
    parser.add_argument("--bundle", type=Path, required=True, metavar="FILE")
    parser.add_argument("--policy", type=Path)
    parser.add_argument(
        "--register", type=Path, metavar="FILE", help="the register of the organiser: was a round left out?"
    )
    outcome.add_options(parser, "V1", "V3", "V7", "V8", "V10", "R7", "R8")
    parser.add_argument("--sm2-key", type=Path, metavar="PEM", help="also check the SM2 lines in the proofs")
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return outcome.USAGE if stop.code else 0
    try:
        return _judge(options)
    except Refused as refused:
        print(f"REFUSED {refused.code}: {refused.detail}", file=sys.stderr)
        return 1


def _judge(options: argparse.Namespace) -> int:
    """Print what every check finds, and last whether that is a verification; return the exit code."""
    data = read(options.bundle)
    files = bundle.read_bundle(data=data)
    changed = bundle.changes(files=files)
    for line in changed:
        print(f"changed {line}")
    for line in () if changed else bundle.header_changes(data=data):
        print(f"the archive was changed or packed again, its files are as listed: {line}")
    checks = _checks(files, options.policy)
    for check in checks:
        print(check.line)
    if checks[-1].status is Status.FAILED:
        return 1
    unseen = []
    for name, said in chain(_beside(files, options.policy), _whole(files)):
        print(f"{name} {said}")
        if said.startswith("not "):
            unseen.append(name)
    if options.sm2_key is not None:
        is_good, said = sm2_lines(proofs=files, public_keys=read_keys(options.sm2_key))
        print(said)
        if not is_good:
            return 1
    known = _in_register(files, options) if options.register is not None else None
    if changed or (known and known[-1].status is Status.FAILED):
        return outcome.FAILED
    receipt = forms.parse_receipt(data=files[RECEIPT])
    found = concluding.of_draw(checks=checks, receipt=receipt, register=known, beside=unseen)
    return outcome.ended(conclusion=found, options=options)


def _in_register(files: Mapping[str, bytes], options: argparse.Namespace) -> tuple[RegisterCheck, ...]:
    """Check the register of the organiser, and hold the bundle against it."""
    data = read(options.register)
    own = read(options.policy) if options.policy is not None else None
    checks = verify_register(register=data, policy=own)
    for check in checks:
        print(check.line)
    if checks[-1].status is not Status.FAILED:
        receipt, found = forms.parse_receipt(data=files[RECEIPT]), register.parse_register(data=data)
        print(f"register {in_register.check_in_register(files=files, receipt=receipt, register=found)}")
    return checks


def _checks(files: Mapping[str, bytes], policy: Path | None) -> tuple[Check, ...]:
    if RECEIPT not in files:
        raise Refused("E_FILE", f"{RECEIPT} is missing")
    frames = {name.removesuffix(".txt"): data for name, data in files.items() if name.endswith(".txt")}
    proofs: dict[str, bytes | Refused] | None = None
    if any(name.endswith(".tlog-proof") for name in files):
        proofs = {name: data for name, data in files.items() if name.endswith(".tlog-proof") or name == "policy.txt"}
        if policy is not None:
            proofs["policy.txt"] = read_or_refusal(policy)
    checks = verify(
        receipt=files[RECEIPT],
        frames=frames,
        plan=files.get(beside.PLAN),
        previous=files.get(PREVIOUS),
        proofs=proofs,
    )
    return checks if checks[-1].status is Status.FAILED else _with_manifest(files, checks)


def _beside(files: Mapping[str, bytes], given: Path | None) -> Iterator[tuple[str, str]]:
    """Check what stands beside the receipt, against the ledger's policy if there is one.

    The policy that comes with the bundle stays beside the one given: the commitment names it by its digest.
    """
    own = {} if given is None else {"policy.txt": read(given)}
    known = {**own, **files}
    has_proofs = any(name.endswith(".tlog-proof") for name in files)
    trusted = beside.parse_policy(files={**files, **own}) if has_proofs else None
    yield from beside.check_beside(files=known, receipt=forms.parse_receipt(data=files[RECEIPT]), trusted=trusted)


def _whole(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """See that nothing was left out, and name what nothing is held against."""
    yield from whole.check_whole(files=files, receipt=forms.parse_receipt(data=files[RECEIPT]))


def _with_manifest(files: Mapping[str, bytes], checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """The manifest that was public before the draw is the one in the receipt."""
    if MANIFEST in files:
        before = canonical.parse(data=files[MANIFEST])
        if before != canonical.parse(data=files[RECEIPT])["manifest"]:
            said = "E_MISMATCH: manifest.json is not the manifest of receipt.json"
            return (*checks, Check(0, Status.FAILED, said))
    return checks
