"""`onevisit verify --bundle`: check the zip of a draw; what was changed in it is named, file and field."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from onevisit.core import canonical
from onevisit.core.draw import additions, beside, bundle, concluding, forms, in_register, register, whole
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
    parser.add_argument(
        "--repeated", type=Path, metavar="FILE", help="the bundle of the draw whose officers are drawn again"
    )
    chosen = (f"V{number}{concluding.OF_REPEATED}" for number in sorted(concluding.NEEDED))
    outcome.add_options(parser, "V1", "V3", "V7", "V8", "V10", "R7", "R8", *chosen)
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
    checks, unseen = _examined(files, options.policy)
    if checks[-1].status is Status.FAILED:
        return outcome.FAILED
    unchosen, more = _chosen(files, options)
    if options.sm2_key is not None:
        is_good, said = sm2_lines(proofs=files, public_keys=read_keys(options.sm2_key))
        print(said)
        if not is_good:
            return 1
    known = _in_register(files, options) if options.register is not None else None
    if changed or (known and known[-1].status is Status.FAILED):
        return outcome.FAILED
    receipt = forms.parse_receipt(data=files[RECEIPT])
    found = concluding.of_draw(
        checks=checks, receipt=receipt, register=known, beside=[*unseen, *more], repeated=unchosen
    )
    return outcome.ended(conclusion=found, options=options)


def _examined(files: Mapping[str, bytes], policy: Path | None, *, of: str = "") -> tuple[tuple[Check, ...], list[str]]:
    """Print what every check of a bundle finds; return the checks, and the names of what was not looked at.

    Args:
        of: the draw, where it is not the one that is asked about.
    """
    label = f"{of} " if of else ""
    checks = _checks(files, policy)
    for check in checks:
        print(f"{label}{check.line}")
    unseen: list[str] = []
    if checks[-1].status is Status.FAILED:
        return checks, unseen
    for name, said in chain(_beside(files, policy), _whole(files)):
        print(f"{label}{name} {said}")
        if said.startswith("not "):
            unseen.append(f"{label}{name}")
    return checks, unseen


def _chosen(files: Mapping[str, bytes], options: argparse.Namespace) -> tuple[tuple[int, ...], list[str]]:
    """Check how the objects of a repetition were chosen: in the draw before, of which this bundle has no frames.

    Returns:
        which needed checks of that draw were skipped, and what else of it was not looked at.
    """
    number, given = beside.repeated_draw(files=files), options.repeated
    if not number:
        if given is not None:
            raise Refused("E_DRAW", f"{given.name}: this draw repeats no other, leave --repeated out")
        return (), []
    if given is None:
        print(f"{beside.REPEATED} not checked: how the objects were chosen, give the bundle of {number} by --repeated")
        return (concluding.CHOICE,), []
    try:
        return _chosen_before(read(given), files, options, number=number)
    except Refused as refused:
        raise Refused(refused.code, f"{given.name}: {refused.detail}") from None


def _chosen_before(
    data: bytes, files: Mapping[str, bytes], options: argparse.Namespace, *, number: str
) -> tuple[tuple[int, ...], list[str]]:
    before = bundle.read_bundle(data=data)
    for changed in bundle.changes(files=before):
        raise Refused("E_MISMATCH", f"changed {changed}")
    if RECEIPT not in before:
        raise Refused("E_FILE", f"{RECEIPT} is missing")
    additions.check_same(
        stated=forms.parse_receipt(data=files[beside.REPEATED]), given=forms.parse_receipt(data=before[RECEIPT])
    )
    checks, unseen = _examined(before, options.policy, of=number)
    if checks[-1].status is Status.FAILED:
        raise Refused("E_MISMATCH", f"does not hold: {checks[-1].line}")
    further = beside.repeated_draw(files=before)
    unchosen = concluding.unchosen(checks=checks, is_repetition=bool(further))
    if concluding.CHOICE not in unchosen:
        print(f"{beside.REPEATED} the objects are those that the bundle of {number} shows to be drawn")
    elif further:
        print(f"{beside.REPEATED} not checked: how the objects were chosen, {number} repeats {further} itself")
    return unchosen, unseen


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
