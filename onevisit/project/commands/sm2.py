"""`onevisit sm2`: make the key that signs with SM2, write its public half, check a signed file."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from onevisit.core import sm2_files
from onevisit.project.launcher import banner
from onevisit.support import sm2
from onevisit.verifier.sm2_command import sm2_command


def main(arguments: Sequence[str]) -> int:
    if arguments and arguments[0] in {"verify", "checkpoint"}:
        return sm2_command(arguments)
    parser = argparse.ArgumentParser(prog="onevisit sm2", description=__doc__, allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True)
    keygen = verbs.add_parser("keygen", help="make a key in a new file that only this account reads")
    keygen.add_argument("file", type=Path, metavar="FILE")
    public = verbs.add_parser("public", help="write the public half of a key as PEM")
    public.add_argument("file", type=Path, metavar="FILE", help="the private key")
    verbs.add_parser("verify", help="check FILE against FILE.sm2: sm2 verify FILE --key PEM")
    verbs.add_parser("checkpoint", help="check the SM2 line of a checkpoint: sm2 checkpoint FILE --key PEM")
    options = parser.parse_args(arguments)
    path = options.file.expanduser().resolve()
    try:
        if options.verb == "keygen":
            sm2.make(path)
            banner.say(f"{path} holds the key; keep a copy in a safe, and set ONEVISIT_SM2_KEY={path}")
        else:
            print(sm2_files.write_public(public=sm2.read(path).public).decode(), end="")
    except sm2.KeyRefused as refused:
        banner.refuse(refused.message)
        return 1
    return 0
