"""`onevisit up`: start everything and serve until a signal comes."""

import argparse
from collections.abc import Sequence

from onevisit.project.launcher.up import up


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="onevisit up", description="Start database, web, queue and sequencer; settings come from the environment."
    )
    parser.parse_args(arguments)
    return up()
