"""Asks the web server whether everything answers."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from onevisit.project.launcher.failures import CannotStart

_TICK_SECONDS = 0.2


def wait(url: str, *, seconds: float, meanwhile: Callable[[], None]) -> None:
    """Wait until `url` answers 200; `meanwhile` looks after the processes.

    Raises:
        CannotStart: it did not in time; the message names what is not ready.
    """
    by = time.monotonic() + seconds
    missing = "nothing answers"
    while time.monotonic() < by:
        meanwhile()
        missing = _missing(url)
        if not missing:
            return
        time.sleep(_TICK_SECONDS)
    raise CannotStart(f"not ready after {seconds:.0f} s: {missing}", remedy="read the logs in VAR/log")


def _missing(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return "" if answer.status == 200 else f"{url} answers {answer.status}"
    except urllib.error.HTTPError as error:
        return _unready_parts(error.read().decode(errors="replace")) or f"{url} answers {error.code}"
    except OSError as error:
        return f"{url}: {error}"


def _unready_parts(body: str) -> str:
    try:
        checks = json.loads(body)["checks"]
    except (ValueError, KeyError, TypeError):
        return ""
    return "; ".join(f"{name}: {said}" for name, said in checks.items() if said != "ok")
