"""The last line of a verification: whether all that shows it was looked at, and what was not.

No screen may take a skipped check for a verification (draw-protocol.md section 14), so the line names every check that
was skipped, and those without which nothing is verified come first.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from onevisit.core.draw.results import Receipt
from onevisit.core.draw.verify import Check, Status
from onevisit.core.draw.verify_register import RegisterCheck

NEEDED = frozenset({1, 3, 7, 8})
"""Without proofs nothing shows when the list stood, without frames nothing shows how it was chosen."""
CHAIN = 10
CHOICE = 7
OF_REPEATED = "-of-repeated"
"""Marks a check of the draw whose officer half is repeated: its objects were chosen there, a repetition takes all."""
NEEDED_OF_REGISTER = frozenset({7, 8})
"""Without checkpoint and count entries may be invented or left out."""


@dataclass(frozen=True)
class Conclusion:
    """What the last line says; `lacking` are the checks without which nothing is verified."""

    lacking: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def is_verified(self) -> bool:
        return not self.lacking

    @property
    def line(self) -> str:
        said = f"not verified: {', '.join(self.lacking)} skipped" if self.lacking else "verified"
        return f"{said}; not looked at: {', '.join(self.others)}" if self.others else said


def of_draw(
    *,
    checks: Sequence[Check],
    receipt: Receipt,
    register: Sequence[RegisterCheck] | None = None,
    beside: Sequence[str] = (),
    repeated: Sequence[int] = (),
) -> Conclusion:
    """Conclude the checks of a receipt, none of which failed.

    The record before is needed where the manifest names one, but where a register shows what became of it.

    Args:
        register: the checks of the register that the bundle was held against.
        beside: what else was not looked at, in words.
        repeated: the checks that were skipped on the draw whose officer half this one repeats, as `unchosen` says.
    """
    unasked = {CHAIN} if not receipt.manifest.prev or register is not None else set()
    skipped = [check.number for check in checks if check.status is Status.SKIPPED and check.number not in unasked]
    found = _concluded("V", skipped, NEEDED | {CHAIN}, beside)
    lacking = (*found.lacking, *(f"V{number}{OF_REPEATED}" for number in repeated))
    found = Conclusion(lacking=lacking, others=found.others)
    if register is None:
        return found
    other = of_register(checks=register)
    return Conclusion(lacking=found.lacking + other.lacking, others=found.others + other.others)


def unchosen(*, checks: Sequence[Check], is_repetition: bool) -> tuple[int, ...]:
    """Return which checks of a draw were skipped without which nothing shows how its objects were chosen.

    Args:
        checks: those of the draw that is repeated.
        is_repetition: whether it repeats yet another one, so that its objects were not chosen in it either.
    """
    skipped = {check.number for check in checks if check.status is Status.SKIPPED} & NEEDED
    return tuple(sorted(skipped | ({CHOICE} if is_repetition else set())))


def of_register(*, checks: Sequence[RegisterCheck]) -> Conclusion:
    """Conclude the checks of a register, none of which failed."""
    return _concluded("R", [check.number for check in checks if check.status is Status.SKIPPED], NEEDED_OF_REGISTER, ())


def _concluded(letter: str, skipped: Sequence[int], needed: Set[int], beside: Sequence[str]) -> Conclusion:
    return Conclusion(
        lacking=tuple(f"{letter}{number}" for number in skipped if number in needed),
        others=(*(f"{letter}{number}" for number in skipped if number not in needed), *beside),
    )
