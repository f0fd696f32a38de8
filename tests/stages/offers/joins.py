"""Scenes of coming along: an offer to three departments, which fire safety, not invited, asks to join."""

from uuid import UUID

from onevisit.stages.offers import services
from onevisit.stages.offers.models import JoinRequest, Offer
from onevisit.stages.registers import selectors as registers
from onevisit.stages.registers.models import InspectionTarget
from tests import scenes
from tests.cast import AT, Cast

WHY = "本部门也要查同一加油站的消防设施，避免再去一次"


def sent_to_three(people: Cast) -> Offer:
    """Send the offer to three departments; fire safety was not invited."""
    offer = scenes.drafted(people)
    fire = people.departments["市消防支队"]
    services.remove_participant(offer=offer, department_id=fire.pk, actor=people.actor("林"), at=AT)
    return services.send(offer=offer, actor=people.actor("林"), at=AT)


def target() -> InspectionTarget:
    """Return a target of the offer's pool."""
    return InspectionTarget.objects.get(object_id="91350200XMDM000001")


def items(people: Cast, short: str = "市消防支队") -> list[UUID]:
    """Return the items that a department can bring."""
    found = registers.usable_items(department_id=people.departments[short].pk, on=scenes.STARTS_ON)
    return [item.pk for item in found]


def asked(people: Cast, offer: Offer, *, short: str = "市消防支队", by: str = "周") -> JoinRequest:
    """Ask to come along with one item."""
    return services.ask_to_join(
        offer=offer,
        department=people.departments[short],
        target=target(),
        item_ids=items(people, short)[:1],
        reason=WHY,
        actor=people.actor(by),
        at=AT,
    )
