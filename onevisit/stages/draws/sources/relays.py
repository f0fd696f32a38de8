"""Fetch the declared round of the beacon from public relays, where the network lets us; each answer proves itself."""

import logging
from collections.abc import Callable, Sequence
from http.client import HTTPException
from time import monotonic
from urllib.request import Request, urlopen

Fetch = Callable[[str], str]

_SECONDS, _SECONDS_IN_ALL = 5, 15
_MOST_BYTES = 4096
log = logging.getLogger(__name__)


def fetch(url: str) -> str:
    """Return what a relay answers, at most some kilobytes of it."""
    with urlopen(
        Request(url, headers={"Accept": "application/json"}), timeout=_SECONDS
    ) as answer:  # https only, see below
        ends, data = monotonic() + _SECONDS_IN_ALL, b""
        while len(data) < _MOST_BYTES and (piece := answer.read1(_MOST_BYTES - len(data))):
            data += piece
            if monotonic() > ends:
                raise TimeoutError(f"no whole answer in {_SECONDS_IN_ALL} s")
        return str(data.decode("utf-8", "replace"))


def answers(*, relays: Sequence[str], chain: str, round_number: int, fetch: Fetch = fetch) -> list[str]:
    """Ask every relay for one round and return what came; one that does not answer is logged and passed over."""
    found = []
    for relay in relays:
        if not relay.startswith("https://"):
            raise ValueError(f"a relay of the beacon is reached by https only: {relay}")
        try:
            found.append(fetch(f"{relay.rstrip('/')}/{chain}/public/{round_number}"))
        except (OSError, HTTPException, ValueError) as error:  # no answer, none of HTTP, or one that leads nowhere
            log.warning("the beacon's relay %s did not answer: %s", relay, error)
    return found
