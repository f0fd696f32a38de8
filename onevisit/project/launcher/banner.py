"""What the parent process says on the terminal."""

import sys

from onevisit.project.launcher.processes import Place

_PAGES = (("desk", "/"), ("field", "/field/"), ("portal", "/open/"))


def say(text: str) -> None:
    print(f"onevisit: {text}", flush=True)


def refuse(text: str) -> None:
    """Say in one line why nothing runs."""
    print(f"onevisit: {' '.join(text.split())}", file=sys.stderr, flush=True)


def ready(place: Place, *, accounts: list[str], seconds: float) -> None:
    """Print the addresses and the demo accounts; the last line is the one that scripts wait for."""
    for name, path in _PAGES:
        print(f"  {name:<8}{place.url}{path}")
    if accounts:
        print(f"  demo accounts (one click at {place.url}/):")
        for account in accounts:
            print(f"    {account}")
    print(f"  data in {place.var}, logs in {place.log}; started in {seconds:.1f} s; Ctrl-C stops everything")
    print(f"OneVisit is ready: {place.url}", flush=True)
