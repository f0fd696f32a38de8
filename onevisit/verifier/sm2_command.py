"""`onevisit sm2`: check the detached SM2 signature of a file, or the SM2 line of a checkpoint."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from onevisit.core import sm2, sm2_files
from onevisit.core.merkle.note import Key, KeyType, Malformed, Note, parse_note
from onevisit.core.merkle.tlog_proof import parse_proof
from onevisit.core.refusals import Refused
from onevisit.core.sm2_files import NotSm2
from onevisit.verifier.files import MOST_FRAME_BYTES, read

SIGNATURE, DIGEST = ".sm2", ".sm3"
PROOF = ".tlog-proof"


def sm2_command(argv: Sequence[str]) -> int:
    """Run the command and return its exit code: 0 good, 1 wrong or unreadable, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="onevisit sm2", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help="check FILE against FILE.sm2, and print its SM3 digest")
    verify.add_argument("--signature", type=Path, metavar="FILE", help="where it is not FILE.sm2")
    checkpoint = verbs.add_parser("checkpoint", help="check the SM2 line of a checkpoint of the ledger")
    for verb in (verify, checkpoint):
        verb.add_argument("file", type=Path, metavar="FILE")
        verb.add_argument(
            "--key",
            type=Path,
            required=True,
            metavar="PEM",
            help="public keys, as /open/sm2.pem gives them: the one in use and those before it",
        )
    try:
        options = parser.parse_args(argv)
    except SystemExit as stop:
        return 2 if stop.code else 0
    try:
        keys = read_keys(options.key)
        if options.verb == "checkpoint":
            return _checkpoint(options.file, public_keys=keys)
        return _verify(options.file, options.signature, public_keys=keys)
    except Refused as refused:
        print(f"REFUSED {refused.code}: {refused.detail}", file=sys.stderr)
        return 1


def read_keys(path: Path) -> tuple[bytes, ...]:
    """Read the public keys of a file: one, or the one in use and those before it.

    Raises:
        Refused: E_FILE, it cannot be read or one is no SM2 key in PEM.
    """
    try:
        return sm2_files.read_publics(data=read(path, most=sm2_files.MOST_KEYS_BYTES))
    except NotSm2 as error:
        raise Refused("E_FILE", f"{path.name} cannot be used as a key: {error}") from error


def sm2_lines(*, proofs: Mapping[str, bytes | Refused], public_keys: Sequence[bytes]) -> tuple[bool, str]:
    """Check the SM2 lines of some keys under every checkpoint; return whether none is wrong, and what to say."""
    names = sorted(name for name in proofs if name.endswith(PROOF))
    good = 0
    for name in names:
        data = proofs[name]
        if isinstance(data, Refused):
            raise data
        found = _lines(parse_proof(data=data).note, public_keys=public_keys)
        if not all(found):
            return False, f"SM2 failed E_SIGNATURE: the SM2 line in {name} is not of its key over its checkpoint"
        good += bool(found)
    if not good:
        return True, f"SM2 skipped none of {len(names)} proofs has a line of these keys"
    return True, f"SM2 ok {good} of {len(names)} proofs have a good line of these keys"


def _lines(signed: Note, *, public_keys: Sequence[bytes]) -> list[bool]:
    """Tell of every line that names one of these keys whether it is good."""
    origin = signed.text.partition("\n")[0]
    named = {Key(name=origin, kind=KeyType.SM2, public=public).id: public for public in public_keys}
    return [
        sm2.is_signed(public_key=named[line.key_id], message=signed.text.encode(), signature=line.value)
        for line in signed.signatures
        if line.name == origin and line.key_id in named
    ]


def _checkpoint(file: Path, *, public_keys: Sequence[bytes]) -> int:
    try:
        found = _lines(parse_note(data=read(file)), public_keys=public_keys)
    except Malformed as error:
        raise Refused("E_FILE", f"{file.name} is no checkpoint: {error}") from error
    if not found:
        print(f"failed {file.name} has no SM2 line of these keys")
    elif not all(found):
        print(f"failed {file.name}: its SM2 line is not of its key over this text")
    else:
        print(f"ok {file.name}: its SM2 line is of one of these keys; the ledger's own line is checked by `verify`")
        return 0
    return 1


def _verify(file: Path, signature: Path | None, *, public_keys: Sequence[bytes]) -> int:
    data = read(file, most=MOST_FRAME_BYTES)
    print(f"SM3 {sm2.sm3(data).hex()}  {file.name}")
    mark = signature or file.with_name(file.name + SIGNATURE)
    try:
        raw = sm2_files.decode_signature(data=read(mark, most=sm2_files.MOST_KEY_BYTES))
    except NotSm2 as error:
        raise Refused("E_SIGNATURE", f"{mark.name}: {error}") from error
    for public in public_keys:
        if sm2.is_signed(public_key=public, message=data, signature=raw):
            key = sm2_files.fingerprint(public=public)
            print(f"ok {file.name} is what key {key} signed; that it signed in those days stands at /open/sm2")
            return 0
    print(f"failed {file.name}: it was changed, or another key signed it")
    return 1


main = sm2_command
