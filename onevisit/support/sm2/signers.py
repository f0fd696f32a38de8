"""Which SM2 keys have signed here, and in which time: an older file or checkpoint verifies with the key of its time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from onevisit.core import sm2_files
from onevisit.support.sm2.keys import PrivateKey, configured
from onevisit.support.sm2.models import SignerKey


@dataclass(frozen=True)
class Signer:
    """One public key as it is published; `until` is None for the one in use."""

    public: bytes
    since: datetime | None
    until: datetime | None = None

    @property
    def fingerprint(self) -> str:
        return sm2_files.fingerprint(public=self.public)

    @property
    def pem(self) -> str:
        return sm2_files.write_public(public=self.public).decode()


@transaction.atomic
def note(*, key: PrivateKey, at: datetime) -> None:
    """Remember that a key signs from now on; the one before signs no more. Asking again changes nothing."""
    rows = SignerKey.objects.select_for_update().filter(until__isnull=True)
    if any(bytes(row.public_key) == key.public for row in rows):
        return
    rows.update(until=at)
    SignerKey.objects.create(public_key=key.public, since=at)


def published() -> list[Signer]:
    """Return the key in use first, then those before it, the latest first; nothing where none ever signed."""
    key, found = configured(), []
    for row in SignerKey.objects.order_by(F("until").desc(nulls_first=True)):
        is_used = key is not None and row.until is None and bytes(row.public_key) == key.public
        found.append(Signer(public=bytes(row.public_key), since=row.since, until=None if is_used else _end(row)))
    if key is not None and not any(one.until is None for one in found):
        found.insert(0, Signer(public=key.public, since=None))
    return found


def file_of(signers: list[Signer]) -> bytes:
    """Write all keys into one PEM file, the one in use first; programs that read one key read that one."""
    return "".join(_blocks(signers)).encode()


def _blocks(signers: list[Signer]) -> Iterator[str]:
    for one in signers:
        until = _day(one.until) if one.until else "in use"
        yield f"SM2 key {one.fingerprint}, since {_day(one.since)}, until {until}\n{one.pem}"


def _day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else "now"


def _end(row: SignerKey) -> datetime:
    """A key whose successor has signed nothing yet ended when it was taken out: until now nobody knows better."""
    return row.until or timezone.now()
