"""`onevisit manage COMMAND ...`: any management command on this copy's database, as the application's role."""

import subprocess
from collections.abc import Sequence

from onevisit.project.commands import session
from onevisit.project.launcher import banner, processes
from onevisit.project.launcher.failures import CannotStart


def main(arguments: Sequence[str]) -> int:
    try:
        with session.opened() as place:
            return subprocess.run(processes.manage(*arguments), env=place.environment()).returncode
    except CannotStart as refusal:
        banner.refuse(refusal.message)
        return 1
