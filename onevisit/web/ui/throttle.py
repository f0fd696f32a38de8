"""Count what comes from one address, for the few acts that anybody may do without an account."""

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def count(request: HttpRequest, what: str, *, window: int) -> int:
    """Count one more act and return how many of its kind came from the address in the present window.

    Args:
        window: seconds of real time, whatever a demo clock says.
    """
    key = f"{what}:{address_of(request)}:{int(time.time()) // window}"
    number = int(cache.get(key, 0)) + 1
    cache.set(key, number, window)
    return number


def address_of(request: HttpRequest) -> str:
    """Return the sender's address: behind trusted proxies the one that the outermost of them saw."""
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.PROXIES
    if proxies and len(seen) >= proxies and seen[-proxies]:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
