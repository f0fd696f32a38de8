"""The register at the size of a large city: half a million targets made from the demo city's, for measurements."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from onevisit.core.identifiers import organisation_check_digit, uscc_check_digit
from onevisit.stages.registers import events, searching
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support.identity.actors import SYSTEM, SYSTEM_CAPACITY
from onevisit.support.ledger import services as ledger

CITY = 500_000
_NAMESPACE = "onevisit scale "
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@transaction.atomic
def fill(*, size: int, at: datetime) -> int:
    """Bring the register up to `size` targets and return how many were added; one entry in the ledger.

    The same demo city gives the same targets, so two measurements compare.
    """
    base = list(InspectionTarget.objects.exclude(uscc="").order_by("object_id")[:3000])
    missing = size - InspectionTarget.objects.count()
    if missing <= 0 or not base:
        return 0
    digest = hashlib.sha256()
    fields = InspectionTarget._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY registers_inspectiontarget ({columns}) FROM STDIN") as copy:
        for made in _targets(base, missing):
            digest.update(made.object_id.encode())
            copy.write_row([getattr(made, field.attname) for field in fields])
    event = events.ImportConfirmed(
        subject="scale",
        kind="targets",
        label="检查对象（规模数据）",
        sha256=digest.hexdigest(),
        new_count=missing,
        changed_count=0,
        unchanged_count=0,
    )
    ledger.append(event, actor=SYSTEM, at=at, capacity=SYSTEM_CAPACITY)
    return missing


def _targets(base: list[InspectionTarget], count: int) -> Iterator[InspectionTarget]:
    """Make branches of the base targets, each with a valid code of its own."""
    for number in range(count):
        target = base[number % len(base)]
        uscc = _uscc(target.uscc[:8], number)
        made_id = UUID(bytes=hashlib.sha256(f"{_NAMESPACE}{number}".encode()).digest()[:16])
        name = f"{target.name.partition('（')[0]}（{number // len(base) + 1}号店）"
        grams = sorted({*target.bigrams, *searching.grams(uscc)})
        yield _copy(target, made_id, uscc=uscc, name=name, grams=grams)


def _copy(target: InspectionTarget, made_id: UUID, *, uscc: str, name: str, grams: list[str]) -> InspectionTarget:
    values = {field.attname: getattr(target, field.attname) for field in InspectionTarget._meta.concrete_fields}
    return InspectionTarget(
        **{**values, "id": made_id, "object_id": uscc, "uscc": uscc, "name": name, "bigrams": grams}
    )


def _uscc(prefix: str, number: int) -> str:
    """Return a code that carries both check digits and cannot be a real one (its organisation begins with X)."""
    digits = ""
    for _place in range(6):
        number, rest = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[rest] + digits
    organisation = f"XM{digits}"
    first = prefix + organisation + organisation_check_digit(organisation)
    return first + uscc_check_digit(first)
