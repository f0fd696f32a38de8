"""`onevisit migrate`: bring the tables to this version, outside of a start."""

import argparse
from collections.abc import Sequence

from onevisit.project.commands import session
from onevisit.project.launcher import banner
from onevisit.project.launcher.failures import CannotStart
from onevisit.project.launcher.up import migrate


def main(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="onevisit migrate", description=__doc__).parse_args(arguments)
    try:
        with session.opened() as place:
            migrate(place)
    except CannotStart as refusal:
        banner.refuse(refusal.message)
        return 1
    banner.say("the tables are up to date")
    return 0
