"""The demo city's past: played once after the city is loaded, told on the terminal, and never in the way of a start."""

import subprocess

from onevisit.project import environment as env
from onevisit.project.launcher import banner, processes
from onevisit.project.launcher.children import last_line, log_file
from onevisit.project.launcher.processes import Place

_COMMAND = "play_past"


def play(place: Place) -> None:
    """Play the last weeks of the demo city; what fails leaves a city without a past, which starts all the same."""
    if not env.flag("ONEVISIT_DEMO_PAST"):
        banner.say("the demo city begins without a past (ONEVISIT_DEMO_PAST=0)")
        return
    if env.number("ONEVISIT_WITNESSES"):
        # The policy is adopted when the past is over, so that its entries wait for nobody and claim no cosignature.
        banner.say("the demo city's witnesses begin today: the draws of its past were committed without them")
    banner.say("playing the last weeks of the demo city through its services (only on the first start)")
    log = log_file(place.log, _COMMAND)
    with log.open("ab") as errors:
        playing = subprocess.Popen(
            processes.manage(_COMMAND), env=place.environment(), stdout=subprocess.PIPE, stderr=errors, text=True
        )
        with playing:
            for line in playing.stdout or ():
                banner.say(f"  {line.rstrip()}")
    if playing.returncode:
        banner.refuse(
            f"THE PAST OF THE DEMO CITY COULD NOT BE PLAYED: {last_line(log)} (log: {log}) - nothing of it was kept, "
            "the city starts empty; try again with `onevisit manage play_past` before you make a draw"
        )
