"""Writes on single records of the registers; whole files go through `imports.services`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from onevisit.stages.registers import events
from onevisit.stages.registers.models import City, FormerInspection, InspectionTarget
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import services as ledger


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The contact of a target in clear."""

    name: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class CityProfile:
    """What a pack says of its city."""

    key: str
    name: str
    region_code: str
    platform: str
    pilot: str
    regions: dict[str, str]
    policy_documents: list[dict[str, object]]
    version: int


@transaction.atomic
def configure_city(*, profile: CityProfile, actor: Actor, at: datetime) -> City:
    """Set the profile of the one city that this installation serves."""
    capacity = actor.must("city.configure")
    values = {
        "name": profile.name,
        "region_code": profile.region_code,
        "platform": profile.platform,
        "pilot": profile.pilot,
        "regions": profile.regions,
        "policy_documents": profile.policy_documents,
        "pack_version": profile.version,
    }
    city, _is_new = City.objects.update_or_create(key=profile.key, defaults=values)
    event = events.CityConfigured(subject=str(city.pk), pack=profile.key, version=profile.version)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return city


@transaction.atomic
def read_contact(*, target: InspectionTarget, actor: Actor, at: datetime) -> Contact:
    """Hand out the contact of a target in clear; each reading is an entry (R68)."""
    capacity = actor.must("target.contact", target)
    ledger.record_read(
        subject_type="target", subject=target.pk, what="联系人和电话", actor=actor, at=at, capacity=capacity
    )
    return Contact(name=target.contact_name, phone=target.contact_phone)


def masked(text: str) -> str:
    """Hide the middle of a name or number: 陈店长 -> 陈**, 0592-6000001 -> 059****0001."""
    if len(text) <= 4:
        return text[:1] + "*" * (len(text) - 1)
    return f"{text[:3]}****{text[-4:]}"


def note_inspection(
    *,
    target_id: UUID,
    department_id: UUID,
    on: date,
    kind: str,
    result: str,
    reference: str,
    counts_to_cap: bool = True,
    inspector_ids: Iterable[UUID] = (),
) -> FormerInspection:
    """Note a finished inspection in the archive of its target; a second call for the same one changes nothing.

    A later stage calls it in the transaction that closes the inspection and appends the ledger entry there.
    """
    noted, _is_new = FormerInspection.objects.get_or_create(
        target_id=target_id,
        department_id=department_id,
        on=on,
        kind=kind,
        defaults={
            "result": result,
            "reference": reference,
            "counts_to_cap": counts_to_cap,
            "inspector_ids": sorted(inspector_ids),
        },
    )
    return noted
