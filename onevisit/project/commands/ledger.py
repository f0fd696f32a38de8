"""`onevisit ledger verify`: recompute every hash and checkpoint, and name what was changed, removed or added."""

from collections.abc import Sequence

from onevisit.project.commands import manage


def main(arguments: Sequence[str]) -> int:
    return manage.main(["ledger", *arguments])
