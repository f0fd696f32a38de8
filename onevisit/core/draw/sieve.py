"""What hashes the ids of a checked frame and keeps what lies below a bound."""

from typing import Protocol

from onevisit.core.draw.sifting import Found, sieve

__all__ = ["Found", "Sieve", "sieve"]


class Sieve(Protocol):
    """Whatever gives these bytes: the loop of `sifting`, or more than one process of it."""

    def __call__(self, *, data: bytes, prefix: bytes, bound: bytes) -> list[Found]:
        """Return what lies below the bound, in the order of the lines."""
        ...
